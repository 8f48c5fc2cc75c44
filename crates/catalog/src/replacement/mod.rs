//! Predicts whether a change replaces a resource, from the create-only properties of its type.
//!
//! CloudFormation's own answer is a change set; this module answers before there is one. A change
//! of a create-only property replaces the resource. The answer is [`Replacement::Maybe`] when a
//! value is not known yet, and for conditional create-only properties, because the schema does not
//! state their condition. [`create_only_properties`] lists the create-only properties of common types
//! for callers without a schema.

mod common_types;

pub use common_types::{CreateOnlyProperties, create_only_properties};

use crate::schema::{PropertyPath, PropertyStep, ResourceSchema};
use formwork_template::equivalence::same_value;
use formwork_template::sub::{self, Part};
use formwork_template::{Function, Intrinsic, Map, Node, PathStep, Value, ValuePath};

/// The prediction whether a change replaces a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Replacement {
    /// The resource is not replaced.
    No,
    /// The answer depends on an unknown value, or on more than the property.
    Maybe,
    /// The resource is replaced.
    Yes,
}

/// A value before or after a change.
#[derive(Clone, Copy)]
pub struct ChangeSide<'a> {
    /// The value in the template, or `None` where it is absent.
    pub node: Option<&'a Node>,
    /// Returns the values of parameters and pseudo parameters, as far as they are known.
    pub known: &'a dyn Fn(&str) -> Option<String>,
}

/// Predicts the effect of a change of the value at `path`, such as `Properties.Tags[0].Value`.
///
/// Without a schema, any change of a property may replace the resource.
pub fn replacement(
    schema: Option<&ResourceSchema>,
    path: &ValuePath,
    before: ChangeSide<'_>,
    after: ChangeSide<'_>,
) -> Replacement {
    let steps = match path.steps() {
        [PathStep::Name(first)] if first == "Type" => return Replacement::Yes,
        _ => match below_properties(path) {
            Some(steps) => steps,
            None => return Replacement::No,
        },
    };
    let Some(schema) = schema else {
        return compare_values(before, after).min(Replacement::Maybe);
    };
    let most = |paths: &[PropertyPath]| {
        let found = paths
            .iter()
            .map(|path| of_create_only_path(path, steps, before, after));
        found.max().unwrap_or(Replacement::No)
    };
    let conditional = most(&schema.conditional_create_only).min(Replacement::Maybe);
    most(&schema.create_only).max(conditional)
}

/// Predicts the effect of a change whose new value at `path` is known only later.
pub fn replacement_if_unknown(schema: Option<&ResourceSchema>, path: &ValuePath) -> Replacement {
    let Some(steps) = below_properties(path) else {
        return Replacement::No;
    };
    let decides = schema.is_none_or(|schema| {
        let mut paths = schema
            .create_only
            .iter()
            .chain(&schema.conditional_create_only);
        paths.any(|path| remaining_steps(path, steps).is_some())
    });
    match decides {
        true => Replacement::Maybe,
        false => Replacement::No,
    }
}

/// Returns the parts of a resource's properties whose change replaces it.
pub fn create_only(schema: &ResourceSchema, properties: &Map) -> Map {
    let mut kept = Map::default();
    for (name, entry) in properties.iter() {
        let below = schema.create_only.iter().filter_map(|path| {
            let (first, rest) = path.steps().split_first()?;
            matches(first, &PathStep::Name(name.to_owned())).then_some(rest)
        });
        let below: Vec<&[PropertyStep]> = below.collect();
        if let Some(node) = prune(&entry.node, &below) {
            kept.insert(name, entry.key, node);
        }
    }
    kept
}

