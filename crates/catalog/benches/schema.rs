//! Benchmarks of the schema table: creating it, finding names, and decoding types, services and
//! extensions.
#![allow(missing_docs, reason = "criterion's macros write undocumented items")]

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use formwork_catalog::regions::Region;
use formwork_catalog::schema::Table;
use std::hint::black_box;

/// The types of the reference blueprint, and QuickSight's dashboard, which is the largest type.
const TYPES: [&str; 4] = [
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::EC2::Instance",
    "AWS::QuickSight::Dashboard",
];

fn table(criterion: &mut Criterion) {
    criterion.bench_function("make the table", |bencher| bencher.iter(Table::new));
    criterion.bench_function("find a name", |bencher| {
        let table = Table::new();
        bencher.iter(|| table.contains(black_box("AWS::Lambda::Function")));
    });
    criterion.bench_function("decode the first type, with its dictionary", |bencher| {
        bencher.iter(|| Table::new().resource("AWS::SSM::Parameter"));
    });
    for name in TYPES {
        criterion.bench_function(&format!("decode {name}"), |bencher| {
            bencher.iter_batched(ready, |table| table.resource(name), BatchSize::LargeInput);
        });
    }
    criterion.bench_function("decode all types", |bencher| {
        let decode = |table: Table| {
            table
                .names()
                .filter_map(|name| table.resource(name))
                .count()
        };
        bencher.iter_batched(ready, decode, BatchSize::LargeInput);
    });
}

fn beside(criterion: &mut Criterion) {
    criterion.bench_function("decode what IAM knows of EC2", |bencher| {
        let count = |table: Table| table.services().service("ec2").map(|ec2| ec2.actions.len());
        bencher.iter_batched(ready, count, BatchSize::LargeInput);
    });
    criterion.bench_function(
        "decode the instance classes of RDS in a region",
        |bencher| {
            let schema = ready().resource("AWS::RDS::DBInstance");
            let extensions = schema
                .map(|schema| schema.extensions.clone())
                .unwrap_or_default();
            let all = |table: Table| {
                let region = Region::named("eu-central-1");
                let found = extensions
                    .iter()
                    .filter_map(|one| table.extension(one, region));
                found.count()
            };
            bencher.iter_batched(ready, all, BatchSize::LargeInput);
        },
    );
}

/// Creates a table whose dictionaries are loaded.
fn ready() -> Table {
    let table = Table::new();
    table.resource("AWS::SSM::Parameter");
    table.services().service("sts");
    table
}

criterion_group!(benches, table, beside);
criterion_main!(benches);
