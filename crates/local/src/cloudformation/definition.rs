//! The checks that turn a request into a definition of a stack, with CloudFormation's error messages.

use formwork_catalog::limits::{DYNAMIC_REFERENCES, TEMPLATE_BODY_BYTES, TEMPLATE_URL_BYTES};
use formwork_template::diagnostics::FileId;
use formwork_template::{Capability, Function, Section, StackName, Template};

use crate::cloudformation::parameters::{resolve_parameters, scalar_text};
use crate::cloudformation::references::RefContext;
use crate::cloudformation::region::RegionView;
use crate::model::request::{StackSpec, TemplateSource};
use crate::model::response::ApiError;
use crate::model::stack::StackDefinition;
use crate::model::stack_context::StackContext;
use formwork_template::evaluate::{self, Conditions};

/// A definition with its parsed template and evaluated conditions.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedDefinition {
    pub(crate) definition: StackDefinition,
    pub(crate) template: Template,
    pub(crate) conditions: Conditions,
}

/// Checks the definition of a stack in a request.
pub(crate) fn resolve_definition(
    desired: &StackSpec,
    previous: Option<&StackDefinition>,
    stack_context: &StackContext,
    region_view: &RegionView,
) -> Result<ResolvedDefinition, ApiError> {
    if let Some(mode) = desired
        .deployment_mode
        .as_deref()
        .filter(|mode| *mode != "STANDARD")
    {
        return Err(ApiError::validation(format!(
            "The local cloud does not support DeploymentConfig mode {mode}"
        )));
    }
    let text = template_text(&desired.template, previous)?;
    let template = parse_template(&text)?;
    let capabilities = capabilities(desired, previous);
    check_capabilities(&template, &capabilities)?;
    let definition = StackDefinition {
        description: template.description().map(str::to_owned),
        parameters: resolve_parameters(&template, &desired.parameters, previous, region_view)?,
        template: text,
        capabilities,
        tags: tags(desired, previous)?,
        role_arn: desired
            .role_arn
            .clone()
            .or_else(|| previous.and_then(|previous| previous.role_arn.clone())),
        notification_arns: desired
            .notification_arns
            .clone()
            .or_else(|| previous.map(|previous| previous.notification_arns.clone()))
            .unwrap_or_default(),
        disable_rollback: desired.disable_rollback.unwrap_or(false),
        retain_except_on_create: desired.retain_except_on_create.unwrap_or(false),
        ..StackDefinition::default()
    };
    evaluate_conditions(definition, template, stack_context, region_view)
}

/// Parses the template of an accepted definition again.
pub(crate) fn reload_definition(
    definition: &StackDefinition,
    stack_context: &StackContext,
    region_view: &RegionView,
) -> Result<ResolvedDefinition, ApiError> {
    let template = parse_template(&definition.template)?;
    evaluate_conditions(definition.clone(), template, stack_context, region_view)
}

fn evaluate_conditions(
    definition: StackDefinition,
    template: Template,
    stack_context: &StackContext,
    region_view: &RegionView,
) -> Result<ResolvedDefinition, ApiError> {
    evaluate::check(&template)?;
    let conditions = Conditions::default();
    let references = RefContext::new(
        &definition,
        &template,
        &conditions,
        stack_context,
        region_view,
    );
    let conditions = Conditions::evaluate(&template, &references)?;
    evaluate::order(&template, &conditions).map_err(evaluate::Error::from)?;
    Ok(ResolvedDefinition {
        definition,
        template,
        conditions,
    })
}

