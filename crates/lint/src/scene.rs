//! What every check of one template looks at: the template, its conditions, the schema table.

use super::condition::Conditions;
use super::found::Found;
use super::output::OutputType;
use super::{CheckContext, Completeness};
use crate::codes;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Problem;
use formwork_template::{Function, Node, Resource, Section, Template};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};

/// More values than these are not tried for the sake of conditions.
const MOST_TRIALS: usize = 300_000;

/// A template with what is known around it.
pub(crate) struct Scene<'a> {
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
    pub(crate) language: Language,
    /// How much was tried of its values.
    pub(crate) trials: Trials,
    /// Of types that there are not, those that were most likely meant.
    pub(crate) near_types: RefCell<HashMap<String, Option<&'static str>>>,
}

/// How many values were held against schemas that might not fit them. Conditions multiply these:
/// once there were too many, no further cases are told apart, in the whole template.
#[derive(Debug, Default)]
pub(crate) struct Trials {
    count: Cell<usize>,
    /// Whether cases were left out, for whatever bound.
    are_cut: Cell<bool>,
}

impl Trials {
    /// One more.
    pub(crate) fn step(&self) {
        self.count.set(self.count.get().saturating_add(1));
    }

    /// Whether that was too much to tell further cases apart.
    pub(crate) fn are_spent(&self) -> bool {
        self.count.get() > MOST_TRIALS
    }

    /// Cases are left out: something may be wrong in them that nobody sees.
    pub(crate) fn cut(&self) {
        self.are_cut.set(true);
    }

    /// How many there were.
    #[cfg(test)]
    pub(crate) fn count(&self) -> usize {
        self.count.get()
    }
}

/// A template language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    /// CloudFormation's own.
    Plain,
    /// With the transform `AWS::LanguageExtensions`: more functions, in more places.
    Extended,
}

impl Language {
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

impl<'a> Scene<'a> {
    /// The template beside what it is checked against.
    pub(crate) fn new(template: &'a Template, context: &CheckContext<'a>) -> Self {
        Self {
            template,
            conditions: Conditions::of(template),
            table: context.table,
            region: context.region,
            completeness: context.completeness,
            parameters: context.parameters,
            language: Language::of(template),
            trials: Trials::default(),
            near_types: RefCell::default(),
        }
    }

    /// Says that not every case was looked at, if that is so.
    pub(crate) fn cut_short(&self) -> Option<Problem> {
        let conditions = self.template.section(Section::Conditions);
        let span = conditions.unwrap_or(self.template.root()).span;
        let message = "the conditions make more cases than are checked";
        let problem = Problem::warning(codes::TEMPLATE_CONDITIONS, message);
        self.trials.are_cut.get().then(|| {
            problem
                .at(span, "too many that meet in one resource")
                .help("let fewer conditions choose the properties of one resource")
        })
    }

    /// The resource's properties, in each case that its own condition leaves; nothing stands
    /// where it has none.
    pub(crate) fn properties(&self, resource: &Resource<'a>, path: &str) -> Vec<Found<'a>> {
        let root = self.root(resource);
        root.map_or_else(Vec::new, |root| root.at(path, &self.conditions))
    }

    /// The same, and what can never be there, each by itself.
    pub(crate) fn written(&self, resource: &Resource<'a>, path: &str) -> Vec<Found<'a>> {
        let root = self.root(resource);
        root.map_or_else(Vec::new, |root| root.written(path, &self.conditions))
    }

    fn root(&self, resource: &Resource<'a>) -> Option<Found<'a>> {
        let mut root = Found::all(resource.attribute("Properties")?);
        if let Some(condition) = resource.condition() {
            root.case = root.case.with(condition, true)?;
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
