//! The equivalence of templates and values to CloudFormation, as far as their texts can tell.
//!
//! [`compare`] has three results: the same, uncertain, and different. Uncertain are differences
//! that CloudFormation counts as a change only sometimes; a change set decides. Renamed parameters,
//! and resources whose condition is false, count as different. [`crate::volatility`] finds the
//! values that can change while the text stays the same.

use crate::parameter::{is_list_type, scalar_text};
use crate::references::Target;
use crate::{Function, Map, Node, Section, Template, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The result of comparing two templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// CloudFormation sees no change.
    Same,
    /// They differ only in aspects that CloudFormation may not count as a change.
    Uncertain(BTreeSet<Aspect>),
    /// They differ.
    Different,
}

/// A difference that CloudFormation may not count as a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Aspect {
    /// The description of the template, a parameter or an output.
    Description,
    /// The template's `Metadata`.
    Metadata,
    /// A `DeletionPolicy` or `UpdateReplacePolicy`.
    Policy,
    /// Unused conditions or mappings.
    Unused,
    /// A number or boolean that one of the templates writes as a string.
    Spelling,
}

/// Compares two templates.
pub fn compare(before: &Template, after: &Template) -> Comparison {
    let [mut before, mut after] = [before, after].map(|template| normalize(template.root()));
    if before == after {
        return Comparison::Same;
    }
    let mut aspects = BTreeSet::new();
    let aspects_in_order: [(Aspect, RemoveAspect); 4] = [
        (Aspect::Description, remove_descriptions),
        (Aspect::Metadata, remove_metadata),
        (Aspect::Policy, remove_policies),
        (Aspect::Unused, remove_unused),
    ];
    for (aspect, remove) in aspects_in_order {
        if remove(&mut before) != remove(&mut after) {
            aspects.insert(aspect);
        }
    }
    if before != after {
        if !is_same_map(&before, &after) {
            return Comparison::Different;
        }
        aspects.insert(Aspect::Spelling);
    }
    Comparison::Uncertain(aspects)
}

/// Returns whether two values are the same to CloudFormation: `5` and `"5"`, both forms of
/// `Fn::GetAtt`, tables in any order.
pub fn same_value(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| same_value(a, b))
        }
        (Value::Map(one), Value::Map(other)) => is_same_map(one, other),
        (Value::String(one), Value::String(other)) => one == other,
        _ => match (scalar_text(one), scalar_text(other)) {
            (Some(one), Some(other)) => one == other,
            (None, None) => one.kind() == other.kind(),
            _ => false,
        },
    }
}

fn is_same_map(one: &Map, other: &Map) -> bool {
    one.len() == other.len()
        && one.iter().all(|(key, entry)| {
            let Some(there) = other.get(key) else {
                return false;
            };
            if key == Function::GetAtt.key() && one.len() == 1 {
                return get_att(&entry.node) == get_att(there);
            }
            same_value(&entry.node, there)
        })
}

/// Returns whether two values of a parameter are the same. Spaces around the items of a list do not
/// count.
pub fn same_parameter(kind: &str, one: &str, other: &str) -> bool {
    if !is_list_type(kind) {
        return one == other;
    }
    let items = |text: &'_ str| -> Vec<String> {
        text.split(',').map(|item| item.trim().to_owned()).collect()
    };
    one == other || items(one) == items(other)
}

/// The values that were removed from a template, by path.
type RemovedValues = BTreeMap<String, Node>;

/// A function that removes the values of one aspect from a template.
type RemoveAspect = fn(&mut Map) -> RemovedValues;

