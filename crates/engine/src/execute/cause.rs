//! The first real cause of a failure (facts page, section 4).
//!
//! The oldest failed event of the operation that is not a mere cancellation; a nested stack's cause lies in its own
//! events. Where no resource failed, the stack's own reason is the cause, and early validations and hooks are asked for
//! their details: where that is denied the reason stands.

use formwork_aws::{Error, StackEvent, StackId, StackRef};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, PathStep, Template, ValuePath};

use crate::client::Client;
use crate::outcome::RootCause;

/// Why an operation failed and what it took with it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) cause: Option<RootCause>,
    pub(super) cancelled: Vec<String>,
}

/// How deep nested stacks are followed.
const DEEPEST: usize = 8;

/// Finds the cause in the events of a stack's last operation, oldest first.
pub(super) async fn find(
    client: &Client,
    id: &StackId,
    events: &[StackEvent],
    template: Option<&Template>,
) -> Result<Found, Error> {
    let cancelled = events
        .iter()
        .filter(|event| event.is_cancelled() && !event.is_of_stack())
        .map(|event| event.logical_id.clone())
        .collect();
    let cause = match first_failure(events) {
        Some(failed) => {
            let mut cause = of_event(failed);
            place(&mut cause, template);
            follow_nested(client, failed, &mut cause).await?;
            Some(cause)
        }
        None => match validation(client, id, template).await {
            Some(cause) => Some(cause),
            None => own_reason(events).map(of_event),
        },
    };
    Ok(Found { cause, cancelled })
}

/// The oldest failure of a resource that is not the consequence of another.
fn first_failure(events: &[StackEvent]) -> Option<&StackEvent> {
    events.iter().find(|event| {
        let failed = event
            .status
            .as_ref()
            .is_some_and(formwork_aws::ResourceStatus::is_failed);
        failed && !event.is_of_stack() && !event.is_cancelled()
    })
}

/// The oldest of the stack's own events that gives a reason for its failing.
fn own_reason(events: &[StackEvent]) -> Option<&StackEvent> {
    events.iter().find(|event| {
        let turns = event.status.as_ref().is_some_and(|status| {
            status.is_failed() || status.as_str().ends_with("ROLLBACK_IN_PROGRESS")
        });
        turns && event.is_of_stack() && event.reason.is_some()
    })
}

fn of_event(event: &StackEvent) -> RootCause {
    RootCause {
        logical_id: event.logical_id.clone(),
        resource_type: event.resource_type.clone(),
        property: None,
        reason: event.reason.clone().unwrap_or_default(),
        time: Some(event.time),
        span: None,
    }
}

/// Where a nested stack failed, what failed in it takes the place of its own event; the logical ids on the way are
/// joined, and the place in the blueprint stays that of the nested stack.
async fn follow_nested(
    client: &Client,
    failed: &StackEvent,
    cause: &mut RootCause,
) -> Result<(), Error> {
    let mut failed = failed.clone();
    for _ in 0..DEEPEST {
        let is_nested = failed.resource_type == "AWS::CloudFormation::Stack";
        let Some(nested) = failed
            .physical_id
            .clone()
            .filter(|id| is_nested && !id.is_empty())
        else {
            return Ok(());
        };
        let events = client.last_operation(&StackId::new(nested)).await?;
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

/// What a hook or an early validation said.
async fn validation(
    client: &Client,
    id: &StackId,
    template: Option<&Template>,
) -> Option<RootCause> {
    let stack = StackRef::from(id);
    // Lacking the permission must not hide the stack's own reason.
    let page = client
        .read_once(|| client.cloud().failures(&stack, None))
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
    place(&mut cause, template);
    if let Some(path) = path {
        // `/Resources/Api/Properties/Name`: the way within the resource begins after its logical id.
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

/// Finds the property that a reason names, and its place in the blueprint.
pub(super) fn place(cause: &mut RootCause, template: Option<&Template>) {
    let Some(resource) = template.and_then(|template| template.resource(&cause.logical_id)) else {
        return;
    };
    cause.span = Some(resource.id_span);
    let properties = resource.attribute("Properties");
    if let Some((property, span)) = properties.and_then(|node| named(node, &cause.reason)) {
        cause.property = Some(property);
        cause.span = Some(span);
    }
}

/// The property that a reason names: by a JSON pointer, as the resource types' schemas do (`#/Environment/Variables`),
/// else by a property's own name as a word.
fn named(properties: &Node, reason: &str) -> Option<(String, Span)> {
    by_pointer(properties, reason).or_else(|| {
        let map = properties.as_map()?;
        let mut names: Vec<(&str, &formwork_template::Entry)> = map
            .iter()
            .filter(|(name, _)| is_word_of(name, reason))
            .collect();
        names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
        let (name, entry) = names.first()?;
        Some(((*name).to_owned(), entry.key))
    })
}

fn by_pointer(properties: &Node, reason: &str) -> Option<(String, Span)> {
    let start = reason.find("#/")? + 1;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_-~".contains(c);
    let pointer: String = reason[start..]
        .chars()
        .take_while(|c| is_part(*c))
        .collect();
    let mut node = properties;
    let mut way = ValuePath::default();
    for step in ValuePath::from_pointer(&pointer).steps() {
        let next = match step {
            PathStep::Name(name) => node.get(name),
            PathStep::Index(index) => node.as_list().and_then(|items| items.get(*index)),
        };
        let Some(next) = next else {
            break;
        };
        node = next;
        way = match step {
            PathStep::Name(name) => way.name(name),
            PathStep::Index(index) => way.index(*index),
        };
    }
    (!way.steps().is_empty()).then(|| (way.to_string(), node.span))
}

fn is_word_of(word: &str, text: &str) -> bool {
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
        place(&mut cause, read_template(TEMPLATE).as_ref());
        assert!(cause.span.is_some(), "the resource has a place at least");
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
