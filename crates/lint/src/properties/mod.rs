//! The types and properties of resources, checked against the schema table.
//!
//! [`walker`] goes through a value and its schema together and collects [`faults`]; [`messages`]
//! renders them. Policies and the rules that no schema states are checked elsewhere.

mod cross_resource;
mod faults;
mod function_values;
mod messages;
mod reference_types;
mod resource_types;
mod suggestions;
mod tags;
#[cfg(test)]
mod tests;
mod walker;

use crate::codes;
use crate::conditions::{Assignment, ConditionalValue};
use crate::context::Checker;
use faults::{Fault, Finding, PathStep, render_path};
use foldhash::fast::RandomState;
use formwork_catalog::regions::Region;
use formwork_catalog::schema::{Extension, PropertyStep, ResourceSchema};
#[cfg(test)]
use formwork_template::diagnostics::Code;
use formwork_template::diagnostics::{Problem, Span, SuggestionBudget, deduplicate};
use formwork_template::{Map, Node, Resource};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use suggestions::nearest_property;
use walker::{WalkMode, Walker};

/// The codes of the problems that these checks report.
#[cfg(test)]
pub(super) const CODES: [Code; 11] = [
    codes::UNKNOWN_TYPE,
    codes::UNAVAILABLE_TYPE,
    codes::UNKNOWN_PROPERTY,
    codes::MISSING_PROPERTY,
    codes::PROPERTY_TYPE,
    codes::WRONG_VALUE,
    codes::OUT_OF_BOUNDS,
    codes::PROPERTY_CONFLICT,
    codes::READ_ONLY_PROPERTY,
    codes::UNKNOWN_ATTRIBUTE,
    codes::WRONG_REFERENCE,
];

/// Checks the types and the properties of all resources.
pub(super) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for resource in checker.template.resources() {
        if let Some(schema) = resource_types::known_schema(checker, &resource, &mut problems) {
            problems.extend(check_resource(checker, &resource, &schema));
        }
    }
    // Many resources may come from one place in the source.
    let mut problems = deduplicate(problems);
    problems.extend(resource_types::check_attributes(checker));
    problems
}

fn check_resource(
    checker: &Checker<'_>,
    resource: &Resource<'_>,
    schema: &ResourceSchema,
) -> Vec<Problem> {
    let empty = Node::new(Map::default(), resource.id_span);
    let properties = resource.attribute("Properties").unwrap_or(&empty);
    let mut assignment = Assignment::default();
    if let Some(condition) = resource.condition()
        && let Some(with) = assignment.with(condition, true)
    {
        assignment = with;
    }
    let patterns = checker.table.patterns();
    let mut walker = Walker::new(checker, patterns, schema, assignment.clone());
    walker.value(&schema.root, properties);
    let mut report = ResourceReport::new(resource, schema, &checker.suggestions);
    merge_misspelled(&mut walker.findings, &checker.suggestions);
    report.add(walker.findings);
    tags::check(checker, resource, schema, &mut report.problems);
    // cfn-lint's warnings are not errors.
    let strict = schema
        .extensions
        .iter()
        .filter(|it| it.rule.starts_with('E'));
    for extension in strict {
        let region = checker.region.and_then(Region::named);
        if let Some(further) = checker.table.extension(extension, region) {
            check_extension(checker, &further, extension, properties, &mut report);
        }
    }
    keep_first_per_value(&mut report.problems);
    report.problems
}

/// Merges the findings of an unknown property and of a missing one that it most likely means.
fn merge_misspelled(findings: &mut Vec<Finding<'_>>, budget: &SuggestionBudget) {
    let lacks = |finding: &Finding<'_>| match finding.fault {
        Fault::Missing(name) => Some((render_path(&finding.trail), name.to_owned())),
        _ => None,
    };
    let missing: HashSet<_> = findings.iter().filter_map(lacks).collect();
    if missing.is_empty() {
        return;
    }
    let mut misspelled = HashSet::new();
    for finding in findings.iter_mut() {
        if let (Fault::UnknownProperty(schema), [table @ .., PathStep::Name(name)]) =
            (&finding.fault, &*finding.trail)
            && let Some(meant) = nearest_property(schema, name, budget)
            && let Some(found) = missing.get(&(render_path(table), meant.to_owned()))
        {
            misspelled.insert(found);
            finding.fault = Fault::MisspelledProperty(meant.to_owned());
        }
    }
    findings.retain(|finding| lacks(finding).is_none_or(|it| !misspelled.contains(&it)));
}