/// Returns a copy of the template in which differences that never count are removed.
fn normalize(root: &Node) -> Map {
    let mut map = root.as_map().cloned().unwrap_or_default();
    // There is only one version, and it is the default.
    map.remove(Section::AWSTemplateFormatVersion.key());
    for (_, entry) in map.iter_mut() {
        long_get_atts(&mut entry.node);
    }
    each_in(&mut map, Section::Resources, |_, resource| {
        if resource.get("Properties").is_some_and(is_empty) {
            resource.remove("Properties");
        }
        if let Some(node) = resource.get_mut("DependsOn") {
            let mut names: Vec<Node> = match &node.value {
                Value::List(items) => items.clone(),
                _ => vec![node.clone()],
            };
            names.sort_by(|a, b| a.as_str().cmp(&b.as_str()));
            names.dedup();
            node.value = names.into();
        }
        if resource.get("DependsOn").is_some_and(is_empty) {
            resource.remove("DependsOn");
        }
    });
    map.retain(|_, section| !is_empty(section));
    map
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Map(map) => map.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

fn long_get_atts(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(long_get_atts),
        Value::Map(map) => {
            let alone = map.len() == 1;
            for (key, entry) in map.iter_mut() {
                if alone && key == Function::GetAtt.key() {
                    entry.node = get_att(&entry.node);
                } else {
                    long_get_atts(&mut entry.node);
                }
            }
        }
        _ => {}
    }
}

/// Returns the argument of an `Fn::GetAtt` as a list.
fn get_att(argument: &Node) -> Node {
    match argument.as_str().and_then(|text| text.split_once('.')) {
        Some((resource, attribute)) => {
            let items = [resource, attribute].map(|part| Node::new(part, argument.span));
            Node::new(Vec::from(items), argument.span)
        }
        None => argument.clone(),
    }
}

fn each_in(map: &mut Map, section: Section, mut change: impl FnMut(&str, &mut Map)) {
    let section = map.get_mut(section.key()).and_then(Node::as_map_mut);
    for (name, entry) in section.into_iter().flat_map(Map::iter_mut) {
        if let Some(inner) = entry.node.as_map_mut() {
            change(name, inner);
        }
    }
}

fn remove_descriptions(root: &mut Map) -> RemovedValues {
    let mut removed = RemovedValues::new();
    remove_keys(root, "", &["Description"], &mut removed);
    for section in [Section::Parameters, Section::Outputs] {
        let keys = ["Description", "ConstraintDescription"];
        each_in(root, section, |name, entry| {
            remove_keys(
                entry,
                &format!("{}.{name}", section.key()),
                &keys,
                &mut removed,
            );
        });
    }
    removed
}

fn remove_metadata(root: &mut Map) -> RemovedValues {
    let mut removed = RemovedValues::new();
    remove_keys(root, "", &["Metadata"], &mut removed);
    removed
}

fn remove_policies(root: &mut Map) -> RemovedValues {
    let mut removed = RemovedValues::new();
    each_in(root, Section::Resources, |name, resource| {
        let keys = ["DeletionPolicy", "UpdateReplacePolicy"];
        remove_keys(resource, name, &keys, &mut removed);
    });
    removed
}

fn remove_keys(map: &mut Map, path: &str, keys: &[&str], removed: &mut RemovedValues) {
    for key in keys {
        if let Some(node) = map.remove(key) {
            removed.insert(format!("{path}.{key}"), node);
        }
    }
}

fn remove_unused(root: &mut Map) -> RemovedValues {
    let used = used_names(root);
    let mut removed = RemovedValues::new();
    for section in [Section::Conditions, Section::Mappings] {
        let Some(map) = root.get_mut(section.key()).and_then(Node::as_map_mut) else {
            continue;
        };
        map.retain(|name, node| {
            let keep = used.contains(&(section, name.to_owned()));
            if !keep {
                removed.insert(format!("{}.{name}", section.key()), node.clone());
            }
            keep
        });
    }
    root.retain(|_, section| !is_empty(section));
    removed
}

/// Returns the conditions and mappings that resources, outputs or rules use, directly or through
/// each other.
fn used_names(root: &Map) -> BTreeSet<(Section, String)> {
    let mut used = BTreeSet::new();
    let mut open: Vec<&Node> = Vec::new();
    for section in [Section::Resources, Section::Outputs, Section::Rules] {
        let section = root.get(section.key());
        for (_, entry) in section.into_iter().flat_map(Node::entries) {
            open.push(&entry.node);
            let condition = entry.node.get("Condition").and_then(Node::as_str);
            let condition = condition.map(|name| (Section::Conditions, name.to_owned()));
            if let Some((section, name)) = condition
                && used.insert((section, name.clone()))
            {
                open.extend(declared(root, section, &name));
            }
        }
    }
    while let Some(node) = open.pop() {
        for reference in node.condition_references() {
            let (section, name) = match reference.target {
                Target::Condition(name) => (Section::Conditions, name),
                Target::Mapping { name, .. } => (Section::Mappings, name),
                Target::Name(_) | Target::Attribute(..) => continue,
            };
            if used.insert((section, name.to_owned())) && section == Section::Conditions {
                open.extend(declared(root, section, name));
            }
        }
    }
    used
}