/// Parses a template and checks CloudFormation's limits.
pub(crate) fn parse_template(text: &str) -> Result<Template, ApiError> {
    let format = |message: &str| ApiError::validation(format!("Template format error: {message}"));
    let parsed = formwork_template::read(FileId::default(), text);
    if let Some(problem) = parsed.problems.iter().find(|problem| problem.is_error()) {
        return Err(format(&problem.message));
    }
    let node = parsed
        .node
        .ok_or_else(|| format("unsupported structure."))?;
    let is_empty = |node: &formwork_template::Node| {
        let resources = node
            .get("Resources")
            .and_then(formwork_template::Node::as_map);
        resources.is_none_or(formwork_template::Map::is_empty)
    };
    if node.as_map().is_some() && is_empty(&node) {
        return Err(format("At least one Resources member must be defined."));
    }
    let template = Template::new(node).map_err(|problems| {
        format(
            problems
                .first()
                .map_or("unsupported structure.", |problem| &problem.message),
        )
    })?;
    check_macros(&template)?;
    check_limits(&template)?;
    let references = text.matches("{{resolve:").count();
    if references > DYNAMIC_REFERENCES {
        return Err(format(&format!(
            "Number of dynamic references, {references}, is greater than maximum allowed, {DYNAMIC_REFERENCES}"
        )));
    }
    Ok(template)
}

fn check_macros(template: &Template) -> Result<(), ApiError> {
    let mut names = Vec::new();
    if let Some(transform) = template.section(Section::Transform) {
        let items = transform
            .as_list()
            .unwrap_or(std::slice::from_ref(transform));
        names.extend(items.iter().map(macro_name));
    }
    template.root().walk(&mut |node| {
        names.extend(node.get(Function::Transform.key()).map(macro_name));
    });
    if names.is_empty() {
        return Ok(());
    }
    let names = names.join(", ");
    Err(ApiError::validation(format!(
        "The local cloud does not run transforms: [{names}]. Deploy this template to AWS"
    )))
}

/// Returns the name of a macro call.
fn macro_name(node: &formwork_template::Node) -> String {
    scalar_text(node.get("Name").unwrap_or(node)).unwrap_or_default()
}

fn check_limits(template: &Template) -> Result<(), ApiError> {
    let refuse = |message: String| {
        Err(ApiError::validation(format!(
            "Template format error: {message}"
        )))
    };
    for (section, plural, limit) in [
        (Section::Resources, "resources", 500),
        (Section::Parameters, "parameters", 200),
        (Section::Outputs, "outputs", 200),
        (Section::Mappings, "mappings", 200),
    ] {
        let count = template.entries(section).count();
        if count > limit {
            return refuse(format!(
                "Number of {plural}, {count}, is greater than maximum allowed, {limit}"
            ));
        }
        for (name, _) in template.entries(section) {
            if !name
                .chars()
                .all(|character| character.is_ascii_alphanumeric())
            {
                let singular = match section {
                    Section::Resources => "Resource",
                    Section::Parameters => "Parameter",
                    Section::Outputs => "Output",
                    _ => "Mapping",
                };
                return refuse(format!("{singular} name {name} is non alphanumeric."));
            }
            if name.len() > 255 {
                return refuse(format!("{name} has more than 255 characters"));
            }
        }
    }
    let length = template.description().map_or(0, str::len);
    if length > 1024 {
        return refuse("Template description must not be longer than 1024 characters.".to_owned());
    }
    let unknown: Vec<_> = template
        .resources()
        .map(|resource| resource.kind)
        .filter(|kind| !kind.contains("::"))
        .collect();
    if !unknown.is_empty() {
        return refuse(format!(
            "Unrecognized resource types: [{}]",
            unknown.join(", ")
        ));
    }
    Ok(())
}