/// Returns the part of a value that the paths select.
fn prune(node: &Node, paths: &[&[PropertyStep]]) -> Option<Node> {
    if paths.is_empty() {
        return None;
    }
    if paths.iter().any(|path| path.is_empty()) || node.function().is_some() {
        return Some(node.clone());
    }
    let below = |step: &PathStep| -> Vec<&[PropertyStep]> {
        let inner = paths.iter().filter_map(|path| path.split_first());
        let inner = inner.filter(|(first, _)| matches(first, step));
        inner.map(|(_, rest)| rest).collect()
    };
    let value: Value = match &node.value {
        Value::Map(map) => {
            let mut kept = Map::default();
            for (name, entry) in map.iter() {
                if let Some(node) = prune(&entry.node, &below(&PathStep::Name(name.to_owned()))) {
                    kept.insert(name, entry.key, node);
                }
            }
            if kept.is_empty() {
                return None;
            }
            kept.into()
        }
        Value::List(items) => {
            let below = below(&PathStep::Index(0));
            let kept: Vec<Node> = items
                .iter()
                .filter_map(|item| prune(item, &below))
                .collect();
            kept.into()
        }
        _ => return None,
    };
    Some(Node::new(value, node.span))
}

/// Predicts the effect of a change at `steps` for one create-only path.
fn of_create_only_path(
    path: &PropertyPath,
    steps: &[PathStep],
    before: ChangeSide<'_>,
    after: ChangeSide<'_>,
) -> Replacement {
    match remaining_steps(path, steps) {
        Some(rest) => compare_below(before, after, rest),
        None => Replacement::No,
    }
}

/// Returns the rest of `path` below `steps` if one of the two contains the other.
fn remaining_steps<'a>(path: &'a PropertyPath, steps: &[PathStep]) -> Option<&'a [PropertyStep]> {
    let shared = path.steps().len().min(steps.len());
    let mut fits = path.steps().iter().zip(steps);
    fits.all(|(wanted, step)| matches(wanted, step))
        .then(|| &path.steps()[shared..])
}

/// Returns the steps of a path after `Properties`.
fn below_properties(path: &ValuePath) -> Option<&[PathStep]> {
    match path.steps() {
        [PathStep::Name(first), steps @ ..] if first == "Properties" => Some(steps),
        _ => None,
    }
}

fn matches(wanted: &PropertyStep, step: &PathStep) -> bool {
    match (wanted, step) {
        (PropertyStep::Name(wanted), PathStep::Name(name)) => **wanted == **name,
        (PropertyStep::Each, _) => true,
        (PropertyStep::Name(_), PathStep::Index(_)) => false,
    }
}

/// Compares the values at `rest` on both sides.
fn compare_below(
    before: ChangeSide<'_>,
    after: ChangeSide<'_>,
    rest: &[PropertyStep],
) -> Replacement {
    let [before, after] = [before, after].map(ChangeSide::without_no_value);
    let Some((step, rest)) = rest.split_first() else {
        return compare_values(before, after);
    };
    if before.is_computed() || after.is_computed() {
        return compare_values(before, after).min(Replacement::Maybe);
    }
    match step {
        PropertyStep::Name(name) => compare_below(before.get(name), after.get(name), rest),
        PropertyStep::Each => match (before.items(), after.items()) {
            (old, new) if old.len() == new.len() => {
                let pairs = old.into_iter().zip(new);
                let each = pairs.map(|(old, new)| compare_below(old, new, rest));
                each.max().unwrap_or(Replacement::No)
            }
            // The schema does not tell whether an added or removed item replaces the resource.
            (old, new) => {
                let items = old.iter().chain(&new);
                let most = items
                    .map(|item| compare_below(item.without(), *item, rest))
                    .max();
                most.unwrap_or(Replacement::No).min(Replacement::Maybe)
            }
        },
    }
}

/// Compares two values as a whole.
fn compare_values(before: ChangeSide<'_>, after: ChangeSide<'_>) -> Replacement {
    let [before, after] = [before, after].map(ChangeSide::without_no_value);
    let (old, new) = match (before.node, after.node) {
        (None, None) => return Replacement::No,
        (Some(old), Some(new)) => (old, new),
        (Some(one), None) | (None, Some(one)) => {
            // A condition may also remove the value on the other side.
            let sure = one
                .function()
                .is_none_or(|(function, _)| function != Function::If);
            return if sure {
                Replacement::Yes
            } else {
                Replacement::Maybe
            };
        }
    };
    match (before.text(old), after.text(new)) {
        (Some(old), Some(new)) if old == new => Replacement::No,
        (Some(_), Some(_)) => Replacement::Yes,
        _ if !has_function(old) && !has_function(new) => match same_value(old, new) {
            true => Replacement::No,
            false => Replacement::Yes,
        },
        _ => Replacement::Maybe,
    }
}

