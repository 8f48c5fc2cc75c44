//! Finds the root cause of a failed operation.
//!
//! The root cause is the oldest failed event of the operation that is not a cancellation. For a nested stack, it is in
//! the nested stack's events. If no resource failed, DescribeEvents shows the details of early validations and hooks;
//! if it shows none or is denied, the stack's own reason is the cause.

use formwork_aws::{Error, StackEvent, StackId, StackRef};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, PathStep, Template, ValuePath};

use crate::limits::NESTED_STACKS;
use crate::model::outcome::RootCause;
use crate::targets::client::Client;

/// The root cause of a failed operation and its consequences.
#[derive(Debug, Default)]
pub(super) struct FailureAnalysis {
    pub(super) cause: Option<RootCause>,
    /// The logical ids whose work was cancelled.
    pub(super) cancelled: Vec<String>,
}

/// Finds the root cause in the events of a stack's last operation, oldest first.
pub(super) async fn analyze_failure(
    client: &Client,
    id: &StackId,
    events: &[StackEvent],
    template: Option<&Template>,
) -> Result<FailureAnalysis, Error> {
    let cancelled = events
        .iter()
        .filter(|event| event.is_cancelled() && !event.is_of_stack())
        .map(|event| event.logical_id.clone())
        .collect();
    let cause = match first_failure(events) {
        Some(failed) => {
            let mut cause = cause_from_event(failed);
            locate(&mut cause, template);
            follow_nested(client, failed, &mut cause).await?;
            Some(cause)
        }
        None => match validation_failure(client, id, template).await {
            Some(cause) => Some(cause),
            None => stack_reason(events).map(cause_from_event),
        },
    };
    Ok(FailureAnalysis { cause, cancelled })
}

/// Returns the oldest failure of a resource that is not the consequence of another failure.
fn first_failure(events: &[StackEvent]) -> Option<&StackEvent> {
    events.iter().find(|event| {
        let failed = event
            .status
            .as_ref()
            .is_some_and(formwork_aws::ResourceStatus::is_failed);
        failed && !event.is_of_stack() && !event.is_cancelled()
    })
}

/// Returns the oldest of the stack's own events with a reason for the failure.
fn stack_reason(events: &[StackEvent]) -> Option<&StackEvent> {
    events.iter().find(|event| {
        let is_failure = event.status.as_ref().is_some_and(|status| {
            status.is_failed() || status.as_str().ends_with("ROLLBACK_IN_PROGRESS")
        });
        is_failure && event.is_of_stack() && event.reason.is_some()
    })
}

fn cause_from_event(event: &StackEvent) -> RootCause {
    RootCause {
        logical_id: event.logical_id.clone(),
        resource_type: event.resource_type.clone(),
        property: None,
        reason: event.reason.clone().unwrap_or_default(),
        time: Some(event.time),
        span: None,
    }
}

/// Replaces the failure of a nested stack by the failure inside it. Joins the logical ids on the way; the span remains
/// that of the nested stack.
async fn follow_nested(
    client: &Client,
    failed: &StackEvent,
    cause: &mut RootCause,
) -> Result<(), Error> {
    let mut failed = failed.clone();
    for _ in 0..NESTED_STACKS {
        let is_nested = failed.resource_type == "AWS::CloudFormation::Stack";
        let Some(nested) = failed
            .physical_id
            .clone()
            .filter(|id| is_nested && !id.is_empty())
        else {
            return Ok(());
        };
        let events = client.last_operation_events(&StackId::new(nested)).await?;
        let Some(inner) = first_failure(&events) else {
            return Ok(());
        };
        cause.logical_id = format!("{}.{}", cause.logical_id, inner.logical_id);
        cause.resource_type = inner.resource_type.clone();
        cause.reason = inner.reason.clone().unwrap_or_default();
        cause.time = Some(inner.time);
        failed = inner.clone();
    }
    Ok(())
}

