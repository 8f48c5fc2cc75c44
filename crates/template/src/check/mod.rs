//! What is wrong with a template that has a template's shape: names, limits, references, cycles.
//!
//! What properties a resource type has is not asked here. A template with macros is checked for
//! limits, names and kinds only: what else stands in it, or is referred to, may be a macro's.

mod cycle;
mod function;
mod limits;
mod shape;
mod target;
#[cfg(test)]
mod tests;

use crate::source::Problem;
use crate::{Template, capabilities};

pub use limits::limits;

/// Everything wrong with `template`, limits included, in the order of sections.
pub fn check(template: &Template) -> Vec<Problem> {
    let mut problems = limits(template);
    problems.extend(shape::kinds(template));
    if !capabilities::has_macros(template) {
        problems.extend(shape::unknown_keys(template));
        problems.extend(function::functions(template));
        problems.extend(target::targets(template));
        problems.extend(cycle::cycles(template));
    }
    problems
}
