//! Reports everything that is wrong with a CloudFormation template: names, quotas, references,
//! cycles, functions, properties, policies, and the rules of services beyond their schemas.
//!
//! A template with macros is checked only for quotas, names and kinds, because a macro may provide
//! everything else. The transform `AWS::LanguageExtensions` is understood; with loops it counts as
//! a macro.

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod codes;
mod conditions;
mod context;
mod formats;
mod functions;
mod hazards;
mod limits;
mod policies;
mod properties;
mod references;
mod services;
mod structure;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

use context::Checker;
use formwork_template::diagnostics::Problem;
use formwork_template::intrinsic::is_expanded;
use formwork_template::{Node, Section, Template, capabilities};

pub use context::{CheckContext, Completeness, OutputKind, OutputType};
pub use references::output_types::output_types;

/// Returns everything that is wrong with `template`, section by section.
pub fn check(template: &Template, context: &CheckContext<'_>) -> Vec<Problem> {
    let mut problems = structure::quotas::check(template);
    problems.extend(structure::shape::check_kinds(template));
    if is_rewritten(template) {
        return problems;
    }
    let checker = Checker::new(template, context);
    problems.extend(structure::shape::check_unknown_keys(template));
    problems.extend(structure::sections::check(&checker));
    problems.extend(structure::attributes::check(&checker));
    problems.extend(functions::check(&checker));
    problems.extend(references::targets::check(&checker));
    problems.extend(references::cycles::check(template));
    problems.extend(policies::check(&checker));
    problems.extend(hazards::check(&checker));
    problems.extend(references::texts::check(&checker));
    problems.extend(services::check(&checker));
    problems.extend(properties::check(&checker));
    problems.extend(checker.incomplete_warning());
    problems
}

/// Returns whether a macro may rewrite the template before CloudFormation deploys it.
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
