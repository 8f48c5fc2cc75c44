//! Load, check, graph and render: of the reference blueprint, and of layers of small stacks.
//!
//! The layers are those of the deployment benchmark: each stack holds one parameter of Parameter
//! Store and refers to two stacks of the layer before. The blueprint is held in memory.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout
)]

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use formwork_blueprint::{Files, Known, Loaded, MemoryFiles, Request, load};
use std::fmt::Write as _;
use std::path::Path;

/// How many stacks a layer has.
const WIDTH: usize = 20;

/// A blueprint of `count` stacks in layers.
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

/// Everything that `render` does short of writing to the disk; answers how much that would be.
fn whole(files: &dyn Files, folder: &Path) -> usize {
    let request = Request {
        blueprint: folder.to_owned(),
        ..Request::default()
    };
    let Loaded {
        problems,
        blueprint,
        ..
    } = load(files, &request);
    assert!(problems.is_empty(), "{problems:?}");
    let (assets, parameters) = Default::default();
    let known = Known {
        assets: &assets,
        parameters: &parameters,
    };
    let graph = blueprint.unwrap().graph;
    let texts = graph
        .order()
        .map(|stack| template::write::json(stack.render(&known).template.root()));
    texts.map(|text| text.len()).sum()
}

fn bench(criterion: &mut Criterion) {
    let blueprints = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints");
    let reference = blueprints.join("secure-private-api");
    criterion.bench_function("render/secure-private-api", |bench| {
        bench.iter(|| whole(&support::Disk, &reference));
    });
    for count in [1_000, 10_000] {
        let files = MemoryFiles::default().with("/bench/blueprint.toml", layers(count));
        let mut group = criterion.benchmark_group("render");
        group.sample_size(10);
        group.bench_function(format!("layer-{count}"), |bench| {
            bench.iter(|| whole(&files, Path::new("/bench")));
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
