//! The differences between two templates, and the values that depend on a parameter.
//!
//! Values that are the same to CloudFormation ([`crate::equivalence::same_value`]) do not differ.
//! Functions are compared as a whole, without a look at their arguments.

use crate::equivalence::same_value;
use crate::path::ValuePath;
use crate::references::Target;
use crate::{Map, Node, Section, Template, Value};
use std::collections::{BTreeMap, BTreeSet};

/// An entry of a section that differs between two templates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryDiff {
    /// The section.
    pub section: Section,
    /// The entry's name, such as a logical id. It is empty for a section that is not a table.
    pub name: String,
    /// The type of a resource. If it changes, the new type.
    pub kind: Option<String>,
    /// The change of the entry.
    pub change: Change,
}

/// The change of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only the new template has the entry.
    Added,
    /// Only the old template has the entry.
    Removed,
    /// Both templates have the entry, with these differences.
    Changed(Vec<ValueDiff>),
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueDiff {
    /// The path in the entry, such as `Properties.Environment.Variables.LOG_LEVEL`.
    pub path: ValuePath,
    /// The old value, or `None` if it is added.
    pub before: Option<Node>,
    /// The new value, or `None` if it is removed.
    pub after: Option<Node>,
}

/// A value that depends on changed parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// The section: resources or outputs.
    pub section: Section,
    /// The entry's name.
    pub name: String,
    /// The path in the entry.
    pub path: ValuePath,
    /// The parameters that it depends on, directly or through conditions.
    pub parameters: BTreeSet<String>,
}

/// Returns the entries that differ, by section: the entries of `after` in their order, then the
/// removed ones.
pub fn diff(before: &Template, after: &Template) -> Vec<EntryDiff> {
    let mut entries = Vec::new();
    for section in Section::ALL {
        let [old, new] = [before, after].map(|template| template.section(*section));
        let tables = [old, new].map(|node| node.and_then(Node::as_map));
        let is_table = tables.iter().any(Option::is_some);
        if !is_table
            || [old, new]
                .iter()
                .flatten()
                .any(|node| node.as_map().is_none())
        {
            entries.extend(whole_section(*section, old, new));
            continue;
        }
        let empty = Map::default();
        let [old, new] = tables.map(|table| table.unwrap_or(&empty));
        entries.extend(table_section(*section, old, new));
    }
    entries
}

fn whole_section(section: Section, old: Option<&Node>, new: Option<&Node>) -> Option<EntryDiff> {
    let change = match (old, new) {
        (None, None) => return None,
        (None, Some(_)) => Change::Added,
        (Some(_), None) => Change::Removed,
        (Some(old), Some(new)) => Change::Changed(differences(old, new)),
    };
    (change != Change::Changed(Vec::new())).then(|| EntryDiff {
        section,
        name: String::new(),
        kind: None,
        change,
    })
}

fn table_section<'a>(
    section: Section,
    old: &'a Map,
    new: &'a Map,
) -> impl Iterator<Item = EntryDiff> + 'a {
    let entry = move |name: &str, node: &Node, change| EntryDiff {
        section,
        name: name.to_owned(),
        kind: (section == Section::Resources)
            .then(|| node.get("Type").and_then(Node::as_str))
            .flatten()
            .map(str::to_owned),
        change,
    };
    let kept = new.iter().filter_map(move |(name, new)| {
        let change = match old.get(name) {
            None => Change::Added,
            Some(old) => Change::Changed(differences(old, &new.node)),
        };
        let differs = change != Change::Changed(Vec::new());
        differs.then(|| entry(name, &new.node, change))
    });
    let removed = old
        .iter()
        .filter(|(name, _)| !new.contains(name))
        .map(move |(name, old)| entry(name, &old.node, Change::Removed));
    kept.chain(removed)
}

/// Returns the differences between two values, in the order of `after`. Removed keys are last.
///
/// Lists of the same length are compared item by item, others as a whole.
pub fn differences(before: &Node, after: &Node) -> Vec<ValueDiff> {
    let mut found = Vec::new();
    compare(&ValuePath::default(), Some(before), Some(after), &mut found);
    found
}

