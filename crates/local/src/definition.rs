//! From a request to a checked definition of a stack, or to CloudFormation's words against it.

use formwork_template::diagnostics::FileId;
use formwork_template::{Capability, Function, Section, StackName, Template};

use crate::answer::Refusal;
use crate::lookup::Known;
use crate::outside::Outside;
use crate::parameters::{parameters, scalar};
use crate::request::{Desired, TemplateSource};
use crate::stack::Definition;
use crate::stack_context::StackContext;
use formwork_template::evaluate::{self, Conditions};

/// The longest template given inline, in bytes.
const MOST_INLINE: usize = 51_200;
/// The longest template behind a URL, in bytes.
const MOST_BEHIND_URL: usize = 1_048_576;

/// The most dynamic references in a template.
const MOST_DYNAMIC_REFERENCES: usize = 60;

/// A definition with its template read.
#[derive(Debug, Clone)]
pub(crate) struct Defined {
    pub(crate) definition: Definition,
    pub(crate) template: Template,
    pub(crate) conditions: Conditions,
}

/// Checks what a request wants a stack to be.
pub(crate) fn define(
    desired: &Desired,
    previous: Option<&Definition>,
    place: &StackContext,
    outside: &Outside,
) -> Result<Defined, Refusal> {
    if let Some(mode) = desired
        .deployment_mode
        .as_deref()
        .filter(|mode| *mode != "STANDARD")
    {
        return Err(Refusal::validation(format!(
            "The local cloud does not support DeploymentConfig mode {mode}"
        )));
    }
    let text = text(&desired.template, previous)?;
    let template = read(&text)?;
    let capabilities = capabilities(desired, previous);
    require(&template, &capabilities)?;
    let definition = Definition {
        description: template.description().map(str::to_owned),
        parameters: parameters(&template, &desired.parameters, previous, outside)?,
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
        ..Definition::default()
    };
    decide(definition, template, place, outside)
}

/// Reads a definition that was checked when it was accepted.
pub(crate) fn reread(
    definition: &Definition,
    place: &StackContext,
    outside: &Outside,
) -> Result<Defined, Refusal> {
    let template = read(&definition.template)?;
    decide(definition.clone(), template, place, outside)
}

fn decide(
    definition: Definition,
    template: Template,
    place: &StackContext,
    outside: &Outside,
) -> Result<Defined, Refusal> {
    evaluate::check(&template)?;
    let conditions = Conditions::default();
    let known = Known::new(&definition, &template, &conditions, place, outside);
    let conditions = Conditions::evaluate(&template, &known)?;
    evaluate::order(&template, &conditions).map_err(evaluate::Error::from)?;
    Ok(Defined {
        definition,
        template,
        conditions,
    })
}

/// Reads a template and holds it against CloudFormation's limits.
pub(crate) fn read(text: &str) -> Result<Template, Refusal> {
    let format = |message: &str| Refusal::validation(format!("Template format error: {message}"));
    let read = formwork_template::read(FileId::default(), text);
    if let Some(problem) = read.problems.iter().find(|problem| problem.is_error()) {
        return Err(format(&problem.message));
    }
    let node = read.node.ok_or_else(|| format("unsupported structure."))?;
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
    if references > MOST_DYNAMIC_REFERENCES {
        return Err(format(&format!(
            "Number of dynamic references, {references}, is greater than maximum allowed, {MOST_DYNAMIC_REFERENCES}"
        )));
    }
    Ok(template)
}

fn check_macros(template: &Template) -> Result<(), Refusal> {
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
    Err(Refusal::validation(format!(
        "The local cloud does not run transforms: [{names}]. Deploy this template to AWS"
    )))
}

/// The macro that is called, with its parameters or without.
fn macro_name(node: &formwork_template::Node) -> String {
    scalar(node.get("Name").unwrap_or(node)).unwrap_or_default()
}

