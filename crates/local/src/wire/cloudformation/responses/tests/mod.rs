//! Responses as XML with all their fields.

mod change_sets;
mod resources;
mod stacks;
mod templates;

use super::*;
use crate::Time;
use crate::model::request::{ChangeSetType, OnStackFailure};
use crate::model::response::{
    ChangeSetDescription, ChangeSetSummary, ResourceChange, ResourceChangeDetail,
};
use crate::model::status::{ChangeSetStatus, ExecutionStatus, ResourceStatus, StackStatus};
use insta::assert_snapshot;

/// Returns the content of a response's envelope, one element per line.
fn shown(action: &str, response: &Response) -> String {
    let namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
    let opening = format!("<{action}Response xmlns=\"{namespace}\">");
    let closing = format!(
        "<ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></{action}Response>"
    );
    let meta = ResponseMeta {
        request_id: "id".to_owned(),
    };
    let body = write(action, response, &meta);
    let content = body
        .strip_prefix(&opening)
        .and_then(|rest| rest.strip_suffix(&closing));
    let content = content.unwrap_or_else(|| panic!("unexpected envelope: {body}"));
    content.replace("><", ">\n<")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn page<T>(item: T) -> Page<T> {
    Page {
        items: vec![item],
        next_token: text("next"),
    }
}

fn tag() -> Tag {
    Tag {
        key: "team".to_owned(),
        value: "<a&b>".to_owned(),
    }
}

fn parameter() -> StackParameter {
    StackParameter {
        key: "Image".to_owned(),
        value: "/image".to_owned(),
        resolved_value: text("ami-1"),
    }
}

fn operation() -> OperationSummary {
    OperationSummary {
        operation_type: "CREATE_STACK".to_owned(),
        operation_id: "op-1".to_owned(),
    }
}
