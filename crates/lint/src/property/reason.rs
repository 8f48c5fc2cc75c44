//! Why a schema asks for more: the values beside it that its `if` looks at.

use super::finding::Step;
use super::message;
use super::walk::is_no_value;
use formwork_catalog::schema::Schema;
use formwork_template::Node;
use formwork_template::parameter::scalar_text;
use std::sync::Arc;

/// Conditions that look at more than this are not explained: nobody would read it.
const MOST_REASONS: usize = 3;

/// Schemas lie in one another at most so deep.
const MOST_DEPTH: usize = 16;

/// One thing that makes a condition hold, or not hold.
#[derive(Debug, Clone)]
pub(super) struct Reason<'a> {
    trail: Vec<Step<'a>>,
    node: Option<&'a Node>,
}

/// What of the table at `trail` the test of a condition looks at.
pub(super) fn reasons<'a>(test: &'a Schema, node: &'a Node, trail: &[Step<'a>]) -> Vec<Reason<'a>> {
    let mut found = Vec::new();
    look(test, node, &mut trail.to_vec(), &mut found, MOST_DEPTH);
    match found.len() {
        0..=MOST_REASONS => found,
        _ => Vec::new(),
    }
}

fn look<'a>(
    test: &'a Schema,
    node: &'a Node,
    trail: &mut Vec<Step<'a>>,
    found: &mut Vec<Reason<'a>>,
    depth: usize,
) {
    let (Some(map), Some(depth)) = (node.as_map(), depth.checked_sub(1)) else {
        return;
    };
    for (name, schema) in test.properties.iter() {
        trail.push(Step::Name(name));
        match map.get(name) {
            Some(inner) if inner.as_map().is_some() && inner.function().is_none() => {
                look(schema, inner, trail, found, depth);
            }
            inner => put(trail, inner, found),
        }
        trail.pop();
    }
    for name in required(test) {
        trail.push(Step::Name(name));
        put(trail, map.get(name), found);
        trail.pop();
    }
    let combined = test.combined.iter();
    for branch in combined.flat_map(|combined| combined.branches()) {
        look(branch, node, trail, found, depth);
    }
}

/// Names that are asked for, whatever they hold.
fn required(test: &Schema) -> impl Iterator<Item = &Arc<str>> {
    let names = test.required.iter();
    names.filter(|name| !test.properties.contains_key(&***name))
}

fn put<'a>(trail: &[Step<'a>], node: Option<&'a Node>, found: &mut Vec<Reason<'a>>) {
    let node = node.filter(|node| !is_no_value(node));
    let is_known = node.is_none_or(|node| node.function().is_none());
    if is_known && !found.iter().any(|reason| reason.trail == trail) {
        let trail = trail.to_vec();
        found.push(Reason { trail, node });
    }
}

impl Reason<'_> {
    /// Whether it is the value at `trail` itself, or something around it.
    pub(super) fn is_around(&self, trail: &[Step<'_>]) -> bool {
        trail.starts_with(&self.trail)
    }

    /// Whether both are the value at one place.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.trail == other.trail
    }

    fn words(&self) -> String {
        let path = message::path(&self.trail);
        match self.node.map(scalar_text) {
            Some(Some(text)) => format!("`{path}` is `{}`", message::shortened(&text)),
            Some(None) => format!("`{path}` is given"),
            None => format!("`{path}` is not given"),
        }
    }
}

/// The reasons as the end of a sentence: `, as A is 1 and B is not given`; nothing where there are
/// none.
pub(super) fn words(reasons: &[Reason<'_>]) -> String {
    let all = reasons.iter().map(Reason::words);
    match all.collect::<Vec<String>>().join(" and ") {
        none if none.is_empty() => none,
        all => format!(", as {all}"),
    }
}

#[cfg(test)]
mod tests {
    use crate::codes::{MISSING_PROPERTY, WRONG_VALUE};
    use crate::tests::shown;

    #[test]
    fn what_a_value_beside_it_asks_for_is_said_with_that_value() {
        let codes = [WRONG_VALUE, MISSING_PROPERTY];
        insta::assert_snapshot!(shown("
Conditions:
  Open: !Equals [!Ref AWS::Region, us-east-1]
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {AccessControl: PublicRead}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 0}
  Targets: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: instance, Port: 80}}
  Provisioned:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: a, AttributeType: S}]
      KeySchema: [{AttributeName: a, KeyType: HASH}]
      BillingMode: !If [Open, PAY_PER_REQUEST, !Ref AWS::NoValue]
", |problem| codes.contains(&problem.code)), @r#"
    missing_property: `AWS::S3::Bucket` needs the property `OwnershipControls`, as `AccessControl` is `PublicRead` [5 "Bucket" `OwnershipControls` is missing]
    wrong_value: `ProvisionedThroughput.ReadCapacityUnits` takes only `0`, not `1`, as `BillingMode` is `PAY_PER_REQUEST` [12 "1" not allowed]
    missing_property: `AWS::ElasticLoadBalancingV2::TargetGroup` needs the property `Protocol`, as `TargetType` is `instance` [13 "Targets" `Protocol` is missing]
    missing_property: `AWS::DynamoDB::Table` needs the property `ProvisionedThroughput` when `Open` does not hold [14 "Provisioned" `ProvisionedThroughput` is missing]
    "#);
    }
}