fn declared<'a>(root: &'a Map, section: Section, name: &str) -> Option<&'a Node> {
    root.get(section.key())?.get(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    const BASE: &str = "
Description: one
Parameters: {P: {Type: String, Description: d}}
Conditions: {C: !Equals [!Ref P, a]}
Mappings: {M: {a: {b: c}}}
Resources:
  A: {Type: T::T::T, Condition: C, DependsOn: B, Properties: {N: 5, L: [1, 2], G: !GetAtt B.Arn, F: !FindInMap [M, a, b]}}
  B: {Type: T::T::T}
";

    fn check(edits: &[(&str, &str)], expect: &Comparison) {
        let edited = edits.iter().fold(BASE.to_owned(), |text, (from, to)| {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        });
        assert_eq!(
            &compare(&template(BASE), &template(&edited)),
            expect,
            "{edits:?}"
        );
    }

    #[test]
    fn what_never_counts_is_the_same() {
        for edit in [
            (
                "Description: one",
                "AWSTemplateFormatVersion: '2010-09-09'\nDescription: one",
            ),
            ("DependsOn: B", "DependsOn: [B]"),
            ("DependsOn: B", "DependsOn: [B, B]"),
            ("!GetAtt B.Arn", "{'Fn::GetAtt': B.Arn}"),
            ("{N: 5, L: [1, 2]", "{L: [1, 2], N: 5"),
            ("B: {Type: T::T::T}", "B: {Type: T::T::T, Properties: {}}"),
            ("Description: one", "Outputs: {}\nDescription: one"),
        ] {
            check(&[edit], &Comparison::Same);
        }
    }

    #[test]
    fn what_may_not_count_is_in_doubt() {
        use Aspect::{Description, Metadata, Policy, Spelling, Unused};
        for (edit, aspect) in [
            (("Description: one", "Description: two"), Description),
            (("Description: d", "Description: e"), Description),
            (
                ("Description: one", "Description: one\nMetadata: {a: b}"),
                Metadata,
            ),
            (
                ("DependsOn: B", "DependsOn: B, DeletionPolicy: Retain"),
                Policy,
            ),
            (("N: 5", "N: '5'"), Spelling),
            (
                (
                    "Conditions: {",
                    "Conditions: {Unused: !Not [!Condition C], ",
                ),
                Unused,
            ),
            (
                ("{M: {a: {b: c}}}", "{M: {a: {b: c}}, O: {a: {b: c}}}"),
                Unused,
            ),
        ] {
            check(&[edit], &Comparison::Uncertain([aspect].into()));
        }
        let two = [("Description: one", "Metadata: {a: b}"), ("N: 5", "N: '5'")];
        let aspects = [Description, Metadata, Spelling].into();
        check(&two, &Comparison::Uncertain(aspects));
    }

    #[test]
    fn what_counts_is_different() {
        for edit in [
            ("N: 5", "N: 6"),
            ("N: 5", "N: 5.0"),
            ("L: [1, 2]", "L: [2, 1]"),
            ("Type: String", "Type: Number"),
            ("!Equals [!Ref P, a]", "!Equals [!Ref P, b]"),
            ("{b: c}", "{b: d}"),
            ("DependsOn: B, ", ""),
            ("B: {Type: T::T::T}", "B: {Type: T::T::T, Metadata: {a: b}}"),
            ("Description: one", "Outputs: {O: {Value: x}}"),
        ] {
            check(&[edit], &Comparison::Different);
        }
    }

    #[test]
    fn list_parameters_are_lists() {
        assert!(same_parameter("CommaDelimitedList", "a, b", "a,b"));
        assert!(same_parameter("List<AWS::EC2::Subnet::Id>", "a,b", "a, b"));
        assert!(!same_parameter("CommaDelimitedList", "a,b", "b,a"));
        assert!(!same_parameter("String", "a, b", "a,b"));
    }
}