/// Returns whether the value contains an intrinsic function.
fn has_function(node: &Node) -> bool {
    let mut found = false;
    node.walk(&mut |inner| found |= inner.function().is_some());
    found
}

impl<'a> ChangeSide<'a> {
    /// Returns the side without a value that is `AWS::NoValue`.
    fn without_no_value(self) -> Self {
        let node = self
            .node
            .filter(|node| !matches!(node.intrinsic(), Some(Intrinsic::Ref("AWS::NoValue"))));
        Self { node, ..self }
    }

    /// Returns the side without its value.
    fn without(&self) -> Self {
        Self {
            node: None,
            ..*self
        }
    }

    fn is_computed(&self) -> bool {
        self.node.is_some_and(|node| node.function().is_some())
    }

    fn get(self, name: &str) -> Self {
        let node = self.node.and_then(|node| node.get(name));
        Self { node, ..self }
    }

    /// Returns the items of a list, or the values of a map.
    fn items(self) -> Vec<Self> {
        let nodes: Vec<&Node> = match self.node.map(|node| &node.value) {
            Some(Value::List(items)) => items.iter().collect(),
            Some(Value::Map(map)) => map.iter().map(|(_, entry)| &entry.node).collect(),
            _ => Vec::new(),
        };
        let side = |node| Self {
            node: Some(node),
            ..self
        };
        nodes.into_iter().map(side).collect()
    }

