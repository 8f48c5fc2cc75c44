//! The values that can change while the text of a template stays the same.

use crate::diagnostics::Span;
use crate::dynamic::dynamic_references;
use crate::{Node, Section, Template, capabilities};

/// A value that can change while the template's text stays the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolatileValue {
    /// A parameter whose value CloudFormation reads from Systems Manager at every update.
    SsmParameter {
        /// The parameter's name.
        name: String,
        /// The span of the name.
        span: Span,
    },
    /// A `{{resolve:…}}` without a version.
    DynamicReference {
        /// The reference, such as `ssm:/path/name`.
        text: String,
        /// The span of the string that contains it.
        span: Span,
    },
    /// A parameter whose value AWS does not return.
    NoEcho {
        /// The parameter's name.
        name: String,
        /// The span of the name.
        span: Span,
    },
    /// A macro, whose result can change.
    Macro,
    /// A nested stack, whose template is elsewhere.
    NestedStack {
        /// The logical id.
        name: String,
        /// The span of the logical id.
        span: Span,
    },
}

/// Returns the values that can change while the text of `template` stays the same.
pub fn volatile_values(template: &Template) -> Vec<VolatileValue> {
    let mut values = Vec::new();
    for parameter in template.parameters() {
        let name = parameter.name.to_owned();
        let span = parameter.name_span;
        if parameter.kind().starts_with("AWS::SSM::Parameter::") {
            let name = name.clone();
            values.push(VolatileValue::SsmParameter { name, span });
        }
        if parameter.is_no_echo() {
            values.push(VolatileValue::NoEcho { name, span });
        }
    }
    for (_, entry) in template.entries(Section::Resources) {
        unversioned(&entry.node, &mut values);
    }
    for resource in template.resources() {
        if resource.kind == "AWS::CloudFormation::Stack" {
            values.push(VolatileValue::NestedStack {
                name: resource.id.to_owned(),
                span: resource.id_span,
            });
        }
    }
    if capabilities::has_macros(template) {
        values.push(VolatileValue::Macro);
    }
    values
}

fn unversioned(node: &Node, values: &mut Vec<VolatileValue>) {
    node.walk(&mut |node| {
        let references = node.as_str().map(dynamic_references).unwrap_or_default();
        let open = references.iter().filter(|found| !found.is_versioned());
        values.extend(open.map(|reference| VolatileValue::DynamicReference {
            text: reference.text.to_owned(),
            span: node.span,
        }));
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    #[test]
    fn doubts_name_what_text_cannot_decide() {
        let template = template(
            "
Transform: AWS::LanguageExtensions
Parameters:
  Ami: {Type: 'AWS::SSM::Parameter::Value<String>'}
  Key: {Type: String, NoEcho: true}
  Name: {Type: String}
Resources:
  A: {Type: T::T::T, Properties: {a: '{{resolve:ssm:/x}}', b: '{{resolve:ssm:/x:1}}', c: !Sub 'x{{resolve:secretsmanager:s}}'}}
  N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: u}}
",
        );
        let shown: Vec<_> = volatile_values(&template)
            .into_iter()
            .map(|doubt| match doubt {
                VolatileValue::SsmParameter { name, .. } => format!("ssm {name}"),
                VolatileValue::DynamicReference { text, .. } => format!("resolve {text}"),
                VolatileValue::NoEcho { name, .. } => format!("secret {name}"),
                VolatileValue::Macro => "macro".to_owned(),
                VolatileValue::NestedStack { name, .. } => format!("nested {name}"),
            })
            .collect();
        assert_eq!(
            shown,
            [
                "ssm Ami",
                "secret Key",
                "resolve ssm:/x",
                "resolve secretsmanager:s",
                "nested N",
                "macro"
            ]
        );
    }
}
