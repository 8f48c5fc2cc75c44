//! Equivalence of the reference blueprint with components and its raw form: both render the same
//! templates, except for logical ids.
#![allow(clippy::print_stdout, reason = "the renaming is printed")]

use crate::support::{Disk, expect_valid, given};
use formwork_blueprint::{
    AssignmentSource, Blueprint, EnvName, KnownValues, ParameterSource, Request, load,
};
use formwork_template::sub::{self, Part};
use formwork_template::{Map, Node, Value, sha256, write};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The compared parts of a blueprint: each stack's template and parameter values.
type Stacks = BTreeMap<String, Stack>;

#[derive(Debug, Clone)]
struct Stack {
    template: Node,
    parameters: BTreeMap<String, String>,
    waits_for: BTreeSet<String>,
}

/// Names of the raw form, by the names of the other.
type Renaming = BTreeMap<String, String>;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../blueprints")
        .join(name)
}

fn blueprint(name: &str, environment: Option<&str>, set: &[(&str, &str)]) -> Blueprint {
    let request = Request {
        blueprint: folder(name),
        environment: environment.map(|name| EnvName::new(name).unwrap()),
        variables: set
            .iter()
            .map(|(name, text)| given(name, text, AssignmentSource::CommandLine))
            .collect(),
    };
    expect_valid(load(&Disk, &request))
}

fn stacks(blueprint: &Blueprint) -> Stacks {
    let (assets, parameters) = Default::default();
    let known = KnownValues {
        assets: &assets,
        parameters: &parameters,
    };
    let source = |source: &ParameterSource| match source {
        ParameterSource::Literal(text) => text.clone(),
        ParameterSource::Output(output) => format!("{}.{}", output.stack, output.output),
        ParameterSource::Secret(secret) => format!("secret {}", secret.variable()),
    };
    let graph = &blueprint.graph;
    let stack = |stack: &formwork_blueprint::Stack| Stack {
        template: stack.render(&known).template.root().clone(),
        parameters: stack
            .parameters
            .iter()
            .map(|(name, value)| (name.clone(), source(value)))
            .collect(),
        waits_for: graph
            .dependencies(stack.key.as_str())
            .map(ToString::to_string)
            .collect(),
    };
    graph
        .stacks()
        .map(|one| (one.key.to_string(), stack(one)))
        .collect()
}

/// Returns the resources and parameters of a template.
fn nodes_by_name(template: &Node) -> BTreeMap<String, Node> {
    ["Resources", "Parameters"]
        .into_iter()
        .filter_map(|section| template.get(section)?.as_map())
        .flat_map(Map::iter)
        .map(|(name, entry)| (name.to_owned(), entry.node.clone()))
        .collect()
}

