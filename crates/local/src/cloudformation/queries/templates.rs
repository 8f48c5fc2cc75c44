//! The queries of templates: summaries and validation.

use formwork_template::{Node, Section, Template};
use indexmap::IndexMap;

use super::{Query, stack_not_found};
use crate::cloudformation::definition::{parse_standalone_template, parse_template};
use crate::cloudformation::parameters::scalar_text;
use crate::model::request::{GetTemplateSummary, TemplateSource, ValidateTemplate};
use crate::model::response::{ApiError, ParameterDeclaration, Response, TemplateSummary};

impl Query<'_, '_> {
    pub(super) fn summary(&mut self, request: &GetTemplateSummary) -> Result<Response, ApiError> {
        let template = match (&request.template, &request.stack_name) {
            (TemplateSource::Absent, Some(name)) => {
                let stack = self.existing_stack(name, stack_not_found)?;
                let state = stack.at(self.context.now);
                parse_template(&stack.definition(&state).template)?
            }
            (source, None) => parse_standalone_template(source)?,
            (_, Some(_)) => {
                return Err(ApiError::validation(
                    "Only one of StackName, TemplateBody or TemplateURL may be specified.",
                ));
            }
        };
        Ok(Response::GetTemplateSummary(Box::new(summary(&template))))
    }

    pub(super) fn validate(&mut self, request: &ValidateTemplate) -> Result<Response, ApiError> {
        let template = parse_standalone_template(&request.template)?;
        Ok(Response::ValidateTemplate(Box::new(summary(&template))))
    }
}

fn summary(template: &Template) -> TemplateSummary {
    let capabilities = formwork_template::capabilities(template);
    let needing = template
        .resources()
        .filter(|resource| resource.kind.starts_with("AWS::IAM::"));
    let needing: Vec<_> = needing.map(|resource| resource.kind).collect();
    let mut resources: IndexMap<String, Vec<String>> = IndexMap::new();
    for resource in template.resources() {
        resources
            .entry(resource.kind.to_owned())
            .or_default()
            .push(resource.id.to_owned());
    }
    let text = |section| template.section(section).and_then(scalar_text);
    TemplateSummary {
        description: text(Section::Description),
        metadata: template
            .section(Section::Metadata)
            .map(formwork_template::write::json_compact),
        version: text(Section::AWSTemplateFormatVersion),
        parameters: template.parameters().map(declaration).collect(),
        capabilities_reason: (!capabilities.is_empty()).then(|| {
            format!(
                "The following resource(s) require capabilities: [{}]",
                needing.join(", ")
            )
        }),
        capabilities: capabilities
            .into_iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        resource_types: resources.keys().cloned().collect(),
        resources,
    }
}

fn declaration(parameter: formwork_template::Parameter<'_>) -> ParameterDeclaration {
    let allowed = parameter.node.get("AllowedValues").and_then(Node::as_list);
    ParameterDeclaration {
        key: parameter.name.to_owned(),
        kind: parameter.kind().to_owned(),
        default: parameter.default().and_then(scalar_text),
        no_echo: parameter.is_no_echo(),
        description: parameter.description().map(str::to_owned),
        allowed_values: allowed
            .unwrap_or_default()
            .iter()
            .filter_map(scalar_text)
            .collect(),
    }
}