fn compare(
    path: &ValuePath,
    before: Option<&Node>,
    after: Option<&Node>,
    found: &mut Vec<ValueDiff>,
) {
    if let (Some(old), Some(new)) = (before, after) {
        if same_value(old, new) {
            return;
        }
        let functions = old.function().is_some() || new.function().is_some();
        match (&old.value, &new.value) {
            (Value::Map(old), Value::Map(new)) if !functions => {
                for (name, entry) in new.iter() {
                    compare(&path.name(name), old.get(name), Some(&entry.node), found);
                }
                for (name, entry) in old.iter().filter(|(name, _)| !new.contains(name)) {
                    compare(&path.name(name), Some(&entry.node), None, found);
                }
                return;
            }
            (Value::List(old), Value::List(new)) if old.len() == new.len() => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    compare(&path.index(index), Some(old), Some(new), found);
                }
                return;
            }
            _ => {}
        }
    }
    found.push(ValueDiff {
        path: path.clone(),
        before: before.cloned(),
        after: after.cloned(),
    });
}

/// Returns the values of resources and outputs that change with the values of `parameters`.
///
/// It follows references in functions, and conditions in `Fn::If` and `Condition`. It does not
/// follow changes of resources, which are known only after deployment.
pub fn affected(template: &Template, parameters: &BTreeSet<String>) -> Vec<Affected> {
    let mut reach = Reach {
        template,
        parameters,
        conditions: BTreeMap::new(),
        found: Vec::new(),
    };
    for section in [Section::Resources, Section::Outputs] {
        for (name, entry) in template.entries(section) {
            if let Some(condition) = entry.node.get("Condition").and_then(Node::as_str) {
                let causes = reach.condition(condition);
                reach.take(
                    section,
                    name,
                    ValuePath::default().name("Condition"),
                    causes,
                );
            }
            reach.walk(section, name, &ValuePath::default(), &entry.node);
        }
    }
    reach.found
}

struct Reach<'a> {
    template: &'a Template,
    parameters: &'a BTreeSet<String>,
    /// The parameters that each visited condition depends on.
    conditions: BTreeMap<String, BTreeSet<String>>,
    found: Vec<Affected>,
}

