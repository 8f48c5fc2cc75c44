//! Benchmarks of reading, writing, comparing and checking a template of one megabyte, the largest
//! that CloudFormation accepts.
#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use formwork_lint::check;
use formwork_template::diagnostics::Sources;
use formwork_template::equivalence::compare;
use formwork_template::{Node, Template, read, write};
use std::fmt::Write as _;
use std::hint::black_box;

/// Returns a template of 500 resources and about one megabyte of JSON.
fn large() -> String {
    let mut text = String::from("Resources:\n");
    for index in 0..500 {
        write!(
            text,
            "  Function{index}:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub '${{AWS::StackName}}-{index}'
      Role: !GetAtt Role.Arn
      Timeout: 30
      Environment:
        Variables:
"
        )
        .expect("a String takes all that is written to it");
        for variable in 0..30 {
            writeln!(
                text,
                "          VARIABLE_{variable}: a value of the length that values have, \"{index}\""
            )
            .expect("a String takes all that is written to it");
        }
    }
    text.push_str("  Role:\n    Type: AWS::IAM::Role\n");
    text
}

fn tree(text: &str) -> Node {
    let file = Sources::default().add("template", "");
    let read = read(file, text);
    assert!(read.problems.is_empty(), "the template is sound");
    read.node.expect("the template is sound")
}

fn text(criterion: &mut Criterion) {
    let yaml = large();
    let node = tree(&yaml);
    let json = write::json_compact(&node);
    let template = Template::new(node.clone()).expect("the template is sound");
    let mut group = criterion.benchmark_group("template of 1 MB");
    group.throughput(Throughput::Bytes(json.len() as u64));
    group.sample_size(20);
    group.bench_function("read JSON", |bencher| {
        bencher.iter(|| tree(black_box(&json)))
    });
    group.bench_function("read YAML", |bencher| {
        bencher.iter(|| tree(black_box(&yaml)))
    });
    group.bench_function("write JSON", |bencher| {
        bencher.iter(|| write::json_compact(black_box(&node)));
    });
    group.bench_function("write YAML", |bencher| {
        bencher.iter(|| write::yaml(black_box(&node)));
    });
    let table = formwork_catalog::schema::Table::new();
    let context = formwork_lint::CheckContext::new(&table);
    group.bench_function("check", |bencher| {
        bencher.iter(|| check(black_box(&template), &context));
    });
    group.bench_function("compare", |bencher| {
        bencher.iter(|| compare(black_box(&template), black_box(&template)));
    });
    group.finish();
}

criterion_group!(benches, text);
criterion_main!(benches);
