//! Looks up a path in the blueprint, such as `stacks.api.Topic.DisplayName` or `vars.cidr`.

mod sections;
mod sources;
mod stack;

use std::collections::BTreeMap;

use formwork_blueprint::{Blueprint, KnownValues, RenderedTemplate};
use formwork_template::Node;
use formwork_template::diagnostics::{Sources, Span};
use indexmap::IndexMap;

use super::explanation::{Explanation, SourceLocation};
use crate::text::suggest_or_list;
use crate::text::truncate;

/// A failed lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookupError {
    /// The unknown name.
    pub message: String,
    /// The known names.
    pub help: String,
}

/// The first names of a path.
pub const SECTIONS: [&str; 4] = ["stacks", "vars", "assets", "env"];

/// An explanation, and its value if that is a list or a map.
pub type LookupResult = (Explanation, Option<Node>);

/// A blueprint with its rendered templates.
struct BlueprintView<'a> {
    blueprint: &'a Blueprint,
    sources: &'a Sources,
    rendered: BTreeMap<&'a str, RenderedTemplate>,
}

/// Splits a path into its names: `stacks.api.Topic.Tags[0].Key`, `stacks['api'].Topic`.
pub fn steps(path: &str) -> Vec<String> {
    let opened = path.replace('[', ".").replace(']', "");
    opened
        .split('.')
        .map(|step| step.trim_matches(['\'', '"']).to_owned())
        .filter(|step| !step.is_empty())
        .collect()
}

/// Looks up a path.
pub fn find(
    path: &str,
    blueprint: &Blueprint,
    sources: &Sources,
) -> Result<LookupResult, LookupError> {
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
    let view = BlueprintView {
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
        [part] if SECTIONS.contains(part) => Ok((view.section(part)?, None)),
        _ => Err(LookupError {
            message: format!("unknown part of a blueprint `{path}`"),
            help: "name one as `vars.NAME`, `assets.NAME`, `env.name`, `stacks.KEY`, `stacks.KEY.LogicalId` or `stacks.KEY.LogicalId.Property`".to_owned(),
        }),
    }
}

/// Returns the error for a name that is not one of `known`.
fn unknown_name<'k>(
    what: &str,
    name: &str,
    prefix: &str,
    known: impl Iterator<Item = &'k str>,
) -> LookupError {
    LookupError {
        message: format!("{what} `{name}`"),
        help: suggest_or_list(name, prefix, known),
    }
}

impl BlueprintView<'_> {
    /// Returns the location of the value that an overlay replaced by the value at `span`.
    fn overlaid(&self, span: Span) -> Option<SourceLocation> {
        let within = |outer: Span| {
            outer.file == span.file && outer.start <= span.start && span.end <= outer.end
        };
        let overlays = &self.blueprint.overlays;
        let overlay = overlays.iter().find(|overlay| within(overlay.span))?;
        self.location(overlay.replaced?)
    }

    fn location(&self, span: Span) -> Option<SourceLocation> {
        if span == Span::default() {
            return None; // generated, not written in a file
        }
        let at = self.sources.position(span);
        let file = self.sources.file(span.file);
        let line = match self.may_hold_secret(span) {
            true => self.sources.slice(span).lines().next().unwrap_or(""),
            false => file.text.lines().nth(at.line as usize - 1).unwrap_or(""),
        };
        Some(SourceLocation {
            file: file.path.display().to_string(),
            line: at.line,
            column: at.column,
            text: truncate(line.trim(), 160),
        })
    }

    /// Returns true if the line of `span` may contain the value of a sensitive variable, which is declared in the same
    /// file.
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
    fn a_path_is_split_into_names_and_indexes() {
        assert_eq!(
            steps("stacks['private-api'].Topic.Tags[0].Key"),
            ["stacks", "private-api", "Topic", "Tags", "0", "Key"]
        );
        assert_eq!(steps("vars.x"), ["vars", "x"]);
    }
}
