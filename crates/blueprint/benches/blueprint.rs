//! Benchmarks of loading, checking and rendering the reference blueprint, blueprints of many stacks,
//! and layers of small stacks.
//!
//! The layers are those of the deployment benchmark: each stack has one SSM parameter and refers to
//! two stacks of the layer before. Generated blueprints are in memory.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

#[path = "../tests/blueprint/support.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use formwork_blueprint::{Files, KnownValues, LoadOutput, MemoryFiles, Request, load};
use std::fmt::Write as _;
use std::path::Path;

/// The number of stacks in a layer.
const WIDTH: usize = 20;

/// Returns a blueprint of `count` stacks in layers.
fn layers(count: usize) -> String {
    let mut random = 7u64;
    let mut text = String::from("name = \"bench\"\nregion = \"us-east-1\"\n");
    for stack in 0..count {
        write!(
            text,
            "\n[stacks.s{stack:05}]\nname = \"s{stack:05}\"\n[stacks.s{stack:05}.P]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\"\nValue = \"v{stack}\"\n"
        )
        .unwrap();
        if stack >= WIDTH {
            let first = (stack / WIDTH - 1) * WIDTH;
            let mut pick = || {
                random = random
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                (random >> 33) as usize % WIDTH
            };
            let one = pick();
            let other = (one + 1 + pick() % (WIDTH - 1)) % WIDTH;
            let (one, other) = (first + one, first + other);
            writeln!(
                text,
                "Description = \"${{stacks.s{one:05}.Name}} ${{stacks.s{other:05}.Name}}\""
            )
            .unwrap();
        }
        writeln!(text, "[stacks.s{stack:05}.outputs]\nName = \"${{P}}\"").unwrap();
    }
    text
}

/// Typical resources: their types and properties.
const RESOURCES: [(&str, &str); 12] = [
    ("AWS::SNS::Topic", "DisplayName = \"t\"\n"),
    (
        "AWS::SQS::Queue",
        "VisibilityTimeout = 60\nMessageRetentionPeriod = 1209600\n",
    ),
    (
        "AWS::S3::Bucket",
        "VersioningConfiguration.Status = \"Enabled\"\nTags = [{ Key = \"a\", Value = \"b\" }]\n",
    ),
    ("AWS::Logs::LogGroup", "RetentionInDays = 7\n"),
    (
        "AWS::SSM::Parameter",
        "Type = \"String\"\nValue = \"${AWS::Region} v\"\n",
    ),
    (
        "AWS::EC2::VPC",
        "CidrBlock = \"10.0.0.0/16\"\nEnableDnsSupport = true\n",
    ),
    (
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { Service = \"lambda.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] }\n",
    ),
    (
        "AWS::Lambda::Function",
        "Runtime = \"python3.13\"\nHandler = \"index.handler\"\nTimeout = 30\nRole = \"arn:aws:iam::111122223333:role/r\"\nCode.ZipFile = \"pass\"\n",
    ),
    (
        "AWS::DynamoDB::Table",
        "BillingMode = \"PAY_PER_REQUEST\"\nAttributeDefinitions = [{ AttributeName = \"k\", AttributeType = \"S\" }]\nKeySchema = [{ AttributeName = \"k\", KeyType = \"HASH\" }]\n",
    ),
    (
        "AWS::CloudWatch::Alarm",
        "Namespace = \"AWS/Lambda\"\nMetricName = \"Errors\"\nStatistic = \"Sum\"\nPeriod = 60\nComparisonOperator = \"GreaterThanThreshold\"\nEvaluationPeriods = 1\nThreshold = 1\n",
    ),
    ("AWS::KMS::Key", "EnableKeyRotation = true\n"),
    (
        "AWS::ApiGateway::RestApi",
        "Name = \"api\"\nEndpointConfiguration.Types = [\"REGIONAL\"]\n",
    ),
];

/// Returns 40 types with valid properties: those above, and the first of the table that require no
/// properties.
fn resource_types() -> Vec<(String, &'static str)> {
    let table = formwork_catalog::schema::Table::new();
    let mut kinds: Vec<(String, &str)> = RESOURCES
        .iter()
        .map(|(kind, text)| ((*kind).to_owned(), *text))
        .collect();
    for name in table.names() {
        let files = MemoryFiles::default().with(
            "/bench/blueprint.toml",
            blueprint(1, &[(name.to_owned(), "")], ""),
        );
        let request = Request {
            blueprint: "/bench".into(),
            ..Request::default()
        };
        if kinds.len() < 40 && load(&files, &request).problems.is_empty() {
            kinds.push((name.to_owned(), ""));
        }
    }
    kinds
}

/// Returns a blueprint of `count` stacks with ten resources. The last resource of each has the
/// additional lines `extra`.
fn blueprint(count: usize, kinds: &[(String, &str)], extra: &str) -> String {
    let mut text = String::from("name = \"bench\"\nregion = \"us-east-1\"\n");
    for stack in 0..count {
        for resource in 0..10.min(kinds.len()) {
            let (kind, properties) = &kinds[(stack * 10 + resource) % kinds.len()];
            write!(
                text,
                "[stacks.s{stack}.R{resource}]\ntype = \"{kind}\"\n{properties}"
            )
            .unwrap();
        }
        text.push_str(extra);
    }
    text
}

/// Does everything that `render` does except for writing files. Returns the size of the templates.
fn render(files: &dyn Files, folder: &Path) -> usize {
    let request = Request {
        blueprint: folder.to_owned(),
        ..Request::default()
    };
    let LoadOutput {
        problems,
        blueprint,
        ..
    } = load(files, &request);
    assert!(problems.is_empty(), "{problems:?}");
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let graph = blueprint.unwrap().graph;
    let texts = graph
        .order()
        .map(|stack| formwork_template::write::json(stack.render(&known).template.root()));
    texts.map(|text| text.len()).sum()
}

fn bench(criterion: &mut Criterion) {
    let blueprints = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    for name in ["secure-private-api", "secure-private-api-raw"] {
        let reference = blueprints.join(name);
        criterion.bench_function(&format!("render/{name}"), |bench| {
            bench.iter(|| render(&support::Disk, &reference));
        });
    }
    let kinds = resource_types();
    let wrong: Vec<(String, &str)> = kinds
        .iter()
        .map(|(kind, _)| (kind.clone(), "Colour = 1\nSize = []\n"))
        .collect();
    for (name, kinds, extra) in [
        // Has the same length as the next one.
        ("right", &kinds, "metadata.Colour = 1\n"),
        ("a-fault-each", &kinds, "Colour = 1\n"),
        ("wrong", &wrong, ""),
    ] {
        let files =
            MemoryFiles::default().with("/bench/blueprint.toml", blueprint(1_000, kinds, extra));
        let request = Request {
            blueprint: "/bench".into(),
            ..Request::default()
        };
        let mut group = criterion.benchmark_group("check");
        group.sample_size(10);
        group.bench_function(format!("40-types-1000-stacks-{name}"), |bench| {
            bench.iter(|| {
                let problems = load(&files, &request).problems;
                assert_eq!(problems.is_empty(), name == "right");
            });
        });
        group.finish();
    }
    for count in [1_000, 10_000] {
        let files = MemoryFiles::default().with("/bench/blueprint.toml", layers(count));
        let mut group = criterion.benchmark_group("render");
        group.sample_size(10);
        group.bench_function(format!("layer-{count}"), |bench| {
            bench.iter(|| render(&files, Path::new("/bench")));
        });
        group.finish();
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        let peak = status.lines().find(|line| line.starts_with("VmHWM"));
        println!("{}", peak.unwrap_or_default());
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
