//! The call that CloudFormation makes for a custom resource, with the deployer's permissions: the function or topic of
//! its `ServiceToken`.

use formwork_blueprint::Stack;
use formwork_iam::statements::Scope;
use formwork_template::{Node, Resource, Target, Template};

use super::DeployTarget;

/// The action that calls a function.
const INVOKE: &str = "lambda:InvokeFunction";

/// The action that sends a message to a topic.
const PUBLISH: &str = "sns:Publish";

/// Returns whether a type is a custom resource.
pub(super) fn is_custom(kind: &str) -> bool {
    kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource"
}

/// Returns the action that a custom resource needs and its scope. If the token is known only after deployment, returns
/// both actions on any resource.
pub(super) fn invocations(
    template: &Template,
    resource: &Resource<'_>,
    stack: &Stack,
    target: &DeployTarget,
) -> Vec<(&'static str, Scope)> {
    let token = resource.node.at("Properties.ServiceToken");
    let known =
        token.and_then(|token| written(token).or_else(|| created(template, token, stack, target)));
    match known {
        Some((action, arn)) => vec![(action, scope(action, arn))],
        None => [(INVOKE, "lambda", "function:*"), (PUBLISH, "sns", "*")]
            .map(|(action, service, any)| {
                (
                    action,
                    scope(action, target.arn(service, target.region(), any)),
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

/// Parses a token that is a literal.
fn written(token: &Node) -> Option<(&'static str, String)> {
    let arn = token.as_str()?;
    let service = arn.strip_prefix("arn:")?.split(':').nth(1)?;
    match service {
        "lambda" => Some((INVOKE, arn.to_owned())),
        "sns" => Some((PUBLISH, arn.to_owned())),
        _ => None,
    }
}

/// Resolves a token that refers to a resource of the same template.
fn created(
    template: &Template,
    token: &Node,
    stack: &Stack,
    target: &DeployTarget,
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
        // CloudFormation shortens the stack's part of a long name; how is not documented.
        None if stack.name.as_str().len() + resource.id.len() + 15 <= 64 => {
            format!("{}-{}-*", stack.name, resource.id)
        }
        None => "*".to_owned(),
    };
    Some((
        action,
        target.arn(service, target.region(), &format!("{part}{name}")),
    ))
}
