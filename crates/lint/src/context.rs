//! The context of the checks: the template, its conditions and the schema table.
//!
//! [`CheckContext`] comes from the caller, [`Checker`] is handed to every check.

use crate::codes;
use crate::conditions::{ConditionalValue, Conditions};
use crate::limits::MAX_TRIALS;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{Problem, Span, SuggestionBudget};
use formwork_template::{Function, Node, Resource, Section, Template};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// The facts that a template is checked with.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// The schema table. Use one for a whole run, because it caches the decoded types.
    pub table: &'a Table,
    /// The region of the stack, if it is known.
    pub region: Option<&'a str>,
    /// The completeness of the template.
    pub completeness: Completeness,
    /// The types of the parameters that the outputs of other stacks fill, by name.
    pub parameters: &'a BTreeMap<String, OutputType>,
}

impl<'a> CheckContext<'a> {
    /// Returns a context with the table only: a complete template, in any region, without other
    /// stacks.
    pub fn new(table: &'a Table) -> Self {
        const NONE: &BTreeMap<String, OutputType> = &BTreeMap::new();
        Self {
            table,
            region: None,
            completeness: Completeness::Complete,
            parameters: NONE,
        }
    }
}

/// The completeness of a template that was built from a blueprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// The source had no errors.
    Complete,
    /// The source had errors, which are reported already. `AWS::NoValue` replaces a wrong value, so
    /// a table that contains it lacks nothing.
    Partial,
}

/// The type of the value that comes from another stack's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputType {
    /// The kind of the value.
    pub kind: OutputKind,
    /// The span of the output's value.
    pub span: Span,
}

/// The kind of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// An unknown value.
    Unknown,
    /// The name, id or ARN of a resource, in the words of the schema table (`AWS::EC2::VPC.Id`);
    /// `None` if the table has no word for it. For a list, the format of each item.
    Reference(Option<Arc<str>>),
    /// The value of that parameter of the template.
    Parameter(String),
}

/// The template with everything that the checks need.
pub(crate) struct Checker<'a> {
    /// The template.
    pub(crate) template: &'a Template,
    /// The template's conditions.
    pub(crate) conditions: Conditions<'a>,
    /// The schema table.
    pub(crate) table: &'a Table,
    /// The region of the stack, if it is known.
    pub(crate) region: Option<&'a str>,
    /// The completeness of the template.
    pub(crate) completeness: Completeness,
    /// The types of the parameters that the outputs of other stacks fill.
    pub(crate) parameters: &'a BTreeMap<String, OutputType>,
    /// The template's language.
    pub(crate) language: TemplateLanguage,
    /// The budget for trying alternative schemas.
    pub(crate) trials: TrialBudget,
    /// The budget for suggestions.
    pub(crate) suggestions: SuggestionBudget,
    /// The nearest known type of each unknown type.
    pub(crate) nearest_types: RefCell<HashMap<String, Option<&'static str>>>,
}

/// The number of comparisons with alternative schemas. Conditions multiply them. When the budget is
/// exhausted, the rest of the template is checked without further assignments.
#[derive(Debug, Default)]
pub(crate) struct TrialBudget {
    count: Cell<usize>,
    /// True if assignments were left out because of a limit.
    is_incomplete: Cell<bool>,
}

impl TrialBudget {
    /// Counts one comparison.
    pub(crate) fn count_one(&self) {
        self.count.set(self.count.get().saturating_add(1));
    }

    /// Returns whether the budget is exhausted.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.count.get() > MAX_TRIALS
    }

    /// Records that some assignments are not checked.
    pub(crate) fn mark_incomplete(&self) {
        self.is_incomplete.set(true);
    }

    /// Returns the number of comparisons.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }
}

/// A template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TemplateLanguage {
    /// The language without transforms.
    Plain,
    /// The language with the transform `AWS::LanguageExtensions`: more functions in more places.
    Extended,
}

impl TemplateLanguage {
    /// Returns the language of `template`.
    fn of(template: &Template) -> Self {
        let transform = template.section(Section::Transform);
        let items = transform.map(|node| node.as_list().unwrap_or(std::slice::from_ref(node)));
        let named = |node: &Node| node.as_str() == Some("AWS::LanguageExtensions");
        match items.is_some_and(|items| items.iter().any(named)) {
            true => Self::Extended,
            false => Self::Plain,
        }
    }
}

impl<'a> Checker<'a> {
    /// Combines the template and its context.
    pub(crate) fn new(template: &'a Template, context: &CheckContext<'a>) -> Self {
        Self {
            template,
            conditions: Conditions::of(template),
            table: context.table,
            region: context.region,
            completeness: context.completeness,
            parameters: context.parameters,
            language: TemplateLanguage::of(template),
            trials: TrialBudget::default(),
            suggestions: SuggestionBudget::default(),
            nearest_types: RefCell::default(),
        }
    }

    /// Returns a warning if some assignments were not checked.
    pub(crate) fn incomplete_warning(&self) -> Option<Problem> {
        let conditions = self.template.section(Section::Conditions);
        let span = conditions.unwrap_or(self.template.root()).span;
        let message = "too many combinations of conditions: some are not checked";
        let problem = Problem::warning(codes::TEMPLATE_CONDITIONS, message);
        self.trials.is_incomplete.get().then(|| {
            problem
                .at(span, "too many in one resource")
                .help("use fewer conditions in one resource")
        })
    }

    /// Returns the values at a path of a resource's properties, under the resource's own condition.
    /// Empty without properties.
    pub(crate) fn properties(
        &self,
        resource: &Resource<'a>,
        path: &str,
    ) -> Vec<ConditionalValue<'a>> {
        let root = self.root(resource);
        root.map_or_else(Vec::new, |root| root.at(path, &self.conditions))
    }

    /// Returns the values at a path of a resource's properties, including those in branches that
    /// are never taken.
    pub(crate) fn at_with_unreachable(
        &self,
        resource: &Resource<'a>,
        path: &str,
    ) -> Vec<ConditionalValue<'a>> {
        let root = self.root(resource);
        root.map_or_else(Vec::new, |root| {
            root.at_with_unreachable(path, &self.conditions)
        })
    }

    fn root(&self, resource: &Resource<'a>) -> Option<ConditionalValue<'a>> {
        let mut root = ConditionalValue::unconditional(resource.attribute("Properties")?);
        if let Some(condition) = resource.condition() {
            root.assignment = root.assignment.with(condition, true)?;
        }
        Some(root)
    }

    /// Returns the resources of a type.
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = Resource<'a>> {
        self.template
            .resources()
            .filter(move |resource| resource.kind == kind)
    }

    /// Returns the resource with that logical id, if it has that type.
    pub(crate) fn resource(&self, id: &str, kind: &str) -> Option<Resource<'a>> {
        let resource = self.template.resource(id)?;
        (resource.kind == kind).then_some(resource)
    }
}

/// Returns whether `node` is a function other than `Condition`.
pub(crate) fn is_function(node: &Node) -> bool {
    matches!(node.function(), Some((function, _)) if function != Function::Condition)
}
