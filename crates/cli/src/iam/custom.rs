//! What CloudFormation calls for a custom resource: the function or the topic of its `ServiceToken`, with the
//! permissions of whoever deploys.

use formwork_blueprint::Stack;
use formwork_template::{Node, Resource, Target, Template};

use super::{Scope, Where};

/// Calling a function.
const INVOKE: &str = "lambda:InvokeFunction";

/// Telling a topic.
const PUBLISH: &str = "sns:Publish";

/// Whether a type is a custom resource.
pub(super) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

/// The action that a custom resource needs and what it is about; both actions, on anything, where its token is known
/// only in the account.
pub(super) fn called(
    template: &Template,
    resource: &Resource<'_>,
    stack: &Stack,
    place: &Where,
) -> Vec<(&'static str, Scope)> {
    let token = resource.node.at("Properties.ServiceToken");
    let known =
        token.and_then(|token| written(token).or_else(|| made(template, token, stack, place)));
    match known {
        Some((action, arn)) => vec![(action, scope(action, arn))],
        None => [(INVOKE, "lambda", "function:*"), (PUBLISH, "sns", "*")]
            .map(|(action, service, any)| {
                (
                    action,
                    scope(action, place.arn(service, place.region(), any)),
                )
            })
            .into(),
    }
}

fn scope(action: &str, arn: String) -> Scope {
    let sid = if action == INVOKE {
        "CallFunctions"
    } else {
        "TellTopics"
    };
    Scope::new(sid, vec![arn])
}

/// A token that is written out.
fn written(token: &Node) -> Option<(&'static str, String)> {
    let arn = token.as_str()?;
    let service = arn.strip_prefix("arn:")?.split(':').nth(1)?;
    match service {
        "lambda" => Some((INVOKE, arn.to_owned())),
        "sns" => Some((PUBLISH, arn.to_owned())),
        _ => None,
    }
}

/// A token that a resource of the same template gives.
fn made(
    template: &Template,
    token: &Node,
    stack: &Stack,
    place: &Where,
) -> Option<(&'static str, String)> {
    let references = token.references();
    let [reference] = references.as_slice() else {
        return None;
    };
    let (Target::Name(id) | Target::Attribute(id, _)) = &reference.target else {
        return None;
    };
    let resource = template.resource(id)?;
    let (action, service, part, property) = match resource.kind {
        "AWS::Lambda::Function" => (INVOKE, "lambda", "function:", "FunctionName"),
        "AWS::SNS::Topic" => (PUBLISH, "sns", "", "TopicName"),
        _ => return None,
    };
    let given = resource.node.get("Properties");
    let name = match given.and_then(|node| node.get(property)) {
        Some(node) => node.as_str().unwrap_or("*").to_owned(),
        // Where the whole is too long for a name the stack's part is cut, nobody says where.
        None if stack.name.as_str().len() + resource.id.len() + 15 <= 64 => {
            format!("{}-{}-*", stack.name, resource.id)
        }
        None => "*".to_owned(),
    };
    Some((
        action,
        place.arn(service, place.region(), &format!("{part}{name}")),
    ))
}