    /// Returns the text of a value, if every name in it is known.
    fn text(&self, node: &Node) -> Option<String> {
        match node.intrinsic() {
            None => match &node.value {
                Value::Map(_) | Value::List(_) => None,
                Value::String(text) => Some(text.clone()),
                _ => Some(formwork_template::write::json_compact(node)),
            },
            Some(Intrinsic::Ref(name)) => (self.known)(name),
            Some(Intrinsic::Sub { text, variables }) => {
                let parts = sub::parts(text).into_iter().map(|part| match part {
                    Part::Literal(text) => Some(text.to_owned()),
                    Part::Escaped(text) => Some(format!("${{{text}}}")),
                    Part::Reference { name, .. } => {
                        match variables.and_then(|variables| variables.get(name)) {
                            Some(own) => self.text(own),
                            None => (self.known)(name),
                        }
                    }
                });
                parts.collect()
            }
            Some(Intrinsic::Other(Function::Join, argument)) => {
                let [delimiter, items] = argument.as_list()? else {
                    return None;
                };
                let items = items.as_list()?.iter().map(|item| self.text(item));
                Some(items.collect::<Option<Vec<_>>>()?.join(delimiter.as_str()?))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Table;
    use formwork_template::{Change, Section, diff};

    /// Checks the replacement of the resource `R`, and the property that causes it, for a change of
    /// its properties.
    fn check(kind: &str, before: &str, after: &str, expected: Replacement, cause: &str) {
        let text = |properties: &str| {
            format!(
                "Parameters: {{P: {{Type: String}}, Q: {{Type: String}}}}
Resources: {{R: {{Type: '{kind}', Properties: {{{properties}}}}}}}"
            )
        };
        let [old, new] = [before, after].map(|one| crate::testing::template(&text(one)));
        let schema = Table::new().resource(kind);
        // `P` changes from `one` to `two`. The value of `Q` is unknown.
        let known = |text: &'static str| move |name: &str| (name == "P").then(|| text.to_owned());
        let (was, becomes) = (known("one"), known("two"));
        let mut found = (Replacement::No, String::new());
        for entry in diff(&old, &new) {
            let (Section::Resources, Change::Changed(values)) = (entry.section, entry.change)
            else {
                continue;
            };
            for value in values {
                let side = |node, known| ChangeSide { node, known };
                let before = side(value.before.as_ref(), &was);
                let after = side(value.after.as_ref(), &becomes);
                let one = replacement(schema.as_deref(), &value.path, before, after);
                if one > found.0 {
                    found = (one, value.path.in_properties().to_string());
                }
            }
        }
        assert_eq!(found, (expected, cause.to_owned()), "{before} to {after}");
    }

    #[test]
    fn create_only_properties_replace_and_others_do_not() {
        use Replacement::{Maybe, No, Yes};
        let queue = "AWS::SQS::Queue";
        check(queue, "QueueName: a", "QueueName: b", Yes, "QueueName");
        check(queue, "DelaySeconds: 1", "DelaySeconds: 2", No, "");
        check(queue, "DelaySeconds: 1", "QueueName: b", Yes, "QueueName");
        check(
            queue,
            "QueueName: b",
            "QueueName: {Ref: AWS::NoValue}",
            Yes,
            "QueueName",
        );
        let keys = |key: &str| format!("KeySchema: [{{AttributeName: {key}, KeyType: HASH}}]");
        let (old, new) = (keys("a"), keys("b"));
        check(
            "AWS::DynamoDB::Table",
            &old,
            &new,
            Maybe,
            "KeySchema[0].AttributeName",
        );
        let (old, new) = ("ServiceToken: a, X: 1", "ServiceToken: b, X: 2");
        check("Custom::Thing", old, new, Yes, "ServiceToken");
        check("Custom::Thing", "X: 1", "X: 2", No, "");
        check("Some::Private::Type", "X: 1", "X: 2", Maybe, "X");
    }

    #[test]
    fn what_is_not_known_may_replace_and_what_is_known_is_compared() {
        use Replacement::{Maybe, No, Yes};
        for (before, after, expected) in [
            ("{Ref: P}", "{Ref: Q}", Maybe),
            ("one", "{Ref: P}", Yes),
            ("{'Fn::Sub': 'x-${P}'}", "{'Fn::Sub': 'y-${P}'}", Yes),
            ("two-x", "{'Fn::Sub': '${P}-x'}", No),
            ("{Ref: P}", "{'Fn::Sub': '${Q}'}", Maybe),
            ("one-x", "{'Fn::Join': ['-', [{Ref: P}, x]]}", Yes),
            ("one", "{'Fn::If': [C, one, two]}", Maybe),
        ] {
            let [old, new] = [before, after].map(|value| format!("QueueName: {value}"));
            let cause = if expected == No { "" } else { "QueueName" };
            check("AWS::SQS::Queue", &old, &new, expected, cause);
        }
        // The value of the condition is unknown.
        let maybe = "QueueName: {'Fn::If': [C, x, {Ref: AWS::NoValue}]}";
        check("AWS::SQS::Queue", "", maybe, Maybe, "QueueName");
    }

    #[test]
    fn paths_into_a_property_are_followed() {
        use Replacement::{Maybe, No, Yes};
        let nested = "AWS::MSK::Replicator";
        let item = |compression: &str, other: &str| {
            format!("{{TargetCompressionType: {compression}, TopicReplication: {{X: {other}}}}}")
        };
        let list = |items: &str| format!("ReplicationInfoList: [{items}]");
        let (none, zip) = (item("NONE", "1"), item("GZIP", "1"));
        let at = "ReplicationInfoList[0].TargetCompressionType";
        check(nested, &list(&none), &list(&zip), Yes, at);
        check(nested, &list(&none), &list(&item("NONE", "2")), No, "");
        let two = list(&format!("{none}, {zip}"));
        check(nested, &list(&none), &two, Maybe, "ReplicationInfoList");
        check(nested, "", &list(&none), Maybe, "ReplicationInfoList");
    }

    #[test]
    fn only_the_parts_that_decide_are_kept() {
        let text = "Resources: {R: {Type: AWS::MSK::Replicator, Properties: {
            ReplicatorName: r, Description: d, Tags: [],
            ReplicationInfoList: [{TargetCompressionType: GZIP, TopicReplication: {X: 1}}]}}}";
        let template = crate::testing::template(text);
        let properties = template.resource("R").unwrap().properties().unwrap();
        let schema = Table::new().resource("AWS::MSK::Replicator").unwrap();
        let node = Node::new(create_only(&schema, properties), Default::default());
        assert_eq!(
            formwork_template::write::json_compact(&node),
            r#"{"ReplicatorName":"r","Description":"d","ReplicationInfoList":[{"TargetCompressionType":"GZIP"}]}"#
        );
    }
}