/// Returns the text of the template that a request refers to.
fn template_text(
    source: &TemplateSource,
    previous: Option<&StackDefinition>,
) -> Result<String, ApiError> {
    let (text, limit) = match source {
        TemplateSource::Body(text) => (text, TEMPLATE_BODY_BYTES),
        TemplateSource::Url(text) => (text, TEMPLATE_URL_BYTES),
        TemplateSource::Previous => {
            let previous = previous.map(|previous| previous.template.clone());
            return previous
                .ok_or_else(|| ApiError::validation("Stack does not have a previous template."));
        }
        TemplateSource::Absent => {
            return Err(ApiError::validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
    };
    if text.is_empty() {
        return Err(ApiError::validation(
            "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ));
    }
    if text.len() <= limit {
        return Ok(text.clone());
    }
    Err(ApiError::validation(match source {
        TemplateSource::Url(_) => {
            format!("Template may not exceed {limit} bytes in size.")
        }
        _ => format!(
            "1 validation error detected: Value '{text}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {limit}"
        ),
    }))
}

/// Parses and checks a template without a stack, for `ValidateTemplate` and `GetTemplateSummary`.
pub(crate) fn parse_standalone_template(source: &TemplateSource) -> Result<Template, ApiError> {
    let template = parse_template(&template_text(source, None)?)?;
    evaluate::check(&template)?;
    Ok(template)
}

fn capabilities(desired: &StackSpec, previous: Option<&StackDefinition>) -> Vec<String> {
    match (&desired.template, previous) {
        // An acknowledgement applies only to its own template.
        (TemplateSource::Previous, Some(previous)) if desired.capabilities.is_empty() => {
            previous.capabilities.clone()
        }
        _ => desired.capabilities.clone(),
    }
}

fn check_capabilities(template: &Template, given: &[String]) -> Result<(), ApiError> {
    if let Some(unknown) = given
        .iter()
        .find(|name| Capability::from_name(name).is_none())
    {
        return Err(ApiError::validation(format!(
            "1 validation error detected: Value '[{unknown}]' at 'capabilities' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [CAPABILITY_NAMED_IAM, CAPABILITY_AUTO_EXPAND, CAPABILITY_IAM]]"
        )));
    }
    let has = |capability: Capability| given.iter().any(|name| name == capability.as_str());
    let missing =
        formwork_template::capabilities(template)
            .into_iter()
            .find(|needed| match needed {
                Capability::Iam => !has(Capability::Iam) && !has(Capability::NamedIam),
                needed => !has(*needed),
            });
    match missing {
        None => Ok(()),
        Some(missing) => Err(ApiError::new(
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{missing}]"),
        )),
    }
}

fn tags(
    desired: &StackSpec,
    previous: Option<&StackDefinition>,
) -> Result<Vec<crate::model::request::Tag>, ApiError> {
    let Some(tags) = &desired.tags else {
        return Ok(previous
            .map(|previous| previous.tags.clone())
            .unwrap_or_default());
    };
    if tags.len() > 50 {
        return Err(ApiError::validation(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
        ));
    }
    for (index, tag) in tags.iter().enumerate() {
        if tag.key.is_empty() || tag.key.starts_with("aws:") {
            return Err(ApiError::validation(format!(
                "Tag keys must neither be empty nor begin with aws: [{}]",
                tag.key
            )));
        }
        if tags.iter().take(index).any(|other| other.key == tag.key) {
            return Err(ApiError::validation(format!(
                "Duplicate tag key [{}]",
                tag.key
            )));
        }
    }
    Ok(tags.clone())
}

/// Checks the form of a stack's name.
pub(crate) fn check_stack_name(name: &str) -> Result<(), ApiError> {
    match StackName::new(name) {
        Ok(_) => Ok(()),
        Err(formwork_template::NameError::TooLong { .. }) => Err(ApiError::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128"
        ))),
        Err(_) => Err(ApiError::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        ))),
    }
}

/// Checks the form of a client request token.
pub(crate) fn check_token(token: &str) -> Result<(), ApiError> {
    let mut characters = token.chars();
    let has_valid_start = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric());
    let has_valid_rest = characters.all(|other| other.is_ascii_alphanumeric() || other == '-');
    if has_valid_start && has_valid_rest && token.len() <= 128 {
        return Ok(());
    }
    Err(ApiError::validation(format!(
        "1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
    )))
}

impl From<evaluate::Error> for ApiError {
    fn from(error: evaluate::Error) -> Self {
        Self::validation(error.to_string())
    }
}
