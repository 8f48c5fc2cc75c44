//! The context of the checks: the template, its conditions and the schema table.
//!
//! [`CheckContext`] comes from the caller, [`Checker`] is handed to every check.

use crate::codes;
use crate::conditions::{ConditionalValue, Conditions};
use crate::limits::MAX_TRIALS;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Function, Node, Resource, Section, Template};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// What a template is checked against.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// What is known of resource types; one for a run, since it keeps what it decoded.
    pub table: &'a Table,
    /// The region in which the stack will stand, where that is known.
    pub region: Option<&'a str>,
    /// Whether everything of it was understood when it was made.
    pub completeness: Completeness,
    /// What the parameters hold that other stacks' outputs fill, by name.
    pub parameters: &'a BTreeMap<String, OutputType>,
}

impl<'a> CheckContext<'a> {
    /// The table alone: a whole template, in any region, beside no others.
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

/// Whether a template was understood whole when it was made from another text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completeness {
    /// It was.
    Complete,
    /// `AWS::NoValue` may stand for what is wrong in that text and was said there: nothing is
    /// missing in the table in which it stands.
    Partial,
}

/// What comes from another stack's output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputType {
    /// What it is.
    pub kind: OutputKind,
    /// The output's value.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// Nothing is known of it.
    Unknown,
    /// The name of a thing in the table's words, `AWS::EC2::VPC.Id`, or of a thing without such
    /// words; of a list, what each of its items is.
    Reference(Option<Arc<str>>),
    /// What that parameter of the template holds.
    Parameter(String),
}

/// A template with what is known around it.
pub(crate) struct Checker<'a> {
    /// The template.
    pub(crate) template: &'a Template,
    /// Its conditions.
    pub(crate) conditions: Conditions<'a>,
    /// What is known of resource types.
    pub(crate) table: &'a Table,
    /// The region in which it will stand, where that is known.
    pub(crate) region: Option<&'a str>,
    /// Whether everything of it was understood when it was made.
    pub(crate) completeness: Completeness,
    /// What the parameters hold that other stacks' outputs fill.
    pub(crate) parameters: &'a BTreeMap<String, OutputType>,
    /// Which template language it is written in.
    pub(crate) language: TemplateLanguage,
    /// How much was tried of its values.
    pub(crate) trials: TrialBudget,
    /// Of types that there are not, those that were most likely meant.
    pub(crate) nearest_types: RefCell<HashMap<String, Option<&'static str>>>,
}

/// How many values were held against schemas that might not fit them. Conditions multiply these:
/// once there were too many, no further cases are told apart, in the whole template.
#[derive(Debug, Default)]
pub(crate) struct TrialBudget {
    count: Cell<usize>,
    /// Whether cases were left out, for whatever bound.
    is_incomplete: Cell<bool>,
}

impl TrialBudget {
    /// One more.
    pub(crate) fn count_one(&self) {
        self.count.set(self.count.get().saturating_add(1));
    }

    /// Whether that was too much to tell further cases apart.
    pub(crate) fn is_exhausted(&self) -> bool {
        self.count.get() > MAX_TRIALS
    }

    /// Cases are left out: something may be wrong in them that nobody sees.
    pub(crate) fn mark_incomplete(&self) {
        self.is_incomplete.set(true);
    }

    /// How many there were.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }
}

/// A template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TemplateLanguage {
    /// CloudFormation's own.
    Plain,
    /// With the transform `AWS::LanguageExtensions`: more functions, in more places.
    Extended,
}

impl TemplateLanguage {
    /// That of `template`.
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
    /// The template beside what it is checked against.
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
            nearest_types: RefCell::default(),
        }
    }

    /// Says that not every case was looked at, if that is so.
    pub(crate) fn incomplete_warning(&self) -> Option<Problem> {
        let conditions = self.template.section(Section::Conditions);
        let span = conditions.unwrap_or(self.template.root()).span;
        let message = "the conditions make more cases than are checked";
        let problem = Problem::warning(codes::TEMPLATE_CONDITIONS, message);
        self.trials.is_incomplete.get().then(|| {
            problem
                .at(span, "too many that meet in one resource")
                .help("let fewer conditions choose the properties of one resource")
        })
    }

    /// The resource's properties, in each case that its own condition leaves; nothing stands
    /// where it has none.
    pub(crate) fn properties(
        &self,
        resource: &Resource<'a>,
        path: &str,
    ) -> Vec<ConditionalValue<'a>> {
        let root = self.root(resource);
        root.map_or_else(Vec::new, |root| root.at(path, &self.conditions))
    }

    /// The same, and what can never be there, each by itself.
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

    /// The resources of a type.
    pub(crate) fn of_type(&self, kind: &str) -> impl Iterator<Item = Resource<'a>> {
        self.template
            .resources()
            .filter(move |resource| resource.kind == kind)
    }

    /// The resource of that logical id, if it is of that type.
    pub(crate) fn resource(&self, id: &str, kind: &str) -> Option<Resource<'a>> {
        let resource = self.template.resource(id)?;
        (resource.kind == kind).then_some(resource)
    }
}

/// Whether `node` is a function, `Condition` left aside.
pub(crate) fn is_function(node: &Node) -> bool {
    matches!(node.function(), Some((function, _)) if function != Function::Condition)
}