impl Reach<'_> {
    fn walk(&mut self, section: Section, name: &str, path: &ValuePath, node: &Node) {
        if node.function().is_some() {
            let causes = self.causes(node);
            self.take(section, name, path.clone(), causes);
            return;
        }
        match &node.value {
            Value::Map(map) => {
                for (key, entry) in map.iter() {
                    self.walk(section, name, &path.name(key), &entry.node);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.walk(section, name, &path.index(index), item);
                }
            }
            _ => {}
        }
    }

    fn take(
        &mut self,
        section: Section,
        name: &str,
        path: ValuePath,
        parameters: BTreeSet<String>,
    ) {
        if !parameters.is_empty() {
            self.found.push(Affected {
                section,
                name: name.to_owned(),
                path,
                parameters,
            });
        }
    }

    fn causes(&mut self, node: &Node) -> BTreeSet<String> {
        let mut causes = BTreeSet::new();
        for reference in node.condition_references() {
            match reference.target {
                Target::Name(name) if self.parameters.contains(name) => {
                    causes.insert(name.to_owned());
                }
                Target::Condition(name) => causes.extend(self.condition(name)),
                Target::Name(_) | Target::Attribute(..) | Target::Mapping { .. } => {}
            }
        }
        causes
    }

    fn condition(&mut self, name: &str) -> BTreeSet<String> {
        if let Some(known) = self.conditions.get(name) {
            return known.clone();
        }
        // The entry is added before the condition is visited, so that circular conditions
        // terminate.
        self.conditions.insert(name.to_owned(), BTreeSet::new());
        let section = self.template.section(Section::Conditions);
        let causes = match section.and_then(|conditions| conditions.get(name)) {
            Some(node) => self.causes(node),
            None => BTreeSet::new(),
        };
        self.conditions.insert(name.to_owned(), causes.clone());
        causes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;
    use crate::write::json_compact;
    use std::fmt::Write as _;

    fn shown(before: &str, after: &str) -> String {
        let mut out = String::new();
        for entry in diff(&template(before), &template(after)) {
            let section = entry.section.key();
            let kind = entry.kind.unwrap_or_default();
            let entry_shown = format!("{section} {} {kind}", entry.name);
            let entry_shown = entry_shown.trim_end();
            let changes = match entry.change {
                Change::Added => {
                    writeln!(out, "+ {entry_shown}").unwrap();
                    continue;
                }
                Change::Removed => {
                    writeln!(out, "- {entry_shown}").unwrap();
                    continue;
                }
                Change::Changed(changes) => changes,
            };
            writeln!(out, "~ {entry_shown}").unwrap();
            for change in changes {
                let show =
                    |node: Option<Node>| node.map_or("none".to_owned(), |n| json_compact(&n));
                let (before, after) = (show(change.before), show(change.after));
                writeln!(out, "    {}: {before} -> {after}", change.path).unwrap();
            }
        }
        out
    }

    #[test]
    fn differences_are_shown_by_section_entry_and_path() {
        let before = "
Description: one
Parameters: {P: {Type: String}}
Resources:
  Fn: {Type: A::B::C, Properties: {Env: {LEVEL: INFO, OLD: x}, Port: 80, Role: !GetAtt Role.Arn, Tags: [a, b], Steps: [{n: 1}, {n: 2}]}}
  Gone: {Type: A::B::D}
Outputs: {O: {Value: !Ref Fn}}
";
        let after = "
Description: two
Resources:
  Fn: {Type: A::B::C, DependsOn: New, Properties: {Env: {LEVEL: DEBUG, ADDED: y}, Port: '80', Role: !GetAtt New.Arn, Tags: [a], Steps: [{n: 1}, {n: 3}]}}
  New: {Type: A::B::E}
Outputs: {O: {Value: !Ref New}}
";
        insta::assert_snapshot!(shown(before, after), @r#"
        ~ Description
            : "one" -> "two"
        - Parameters P
        ~ Resources Fn A::B::C
            DependsOn: none -> "New"
            Properties.Env.LEVEL: "INFO" -> "DEBUG"
            Properties.Env.ADDED: none -> "y"
            Properties.Env.OLD: "x" -> none
            Properties.Role: {"Fn::GetAtt":["Role","Arn"]} -> {"Fn::GetAtt":["New","Arn"]}
            Properties.Tags: ["a","b"] -> ["a"]
            Properties.Steps[1].n: 2 -> 3
        + Resources New A::B::E
        - Resources Gone A::B::D
        ~ Outputs O
            Value: {"Ref":"Fn"} -> {"Ref":"New"}
        "#);
        assert_eq!(shown(before, before), "");
    }

    #[test]
    fn a_parameter_reaches_values_through_functions_and_conditions() {
        let template = template(
            "
Parameters: {A: {Type: String}, B: {Type: String}, C: {Type: String}}
Conditions:
  IsB: !Equals [!Ref B, x]
  Other: !Not [!Condition IsB]
Resources:
  One: {Type: T::T::T, Properties: {x: !Ref A, y: {z: [plain, !Sub '${A}${C}']}}}
  Two: {Type: T::T::T, Condition: Other, Properties: {x: !If [IsB, 1, !Ref A], y: !Ref One}}
Outputs: {O: {Value: !Ref B}}
",
        );
        let changed = ["A", "B"].map(str::to_owned).into();
        let shown: Vec<_> = affected(&template, &changed)
            .iter()
            .map(|affected| {
                let causes: Vec<_> = affected.parameters.iter().map(String::as_str).collect();
                format!("{}.{}: {}", affected.name, affected.path, causes.join(" "))
            })
            .collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        One.Properties.x: A
        One.Properties.y.z[1]: A
        Two.Condition: B
        Two.Properties.x: A B
        O.Value: B
        ");
    }
}