/// Renames every reference.
fn renamed(node: &Node, names: &dyn Fn(&str) -> String) -> Node {
    let text = |text: &str| {
        let mut out = String::new();
        let mut from = 0;
        for part in sub::parts(text) {
            if let Part::Reference { name, range } = part {
                let (id, rest) = name.split_at(name.find('.').unwrap_or(name.len()));
                out.push_str(&text[from..range.start]);
                write!(out, "${{{}{rest}}}", names(id)).unwrap();
                from = range.end;
            }
        }
        out + &text[from..]
    };
    let rename = |node: &Node| match node.as_str() {
        Some(name) => Node::new(names(name), node.span),
        None => renamed(node, names),
    };
    let first = |node: &Node, change: &dyn Fn(&Node) -> Node| match node.as_list() {
        Some([first, rest @ ..]) => {
            let rest = rest.iter().map(|item| renamed(item, names));
            let items: Vec<Node> = std::iter::once(change(first)).chain(rest).collect();
            Node::new(items, node.span)
        }
        _ => change(node),
    };
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| renamed(item, names)).collect()),
        Value::Map(map) => Value::Map(
            map.iter()
                .map(|(key, entry)| {
                    let node = match key {
                        "Ref" => rename(&entry.node),
                        "Fn::GetAtt" => first(&entry.node, &rename),
                        "Fn::Sub" => first(&entry.node, &|node| match node.as_str() {
                            Some(whole) => Node::new(text(whole), node.span),
                            None => node.clone(),
                        }),
                        "DependsOn" => match entry.node.as_list() {
                            Some(items) => {
                                Node::new(items.iter().map(rename).collect::<Vec<_>>(), node.span)
                            }
                            None => rename(&entry.node),
                        },
                        _ => renamed(&entry.node, names),
                    };
                    (
                        key.to_owned(),
                        formwork_template::Entry {
                            key: entry.key,
                            node,
                        },
                    )
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node::new(value, node.span)
}

/// Returns a text for each resource that identifies it by its content and the content of the
/// resources it refers to.
fn fingerprints(template: &Node) -> BTreeMap<String, String> {
    let nodes_by_name = nodes_by_name(template);
    let mut fingerprints: BTreeMap<String, String> = nodes_by_name
        .keys()
        .map(|name| (name.clone(), String::new()))
        .collect();
    for _ in 0..nodes_by_name.len() {
        let current = |name: &str| fingerprints.get(name).cloned().unwrap_or(name.to_owned());
        fingerprints = nodes_by_name
            .iter()
            .map(|(name, node)| {
                let mut node = renamed(node, &current);
                sort(&mut node);
                (name.clone(), sha256(write::json_compact(&node)).to_string())
            })
            .collect();
    }
    fingerprints
}

fn sort(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(sort),
        Value::Map(map) => {
            map.sort();
            map.iter_mut().for_each(|(_, entry)| sort(&mut entry.node));
        }
        _ => {}
    }
}

/// Returns the renaming that makes `raw` equal to `other`, or all differences.
fn compare(raw: &Stacks, other: &Stacks) -> Result<BTreeMap<String, Renaming>, Vec<String>> {
    let mut found = BTreeMap::new();
    let mut differences = Vec::new();
    if !raw.keys().eq(other.keys()) {
        return Err(vec![format!(
            "stacks: {:?} and {:?}",
            raw.keys(),
            other.keys()
        )]);
    }
    for (key, raw) in raw {
        let other = &other[key];
        let mut by_fingerprint: HashMap<String, Vec<String>> = HashMap::new();
        for (name, fingerprint) in fingerprints(&other.template) {
            by_fingerprint.entry(fingerprint).or_default().push(name);
        }
        let mut renaming = Renaming::new();
        for (name, fingerprint) in fingerprints(&raw.template) {
            match by_fingerprint.get_mut(&fingerprint).and_then(Vec::pop) {
                Some(same) => {
                    renaming.insert(name, same);
                }
                None => differences.push(format!("{key}: only the raw form has `{name}`")),
            }
        }
        for name in by_fingerprint.into_values().flatten() {
            differences.push(format!("{key}: only the other one has `{name}`"));
        }
        let names = |name: &str| renaming.get(name).cloned().unwrap_or(name.to_owned());
        differences.extend(sections(key, raw, other, &names));
        found.insert(key.clone(), renaming);
    }
    differences.sort();
    match differences.is_empty() {
        true => Ok(found),
        false => Err(differences),
    }
}

/// Returns the differences of two stacks after renaming.
fn sections(key: &str, raw: &Stack, other: &Stack, names: &dyn Fn(&str) -> String) -> Vec<String> {
    let mut differences = Vec::new();
    let renamed_template = renamed(&raw.template, names);
    for section in [
        "Resources",
        "Parameters",
        "Outputs",
        "Conditions",
        "Mappings",
        "Rules",
        "Transform",
    ] {
        let map = |template: &Node, names: &dyn Fn(&str) -> String| -> BTreeMap<String, Node> {
            let entries = template.get(section).into_iter().flat_map(Node::entries);
            entries
                .map(|(name, entry)| (names(name), entry.node.clone()))
                .collect()
        };
        let identity = |name: &str| name.to_owned();
        let is_renamed = ["Resources", "Parameters"].contains(&section);
        let left = map(
            &renamed_template,
            if is_renamed { names } else { &identity },
        );
        let right = map(&other.template, &identity);
        let all: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
        for name in all {
            if left.get(name) != right.get(name) {
                differences.push(format!("{key}: {section}.{name} differs"));
            }
        }
    }
    let parameters: BTreeMap<String, String> = raw
        .parameters
        .iter()
        .map(|(name, value)| (names(name), value.clone()))
        .collect();
    if parameters != other.parameters {
        differences.push(format!("{key}: values of parameters differ"));
    }
    if raw.waits_for != other.waits_for {
        differences.push(format!("{key}: waits for other stacks"));
    }
    differences
}

#[test]
fn the_blueprint_with_components_renders_the_raw_templates() {
    for (environment, set) in [
        (None, &[][..]),
        (
            None,
            &[("api_logging", "true"), ("ami", "ami-0123456789abcdef0")][..],
        ),
        (Some("prod"), &[("zones", "[\"us-east-1a\"]")][..]),
        (
            Some("local"),
            &[("cidr", "10.20.0.0/16"), ("stage", "v1")][..],
        ),
    ] {
        let raw = stacks(&blueprint("secure-private-api-raw", environment, set));
        let other = stacks(&blueprint("secure-private-api", environment, set));
        let found = compare(&raw, &other)
            .unwrap_or_else(|differences| panic!("{set:?}\n{}", differences.join("\n")));
        let count: usize = raw
            .values()
            .map(|stack| nodes_by_name(&stack.template).len())
            .sum();
        assert_eq!(found.values().map(BTreeMap::len).sum::<usize>(), count);
        println!("{environment:?} {set:?}");
        for (key, renaming) in found {
            println!("  {key}");
            for (raw, other) in renaming {
                println!("    {raw} -> {other}");
            }
        }
    }
}

#[test]
fn every_other_difference_is_detected() {
    let raw = stacks(&blueprint("secure-private-api-raw", None, &[]));
    let other = stacks(&blueprint("secure-private-api", None, &[]));
    let differs = |change: &dyn Fn(&mut Stacks)| {
        let mut changed = other.clone();
        change(&mut changed);
        compare(&raw, &changed)
            .expect_err("a difference")
            .join("\n")
    };
    let at = |stacks: &mut Stacks, stack: &str, path: &[&str], change: &dyn Fn(&mut Node)| {
        let mut node = &mut stacks.get_mut(stack).unwrap().template;
        for step in path {
            let map = node.as_map_mut().unwrap();
            let found = map
                .keys()
                .find(|key| key.starts_with(step))
                .unwrap()
                .to_owned();
            node = map.get_mut(&found).unwrap();
        }
        change(node);
    };
    let set = |text: &'static str| move |node: &mut Node| node.value = Value::String(text.into());
    // A property, an attribute, an output, a parameter, its value, a reference, an edge.
    let api = "private-api";
    let greeter = ["Resources", "GreeterFunction", "Properties", "MemorySize"];
    let text = differs(&|stacks| {
        at(stacks, api, &greeter, &|node| {
            node.value = Value::Number(256.into())
        })
    });
    assert!(text.contains("only the raw form has `Greeter`"), "{text}");
    let logs = ["Resources", "GreeterLogs", "DeletionPolicy"];
    let text = differs(&|stacks| at(stacks, api, &logs, &set("Retain")));
    assert!(text.contains("only the raw form has `Logs`"), "{text}");
    let output = ["Outputs", "SecureApiUrl", "Description"];
    let text = differs(&|stacks| at(stacks, api, &output, &set("other")));
    assert_eq!(text, "private-api: Outputs.SecureApiUrl differs");
    let parameter = ["Parameters", "ClientImageId", "Default"];
    let text = differs(&|stacks| at(stacks, "api-consumer", &parameter, &set("ami-1")));
    assert!(text.contains("only the raw form has `ImageId`"), "{text}");
    let subnet = [
        "Resources",
        "PublicSubnetRoutesUsEast1a",
        "Properties",
        "SubnetId",
    ];
    let to_isolated = |node: &mut Node| {
        *node = Node::single(
            "Ref",
            Node::new("IsolatedSubnetUsEast1a", node.span),
            node.span,
        );
    };
    let text = differs(&|stacks| at(stacks, "network", &subnet, &to_isolated));
    assert!(text.contains("PublicSubnetRoutesUsEast1a"), "{text}");
    let text = differs(&|stacks| {
        let parameters = &mut stacks.get_mut(api).unwrap().parameters;
        parameters.insert("NetworkVpcId".to_owned(), "network.VpcCidr".to_owned());
    });
    assert_eq!(text, "private-api: values of parameters differ");
    let text = differs(&|stacks| {
        stacks.get_mut(api).unwrap().waits_for.clear();
    });
    assert_eq!(text, "private-api: waits for other stacks");
    let more = |node: &mut Node| {
        let map = node.as_map_mut().unwrap();
        let first = map.iter().next().map(|(_, entry)| entry.clone()).unwrap();
        map.insert("More", first.key, first.node);
    };
    let text = differs(&|stacks| at(stacks, "network", &["Resources"], &more));
    assert!(text.contains("only the other one has"), "{text}");
    let text = differs(&|stacks| {
        stacks.remove(api);
    });
    assert!(text.starts_with("stacks:"), "{text}");
}

#[test]
fn the_blueprint_with_components_has_at_most_sixty_lines() {
    let mut lines = 0;
    let mut open = vec![folder("secure-private-api")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|kind| kind == "toml") {
                lines += std::fs::read_to_string(path).unwrap().lines().count();
            }
        }
    }
    assert!((20..=60).contains(&lines), "{lines} lines of TOML");
}
