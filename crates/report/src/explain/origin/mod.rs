//! From a path into the blueprint (`stacks.api.Topic.DisplayName`, `vars.cidr`) to what is known of what lies there.

mod component;
mod source;
mod stack;
mod users;
mod variable;
mod whole;

use std::collections::BTreeMap;

use crate::text::nearest_or_all;
use formwork_blueprint::{Blueprint, KnownValues, RenderedTemplate};
use formwork_template::Node;
use formwork_template::diagnostics::{Sources, Span};
use indexmap::IndexMap;

use super::value::{Explained, Place};
use crate::text::cut;

/// Why there is nothing to explain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// What is not there.
    pub message: String,
    /// What is.
    pub help: String,
}

/// What a path can begin with.
pub const PARTS: [&str; 4] = ["stacks", "vars", "assets", "env"];

/// What was found, and its value as a tree where it is no single text or number.
pub type Found = (Explained, Option<Node>);

/// A blueprint with its templates.
struct View<'a> {
    blueprint: &'a Blueprint,
    sources: &'a Sources,
    rendered: BTreeMap<&'a str, RenderedTemplate>,
}

/// The names that a path is made of: `stacks.api.Topic.Tags[0].Key`, `stacks['api'].Topic`.
pub fn steps(path: &str) -> Vec<String> {
    let opened = path.replace('[', ".").replace(']', "");
    opened
        .split('.')
        .map(|step| step.trim_matches(['\'', '"']).to_owned())
        .filter(|step| !step.is_empty())
        .collect()
}

/// Looks a path up.
pub fn find(path: &str, blueprint: &Blueprint, sources: &Sources) -> Result<Found, Unknown> {
    let nothing = (IndexMap::new(), BTreeMap::new());
    let known = KnownValues {
        assets: &nothing.0,
        parameters: &nothing.1,
    };
    let rendered = blueprint
        .graph
        .order()
        .map(|stack| (stack.key.as_str(), stack.render(&known)))
        .collect();
    let view = View {
        blueprint,
        sources,
        rendered,
    };
    let steps = steps(path);
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    match steps.as_slice() {
        ["vars", name, ..] => view.variable(name),
        ["stacks", key, rest @ ..] => view.stack(key)?.find(rest),
        ["assets", name @ ..] if !name.is_empty() => Ok((view.asset(&name.join("."))?, None)),
        ["env", name, ..] => Ok((view.setting(name)?, None)),
        [part] if PARTS.contains(part) => Ok((view.all(part)?, None)),
        _ => Err(Unknown {
            message: format!("`{path}` names no part of a blueprint"),
            help: "name one as `vars.NAME`, `assets.NAME`, `env.name`, `stacks.KEY`, `stacks.KEY.LogicalId` or `stacks.KEY.LogicalId.Property`".to_owned(),
        }),
    }
}

/// That `given` is none of `known`.
fn unknown<'k>(
    what: &str,
    given: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> Unknown {
    Unknown {
        message: format!("{what} `{given}`"),
        help: nearest_or_all(given, prefix, known),
    }
}

impl View<'_> {
    /// What the overlay that put in the value at `span` took the place of.
    fn overlaid(&self, span: Span) -> Option<Place> {
        let within = |outer: Span| {
            outer.file == span.file && outer.start <= span.start && span.end <= outer.end
        };
        let overlays = &self.blueprint.overlays;
        let overlay = overlays.iter().find(|overlay| within(overlay.span))?;
        self.place(overlay.replaced?)
    }

    fn place(&self, span: Span) -> Option<Place> {
        if span == Span::default() {
            return None; // what the tool made of nothing that was written
        }
        let at = self.sources.position(span);
        let file = self.sources.file(span.file);
        let line = match self.may_hold_secret(span) {
            true => self.sources.slice(span).lines().next().unwrap_or(""),
            false => file.text.lines().nth(at.line as usize - 1).unwrap_or(""),
        };
        Some(Place {
            file: file.path.display().to_string(),
            line: at.line,
            column: at.column,
            text: cut(line.trim(), 160),
        })
    }

    /// Whether a sensitive variable may be given its value on the line of `span`: it is declared in that file.
    fn may_hold_secret(&self, span: Span) -> bool {
        let mut variables = self.blueprint.variables.values();
        variables.any(|variable| variable.value.is_none() && variable.declared.file == span.file)
    }
}

fn is_nested(node: &Node) -> bool {
    node.as_map().is_some() || node.as_list().is_some_and(|items| !items.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_names_and_places_in_lists() {
        assert_eq!(
            steps("stacks['private-api'].Topic.Tags[0].Key"),
            ["stacks", "private-api", "Topic", "Tags", "0", "Key"]
        );
        assert_eq!(steps("vars.x"), ["vars", "x"]);
    }
}
