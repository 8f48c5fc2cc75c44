//! The plan of the house, held by `cargo metadata`: which room uses which, who may name what, and
//! under which licences the rest comes.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

/// Each room with the rooms that it may use (`docs/architecture.md`), and those in tests alone.
const ROOMS: &[(&str, &[&str], &[&str])] = &[
    ("formwork-template", &[], &[]),
    ("formwork-catalog", &["formwork-template"], &[]),
    (
        "formwork-lint",
        &["formwork-catalog", "formwork-template"],
        &[],
    ),
    (
        "formwork-blueprint",
        &["formwork-lint", "formwork-catalog", "formwork-template"],
        &[],
    ),
    ("formwork-aws", &["formwork-template"], &[]),
    (
        "formwork-engine",
        &[
            "formwork-blueprint",
            "formwork-aws",
            "formwork-catalog",
            "formwork-template",
        ],
        &["formwork-local"],
    ),
    (
        "formwork-local",
        &["formwork-lint", "formwork-catalog", "formwork-template"],
        &[],
    ),
    (
        "formwork",
        &[
            "formwork-engine",
            "formwork-blueprint",
            "formwork-lint",
            "formwork-local",
            "formwork-aws",
            "formwork-catalog",
            "formwork-template",
        ],
        &[],
    ),
    (
        "formwork-fuzz",
        &[
            "formwork-lint",
            "formwork-blueprint",
            "formwork-catalog",
            "formwork-template",
        ],
        &[],
    ),
    ("greeter", &[], &[]),
];

/// What only one room may name.
const ALONE: &[(&str, &str)] = &[
    ("aws-", "formwork-aws"),
    ("clap", "formwork"),
    ("indicatif", "formwork"),
    ("miette", "formwork"),
    ("petgraph", "formwork-blueprint"),
    ("rusqlite", "formwork-local"),
    ("saphyr", "formwork-template"),
    ("toml", "formwork-blueprint"),
];

/// What the pure rooms must not reach by any way: runtimes, networks, stores, the SDK.
const IMPURE: &[&str] = &[
    "aws-", "axum", "hyper", "mio", "reqwest", "rusqlite", "rustls", "socket2", "tokio", "tower",
];

/// The licences under which code may come into the program.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// The workspace with all that it is built from on this machine.
static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let version = Command::new(rustc).arg("-vV").output().unwrap().stdout;
    let version = String::from_utf8(version).unwrap();
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    let options = ["--locked", "--filter-platform", host.unwrap()];
    MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml"))
        .other_options(options.map(str::to_owned).to_vec())
        .exec()
        .unwrap()
});

fn rooms() -> impl Iterator<Item = &'static Package> {
    METADATA.workspace_packages().into_iter()
}

#[test]
fn the_rooms_depend_as_designed() {
    let names: BTreeSet<&str> = rooms().map(|room| room.name.as_str()).collect();
    let planned: BTreeSet<&str> = ROOMS.iter().map(|(room, ..)| *room).collect();
    assert_eq!(names, planned, "the rooms of the house");
    let mut wrong = Vec::new();
    for room in rooms() {
        let (_, always, in_tests) = ROOMS
            .iter()
            .find(|(name, ..)| *name == room.name.as_str())
            .unwrap();
        for dependency in &room.dependencies {
            let name = dependency.name.as_str();
            let test = dependency.kind == DependencyKind::Development;
            let allowed = always.contains(&name) || test && in_tests.contains(&name);
            if names.contains(name) && !allowed {
                wrong.push(format!("{} must not use {name}", room.name));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn what_one_room_wraps_no_other_names() {
    let mut wrong = Vec::new();
    for room in rooms() {
        for dependency in &room.dependencies {
            let name = dependency.name.as_str();
            let owner = ALONE.iter().find(|(wrapped, _)| is_named(name, wrapped));
            if let Some((_, owner)) = owner
                && *owner != room.name.as_str()
            {
                wrong.push(format!("{} names {name}, which is {owner}'s", room.name));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn the_pure_rooms_reach_nothing_that_does_io() {
    let mut wrong = Vec::new();
    for room in [
        "formwork-template",
        "formwork-catalog",
        "formwork-lint",
        "formwork-blueprint",
    ] {
        for package in reached(room) {
            let name = package.name.as_str();
            if IMPURE.iter().any(|impure| is_named(name, impure)) {
                wrong.push(format!("{room} reaches {name}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
}

#[test]
fn everything_comes_under_an_allowed_licence() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for package in reached("formwork").into_iter().chain(reached("greeter")) {
        seen += 1;
        let licence = package.license.as_deref().unwrap_or_default();
        if !is_allowed(licence) {
            wrong.push(format!("{} {}: {licence:?}", package.name, package.version));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(seen > 100, "only {seen} packages were looked at");
}

#[test]
fn licence_expressions_are_understood() {
    for (expression, allowed) in [
        ("MIT", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only", false),
        ("GPL-3.0-only OR MIT", true),
        ("GPL-3.0-only AND MIT", false),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0-only", true),
        ("Apache-2.0 AND ISC AND (MIT OR Apache-2.0)", true),
        ("", false),
    ] {
        assert_eq!(is_allowed(expression), allowed, "{expression:?}");
    }
}

/// Whether `name` is the package `pattern`, one of its family, or begins with it where it ends in a hyphen.
fn is_named(name: &str, pattern: &str) -> bool {
    match name.strip_prefix(pattern) {
        Some(rest) => rest.is_empty() || rest.starts_with('-') || pattern.ends_with('-'),
        None => false,
    }
}

/// What is built into `room`, itself included: tests' and build scripts' own needs apart.
fn reached(room: &str) -> Vec<&'static Package> {
    let packages: BTreeMap<&PackageId, &Package> = METADATA
        .packages
        .iter()
        .map(|package| (&package.id, package))
        .collect();
    let resolve = METADATA.resolve.as_ref().unwrap();
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let start = rooms().find(|package| package.name.as_str() == room);
    let mut open = vec![&start.unwrap().id];
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in &nodes[id].deps {
            let mut kinds = dependency.dep_kinds.iter();
            if kinds.any(|kind| kind.kind == DependencyKind::Normal) {
                open.push(&dependency.pkg);
            }
        }
    }
    seen.into_iter().map(|id| packages[id]).collect()
}

/// Whether an SPDX expression can be satisfied by the allowed licences alone.
fn is_allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = any(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn any(words: &mut Words<'_>) -> bool {
    let mut allowed = all(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= all(words);
    }
    allowed
}

fn all(words: &mut Words<'_>) -> bool {
    let mut allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut Words<'_>) -> bool {
    let Some(first) = words.next() else {
        return false;
    };
    if first == "(" {
        let allowed = any(words);
        return words.next() == Some(")") && allowed;
    }
    let name = match words.next_if_eq(&"WITH") {
        Some(_) => format!("{first} WITH {}", words.next().unwrap_or_default()),
        None => first.to_owned(),
    };
    LICENCES.contains(&name.as_str())
}