/// Returns the failure of a hook or an early validation.
async fn validation_failure(
    client: &Client,
    id: &StackId,
    template: Option<&Template>,
) -> Option<RootCause> {
    let stack = StackRef::from(id);
    // A missing permission must not hide the stack's own reason.
    let page = client
        .read_once(|| client.cloud().failed_events(&stack, None))
        .await
        .ok()?;
    let failure = page.items.into_iter().min_by_key(|failure| failure.time)?;
    let path = failure.path.as_deref().map(ValuePath::from_pointer);
    let mut cause = RootCause {
        logical_id: failure.logical_id?,
        resource_type: failure.resource_type.unwrap_or_default(),
        property: None,
        reason: failure.reason?,
        time: failure.time,
        span: None,
    };
    locate(&mut cause, template);
    if let Some(path) = path {
        // In `/Resources/Api/Properties/Name`, the path within the resource starts after the logical id.
        let inside: Vec<&PathStep> = path.steps().iter().skip(2).collect();
        let inside = inside
            .iter()
            .fold(ValuePath::default(), |path, step| match step {
                PathStep::Name(name) => path.name(name),
                PathStep::Index(index) => path.index(*index),
            });
        if inside.property().is_some() {
            cause.property = Some(inside.in_properties().to_string());
        }
    }
    Some(cause)
}

/// Finds the property that a reason names, and its span in the blueprint.
fn locate(cause: &mut RootCause, template: Option<&Template>) {
    let Some(resource) = template.and_then(|template| template.resource(&cause.logical_id)) else {
        return;
    };
    cause.span = Some(resource.id_span);
    let properties = resource.attribute("Properties");
    if let Some((property, span)) = properties.and_then(|node| named_property(node, &cause.reason))
    {
        cause.property = Some(property);
        cause.span = Some(span);
    }
}

/// Returns the property that a reason names: by a JSON pointer as `#/Environment/Variables`, else by the property's
/// name as a word.
fn named_property(properties: &Node, reason: &str) -> Option<(String, Span)> {
    property_by_pointer(properties, reason).or_else(|| {
        let map = properties.as_map()?;
        let mut names: Vec<(&str, &formwork_template::Entry)> = map
            .iter()
            .filter(|(name, _)| contains_word(reason, name))
            .collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let (name, entry) = names.first()?;
        Some(((*name).to_owned(), entry.key))
    })
}

fn property_by_pointer(properties: &Node, reason: &str) -> Option<(String, Span)> {
    let start = reason.find("#/")? + 1;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-~".contains(c);
    let pointer: String = reason[start..]
        .chars()
        .take_while(|c| is_part(*c))
        .collect();
    let mut node = properties;
    let mut path = ValuePath::default();
    for step in ValuePath::from_pointer(&pointer).steps() {
        let next = match step {
            PathStep::Name(name) => node.get(name),
            PathStep::Index(index) => node.as_list().and_then(|items| items.get(*index)),
        };
        let Some(next) = next else {
            break;
        };
        node = next;
        path = match step {
            PathStep::Name(name) => path.name(name),
            PathStep::Index(index) => path.index(*index),
        };
    }
    (!path.steps().is_empty()).then(|| (path.to_string(), node.span))
}

fn contains_word(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .any(|found| found == word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::read_template;

    const TEMPLATE: &str = "
Resources:
  Greeter:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python2.7
      Environment: {Variables: {LOG_LEVEL: LOUD}}
";

    fn property(reason: &str) -> Option<String> {
        let mut cause = RootCause {
            logical_id: "Greeter".to_owned(),
            resource_type: "AWS::Lambda::Function".to_owned(),
            property: None,
            reason: reason.to_owned(),
            time: None,
            span: None,
        };
        locate(&mut cause, read_template(TEMPLATE).as_ref());
        assert!(cause.span.is_some(), "at least the resource has a span");
        cause.property
    }

    #[test]
    fn the_property_that_a_reason_names_is_found() {
        for (reason, expect) in [
            (
                "Model validation failed (#/Environment/Variables/LOG_LEVEL: expected type: String)",
                Some("Environment.Variables.LOG_LEVEL"),
            ),
            (
                "Properties validation failed: #/Runtime: not in the enum",
                Some("Runtime"),
            ),
            (
                "#/Environment/Nothing is not permitted",
                Some("Environment"),
            ),
            (
                "The Runtime parameter of python2.7 is no longer supported",
                Some("Runtime"),
            ),
            ("Runtimes are many", None),
            ("Access denied", None),
        ] {
            assert_eq!(property(reason).as_deref(), expect, "{reason}");
        }
    }
}