/// Keeps only the first problem of each value. Its length, its format and its pattern are usually
/// wrong together, and extensions repeat what the schema requires.
fn keep_first_per_value(problems: &mut Vec<Problem>) {
    let mut seen = HashSet::new();
    problems.retain(|problem| {
        let is_of_value = [codes::WRONG_VALUE, codes::OUT_OF_BOUNDS].contains(&problem.code);
        let span = problem.labels.first().map(|label| label.span);
        !is_of_value || seen.insert((span, problem.is_error()))
    });
}

/// Checks every value at an extension's path against the extension's schema. Functions are unknown.
fn check_extension(
    checker: &Checker<'_>,
    further: &Arc<ResourceSchema>,
    extension: &Extension,
    properties: &Node,
    report: &mut ResourceReport<'_>,
) {
    let resource = report.resource;
    let path = extension.path.to_string();
    let found = match resource.attribute("Properties") {
        Some(_) => checker.properties(resource, &path),
        None if path.is_empty() => vec![ConditionalValue::unconditional(properties)],
        None => return,
    };
    for found in found {
        let Some(node) = found.node.filter(|node| node.function().is_none()) else {
            continue;
        };
        let lowered = lower_engine(resource.kind, node);
        let node = lowered.as_ref().unwrap_or(node);
        let mut indices = found.indices.iter();
        let steps = extension.path.steps().iter().map(|step| match step {
            PropertyStep::Name(name) => PathStep::Name(name),
            PropertyStep::Each => PathStep::Index(indices.next().copied().unwrap_or_default()),
        });
        let steps: Vec<PathStep<'_>> = steps.collect();
        let mut walker = Walker::new(
            checker,
            checker.table.patterns(),
            further,
            found.assignment.clone(),
        )
        .under(steps.iter().copied());
        walker.mode = WalkMode::Test;
        walker.for_each_assignment(|walker| walker.value(&further.root, node));
        let best = walker
            .findings
            .into_iter()
            .min_by_key(|it| usize::MAX - it.trail.len());
        report.add(best);
        cross_resource::check(checker, resource, further, node, &mut report.problems);
    }
}

/// Returns the properties of a database with the engine in lower case. RDS accepts any case, and
/// the schema table is in lower case.
fn lower_engine(kind: &str, node: &Node) -> Option<Node> {
    let engine = node.get("Engine")?.as_str()?;
    let lower = engine.to_lowercase();
    if !kind.starts_with("AWS::RDS::") || lower == engine {
        return None;
    }
    let mut node = node.clone();
    let engine = node.as_map_mut()?.get_mut("Engine")?;
    engine.value = lower.into();
    Some(node)
}

/// The problems of one resource.
struct ResourceReport<'a> {
    resource: &'a Resource<'a>,
    schema: &'a ResourceSchema,
    suggestions: &'a SuggestionBudget,
    problems: Vec<Problem>,
    /// The index of the problem with that message and span, and its message with reasons.
    rendered: HashMap<(String, Span), (usize, String), RandomState>,
}

impl<'a> ResourceReport<'a> {
    fn new(
        resource: &'a Resource<'a>,
        schema: &'a ResourceSchema,
        suggestions: &'a SuggestionBudget,
    ) -> Self {
        Self {
            resource,
            schema,
            suggestions,
            problems: Vec::new(),
            rendered: HashMap::default(),
        }
    }

    /// Adds each finding once. A finding with a condition and the same one without it become one
    /// problem, and an extension's finding that the schema has too is left out.
    fn add<'f>(&mut self, findings: impl IntoIterator<Item = Finding<'f>>) {
        for mut finding in findings {
            // A fault of the resource as a whole is reported at its logical id.
            if finding.trail.is_empty() && finding.value.is_none() {
                finding.span = self.resource.id_span;
            }
            let rendered = messages::render(&finding, &self.schema.name, self.suggestions);
            let bare = rendered.message.clone();
            let with_reasons = format!("{bare}{}", messages::describe_reasons(&finding.reasons));
            let problem = messages::as_problem(&finding, rendered);
            match self.rendered.entry((bare, finding.span)) {
                Entry::Occupied(before) => {
                    let (position, sentence) = before.get();
                    let rendered = &mut self.problems[*position].message;
                    if *rendered != problem.message {
                        *rendered = match *sentence == with_reasons {
                            true => with_reasons,
                            false => before.key().0.clone(),
                        };
                    }
                }
                Entry::Vacant(free) => {
                    free.insert((self.problems.len(), with_reasons));
                    self.problems.push(problem);
                }
            }
        }
    }
}
