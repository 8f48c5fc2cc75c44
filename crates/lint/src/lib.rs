//! What is wrong with a template that has a template's shape: names, limits, references, cycles,
//! functions, and what services ask beyond their types' schemas.
//!
//! A template with macros is checked for limits, names and kinds only: what else stands in it, or
//! is referred to, may be a macro's. The language extensions without loops rewrite nothing, and
//! are known.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod attribute;
pub mod codes;
mod condition;
mod cycle;
mod form;
mod found;
mod function;
mod limits;
mod output;
mod policy;
mod property;
mod rules;
mod scene;
mod section;
mod shape;
mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod text;
mod traps;

use formwork_catalog::schema::Table;
use formwork_template::diagnostics::Problem;
use formwork_template::intrinsic::is_expanded;
use formwork_template::{Node, Section, Template, capabilities};
use scene::Scene;
use std::collections::BTreeMap;

pub use limits::limits;
pub use output::{OutputKind, OutputType, output_types};

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

/// Everything wrong with `template`, limits included, in the order of sections.
pub fn check(template: &Template, context: &CheckContext<'_>) -> Vec<Problem> {
    let mut problems = limits(template);
    problems.extend(shape::kinds(template));
    if is_rewritten(template) {
        return problems;
    }
    let scene = Scene::new(template, context);
    problems.extend(shape::unknown_keys(template));
    problems.extend(section::sections(&scene));
    problems.extend(attribute::attributes(&scene));
    problems.extend(function::functions(&scene));
    problems.extend(target::targets(template));
    problems.extend(cycle::cycles(template));
    problems.extend(policy::policies(&scene));
    problems.extend(traps::traps(&scene));
    problems.extend(text::texts(&scene));
    problems.extend(rules::rules(&scene));
    problems.extend(property::properties(&scene));
    problems.extend(scene.cut_short());
    problems
}

/// Whether what stands in the template is not what CloudFormation will carry out.
fn is_rewritten(template: &Template) -> bool {
    if !capabilities::has_macros(template) {
        return false;
    }
    let transform = template.section(Section::Transform);
    let alone = transform.is_some_and(|node| {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        let extends = |item: &Node| item.as_str() == Some("AWS::LanguageExtensions");
        items.iter().all(extends)
    });
    let mut rewrites = !alone;
    template.root().walk(&mut |node| {
        rewrites |= node.entries().any(|(key, _)| is_expanded(key));
    });
    rewrites
}
