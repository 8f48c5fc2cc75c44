//! A template's format version, description and metadata.
//!
//! From the pages "Format version", "Description" and "AWS::CloudFormation::Interface".

use super::wrong;
use crate::form::{Form, Others, Table};
use crate::scene::Scene;
use formwork_template::diagnostics::Problem;
use formwork_template::{Section, Value};

/// The console shows the `default` of a label; AWS's own templates also have a text there, which it leaves unshown.
const LABEL: Form = Form::TextOr(&Table {
    what: "a label",
    fields: &[("default", Form::Text)],
    required: &[],
    others: Others::None,
});

const INTERFACE: Form = Form::Table(&Table {
    what: "`AWS::CloudFormation::Interface`",
    fields: &[
        (
            "ParameterGroups",
            Form::List(
                &Form::Table(&Table {
                    what: "a group of parameters",
                    fields: &[
                        ("Label", LABEL),
                        ("Parameters", Form::List(&Form::Any, usize::MAX)),
                    ],
                    required: &[],
                    others: Others::None,
                }),
                usize::MAX,
            ),
        ),
        ("ParameterLabels", Form::Map(&LABEL)),
    ],
    required: &[],
    others: Others::None,
});

/// What is wrong at the head of the template.
pub(super) fn head(scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    let template = scene.template;
    if let Some(node) = template.section(Section::AWSTemplateFormatVersion)
        && node.as_str() != Some("2010-09-09")
    {
        let problem = wrong("the only format version is `2010-09-09`", node);
        problems.push(problem.help("write `AWSTemplateFormatVersion: \"2010-09-09\"`"));
    }
    if let Some(node) = template.section(Section::Description)
        && !matches!(node.value, Value::String(_) | Value::Null)
    {
        let message = format!("a description is a text, not {}", node.kind());
        problems.push(wrong(message, node));
    }
    let metadata = template.section(Section::Metadata);
    if let Some(node) = metadata.and_then(|node| node.get("AWS::CloudFormation::Interface")) {
        INTERFACE.check("AWS::CloudFormation::Interface", node, scene, problems);
    }
}
