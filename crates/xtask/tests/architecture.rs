//! The architecture as tests: which crate may use which, which crate alone may use a library, what
//! the crates without I/O must not reach, and the licences of everything that is linked.
//!
//! The facts come from `cargo metadata`. The levels of modules inside a crate are tested in
//! `module_levels.rs`.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::LazyLock;

/// A crate of the workspace and the crates of the workspace that it may use.
struct CrateRule {
    name: &'static str,
    dependencies: &'static [&'static str],
    dev_dependencies: &'static [&'static str],
}

/// The table of `docs/architecture.md`. A crate may use fewer crates than its row allows.
const CRATES: &[CrateRule] = &[
    CrateRule {
        name: "formwork-template",
        dependencies: &[],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-catalog",
        dependencies: &["formwork-template"],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-iam",
        dependencies: &["formwork-catalog", "formwork-template"],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-lint",
        dependencies: &["formwork-iam", "formwork-catalog", "formwork-template"],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-blueprint",
        dependencies: &[
            "formwork-exposure",
            "formwork-lint",
            "formwork-iam",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-aws",
        dependencies: &["formwork-template"],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-engine",
        dependencies: &[
            "formwork-exposure",
            "formwork-blueprint",
            "formwork-aws",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &["formwork-local", "formwork-testkit"],
    },
    CrateRule {
        name: "formwork-local",
        dependencies: &[
            "formwork-exposure",
            "formwork-lint",
            "formwork-iam",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-report",
        dependencies: &[
            "formwork-engine",
            "formwork-exposure",
            "formwork-blueprint",
            "formwork-lint",
            "formwork-iam",
            "formwork-aws",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork",
        dependencies: &[
            "formwork-report",
            "formwork-engine",
            "formwork-exposure",
            "formwork-blueprint",
            "formwork-lint",
            "formwork-iam",
            "formwork-local",
            "formwork-aws",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &["formwork-testkit"],
    },
    CrateRule {
        name: "formwork-testkit",
        dependencies: &[
            "formwork-engine",
            "formwork-local",
            "formwork-blueprint",
            "formwork-aws",
            "formwork-template",
        ],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "formwork-fuzz",
        dependencies: &[
            "formwork-lint",
            "formwork-blueprint",
            "formwork-catalog",
            "formwork-template",
        ],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "xtask",
        dependencies: &["formwork-blueprint", "formwork-catalog"],
        dev_dependencies: &[],
    },
    CrateRule {
        name: "greeter",
        dependencies: &[],
        dev_dependencies: &[],
    },
];

/// Families of libraries with the one crate that may depend on them; all others use its interface.
const WRAPPED_LIBRARIES: &[(&str, &str)] = &[
    ("aws-", "formwork-aws"),
    ("clap", "formwork"),
    ("indicatif", "formwork"),
    ("miette", "formwork-report"),
    ("petgraph", "formwork-blueprint"),
    ("rusqlite", "formwork-local"),
    ("saphyr", "formwork-template"),
    ("toml", "formwork-blueprint"),
];

/// The crates that do no I/O.
const PURE_CRATES: &[&str] = &[
    "formwork-template",
    "formwork-catalog",
    "formwork-iam",
    "formwork-lint",
    "formwork-blueprint",
];

/// Families of libraries that do I/O: runtimes, networks, databases and the SDK.
const IO_LIBRARIES: &[&str] = &[
    "aws-", "axum", "hyper", "mio", "reqwest", "rusqlite", "rustls", "socket2", "tokio", "tower",
];

/// The licences of which linked code may have one.
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

/// The workspace and its dependencies on this platform.
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

fn workspace_crates() -> impl Iterator<Item = &'static Package> {
    METADATA.workspace_packages().into_iter()
}

#[test]
fn crates_depend_only_on_the_crates_of_their_row() {
    let names: BTreeSet<&str> = workspace_crates().map(|one| one.name.as_str()).collect();
    let expected: BTreeSet<&str> = CRATES.iter().map(|rule| rule.name).collect();
    assert_eq!(names, expected, "every crate has a row in `CRATES`");
    let mut violations = Vec::new();
    for package in workspace_crates() {
        let rule = CRATES
            .iter()
            .find(|rule| rule.name == package.name.as_str())
            .unwrap();
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let is_dev = dependency.kind == DependencyKind::Development;
            let is_allowed = rule.dependencies.contains(&name)
                || is_dev && rule.dev_dependencies.contains(&name);
            if names.contains(name) && !is_allowed {
                violations.push(format!("{} must not use {name}", package.name));
            }
        }
    }
    assert_eq!(violations, [""; 0]);
}

#[test]
fn wrapped_libraries_have_one_user() {
    let mut violations = Vec::new();
    for package in workspace_crates() {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            let wrapper = WRAPPED_LIBRARIES
                .iter()
                .find(|(family, _)| is_in_family(name, family));
            if let Some((_, wrapper)) = wrapper
                && *wrapper != package.name.as_str()
            {
                violations.push(format!(
                    "{} uses {name}, which only {wrapper} may use",
                    package.name
                ));
            }
        }
    }
    assert_eq!(violations, [""; 0]);
}

#[test]
fn pure_crates_reach_no_io() {
    let mut violations = Vec::new();
    for name in PURE_CRATES {
        for package in linked_packages(name) {
            let library = package.name.as_str();
            if IO_LIBRARIES
                .iter()
                .any(|family| is_in_family(library, family))
            {
                violations.push(format!("{name} reaches {library}"));
            }
        }
    }
    assert_eq!(violations, [""; 0]);
}

#[test]
fn linked_packages_have_allowed_licences() {
    let mut violations = Vec::new();
    let mut count = 0;
    for package in linked_packages("formwork")
        .into_iter()
        .chain(linked_packages("greeter"))
    {
        count += 1;
        let licence = package.license.as_deref().unwrap_or_default();
        if !is_allowed_licence(licence) {
            violations.push(format!("{} {}: {licence:?}", package.name, package.version));
        }
    }
    assert_eq!(violations, [""; 0]);
    assert!(count > 100, "found only {count} packages");
}

#[test]
fn library_families_are_matched() {
    for (name, family, expected) in [
        ("toml", "toml", true),
        ("toml_edit", "toml", false),
        ("aws-config", "aws-", true),
        ("clap-mangen", "clap", true),
        ("clapper", "clap", false),
    ] {
        assert_eq!(is_in_family(name, family), expected, "{name} {family}");
    }
}

#[test]
fn licence_expressions_are_parsed() {
    for (expression, expected) in [
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
        assert_eq!(is_allowed_licence(expression), expected, "{expression:?}");
    }
}

/// Returns `true` if `name` is the package `family` or begins with `family-`.
fn is_in_family(name: &str, family: &str) -> bool {
    match name.strip_prefix(family) {
        Some(rest) => rest.is_empty() || rest.starts_with('-') || family.ends_with('-'),
        None => false,
    }
}

/// Returns the packages that are linked into a crate, the crate itself included. The dependencies of
/// tests and build scripts do not count.
fn linked_packages(name: &str) -> Vec<&'static Package> {
    let packages: BTreeMap<&PackageId, &Package> = METADATA
        .packages
        .iter()
        .map(|package| (&package.id, package))
        .collect();
    let resolve = METADATA.resolve.as_ref().unwrap();
    let nodes: BTreeMap<&PackageId, _> =
        resolve.nodes.iter().map(|node| (&node.id, node)).collect();
    let start = workspace_crates().find(|package| package.name.as_str() == name);
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

/// Returns `true` if the allowed licences satisfy an SPDX expression.
fn is_allowed_licence(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = parse_or(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn parse_or(words: &mut Words<'_>) -> bool {
    let mut allowed = parse_and(words);
    while words.next_if_eq(&"OR").is_some() {
        allowed |= parse_and(words);
    }
    allowed
}

fn parse_and(words: &mut Words<'_>) -> bool {
    let mut allowed = parse_term(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= parse_term(words);
    }
    allowed
}

fn parse_term(words: &mut Words<'_>) -> bool {
    let Some(first) = words.next() else {
        return false;
    };
    if first == "(" {
        let allowed = parse_or(words);
        return words.next() == Some(")") && allowed;
    }
    let name = match words.next_if_eq(&"WITH") {
        Some(_) => format!("{first} WITH {}", words.next().unwrap_or_default()),
        None => first.to_owned(),
    };
    LICENCES.contains(&name.as_str())
}