fn check_limits(template: &Template) -> Result<(), Refusal> {
    let refuse = |message: String| {
        Err(Refusal::validation(format!(
            "Template format error: {message}"
        )))
    };
    for (section, what, most) in [
        (Section::Resources, "resources", 500),
        (Section::Parameters, "parameters", 200),
        (Section::Outputs, "outputs", 200),
        (Section::Mappings, "mappings", 200),
    ] {
        let count = template.entries(section).count();
        if count > most {
            return refuse(format!(
                "Number of {what}, {count}, is greater than maximum allowed, {most}"
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

/// The template's text that a request means.
fn text(source: &TemplateSource, previous: Option<&Definition>) -> Result<String, Refusal> {
    let (text, most) = match source {
        TemplateSource::Body(text) => (text, MOST_INLINE),
        TemplateSource::Url(text) => (text, MOST_BEHIND_URL),
        TemplateSource::Previous => {
            let previous = previous.map(|previous| previous.template.clone());
            return previous
                .ok_or_else(|| Refusal::validation("Stack does not have a previous template."));
        }
        TemplateSource::Absent => {
            return Err(Refusal::validation(
                "Either Template URL or Template Body must be specified.",
            ));
        }
    };
    if text.is_empty() {
        return Err(Refusal::validation(
            "1 validation error detected: Value '' at 'templateBody' failed to satisfy constraint: Member must have length greater than or equal to 1",
        ));
    }
    if text.len() <= most {
        return Ok(text.clone());
    }
    Err(Refusal::validation(match source {
        TemplateSource::Url(_) => {
            format!("Template may not exceed {most} bytes in size.")
        }
        _ => format!(
            "1 validation error detected: Value '{text}' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to {most}"
        ),
    }))
}

/// A template that stands alone, for `ValidateTemplate` and `GetTemplateSummary`.
pub(crate) fn alone(source: &TemplateSource) -> Result<Template, Refusal> {
    let template = read(&text(source, None)?)?;
    evaluate::check(&template)?;
    Ok(template)
}

fn capabilities(desired: &Desired, previous: Option<&Definition>) -> Vec<String> {
    match (&desired.template, previous) {
        // An acknowledgement holds for the template it was given for.
        (TemplateSource::Previous, Some(previous)) if desired.capabilities.is_empty() => {
            previous.capabilities.clone()
        }
        _ => desired.capabilities.clone(),
    }
}

fn require(template: &Template, given: &[String]) -> Result<(), Refusal> {
    if let Some(unknown) = given
        .iter()
        .find(|name| Capability::from_name(name).is_none())
    {
        return Err(Refusal::validation(format!(
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
        Some(missing) => Err(Refusal::new(
            "InsufficientCapabilitiesException",
            format!("Requires capabilities : [{missing}]"),
        )),
    }
}

fn tags(
    desired: &Desired,
    previous: Option<&Definition>,
) -> Result<Vec<crate::request::Tag>, Refusal> {
    let Some(tags) = &desired.tags else {
        return Ok(previous
            .map(|previous| previous.tags.clone())
            .unwrap_or_default());
    };
    if tags.len() > 50 {
        return Err(Refusal::validation(
            "1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50",
        ));
    }
    for (index, tag) in tags.iter().enumerate() {
        if tag.key.is_empty() || tag.key.starts_with("aws:") {
            return Err(Refusal::validation(format!(
                "Tag keys must neither be empty nor begin with aws: [{}]",
                tag.key
            )));
        }
        if tags.iter().take(index).any(|other| other.key == tag.key) {
            return Err(Refusal::validation(format!(
                "Duplicate tag key [{}]",
                tag.key
            )));
        }
    }
    Ok(tags.clone())
}

/// Refuses what cannot be a stack's name.
pub(crate) fn check_stack_name(name: &str) -> Result<(), Refusal> {
    match StackName::new(name) {
        Ok(_) => Ok(()),
        Err(formwork_template::NameError::TooLong { .. }) => Err(Refusal::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to 128"
        ))),
        Err(_) => Err(Refusal::validation(format!(
            "1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"
        ))),
    }
}

/// Refuses what cannot be a client request token.
pub(crate) fn check_token(token: &str) -> Result<(), Refusal> {
    let mut characters = token.chars();
    let begins = characters
        .next()
        .is_some_and(|first| first.is_ascii_alphanumeric());
    let goes_on = characters.all(|other| other.is_ascii_alphanumeric() || other == '-');
    if begins && goes_on && token.len() <= 128 {
        return Ok(());
    }
    Err(Refusal::validation(format!(
        "1 validation error detected: Value '{token}' at 'clientRequestToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9][-a-zA-Z0-9]*"
    )))
}

impl From<evaluate::Error> for Refusal {
    fn from(error: evaluate::Error) -> Self {
        Self::validation(error.to_string())
    }
}
