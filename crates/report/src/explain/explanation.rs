//! The explanation of a part of the blueprint: its value, its source locations and the values it was made from.

use serde::Serialize;
use serde_json::Value;

use super::literal;
use crate::page::{Block, Page};
use crate::text::{strip_control, truncate};

/// The explanation of a part of the blueprint.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Explanation {
    /// The version of the JSON format.
    pub format: u32,
    /// The kind of part.
    pub kind: ExplanationKind,
    /// The path of the part: `stacks.api.Topic.DisplayName`.
    pub name: String,
    /// A short addition to the name, such as a resource's type or a stack's name.
    pub about: String,
    /// The rendered value, unless there is none or it is sensitive.
    pub value: Option<Value>,
    /// The location of the definition.
    pub written: Option<SourceLocation>,
    /// The location of the value that an overlay replaced.
    pub overlaid: Option<SourceLocation>,
    /// The component uses that the part comes from, innermost first.
    pub through: Vec<ValueSource>,
    /// The values that this value was made from.
    pub from: Vec<ValueSource>,
    /// The parts of this part.
    pub members: Vec<Member>,
    /// The parts that use this one.
    pub used_by: Vec<Member>,
}

/// The kinds of parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExplanationKind {
    /// A value in a template.
    #[default]
    Value,
    /// A resource.
    Resource,
    /// A component that a stack uses as a resource.
    Component,
    /// A stack.
    Stack,
    /// A variable.
    Variable,
    /// An asset.
    Asset,
    /// The selected environment, or one of its settings.
    Environment,
    /// A section of the blueprint, such as all stacks.
    Blueprint,
}

/// A location in a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceLocation {
    /// The file, relative to the blueprint's folder; for a value from the command line or the environment, its origin.
    pub file: String,
    /// The line, starting at 1.
    pub line: u32,
    /// The column in characters, starting at 1.
    pub column: u32,
    /// The first line of the source text.
    pub text: String,
}

/// A value that another value was made from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ValueSource {
    /// The name: `vars.cidr`.
    pub name: String,
    /// The origin: `default`, `env prod`, `--set`.
    pub by: String,
    /// The value, if it is known and not sensitive.
    pub value: Option<Value>,
    /// The location of the value.
    pub place: Option<SourceLocation>,
    /// The values that this one replaced, the latest first.
    pub replaced: Vec<ValueSource>,
}

/// An entry of a list of parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// The section that contains the entry: `resources`, `properties`.
    pub section: &'static str,
    /// The name.
    pub name: String,
    /// The value or the type.
    pub value: Value,
    /// The location of the definition.
    pub place: Option<SourceLocation>,
}

impl Explanation {
    /// Creates an explanation with only a kind and a name.
    pub fn new(kind: ExplanationKind, name: String) -> Self {
        Self {
            format: 1,
            kind,
            name,
            ..Self::default()
        }
    }
}

impl Member {
    /// Creates an entry of a section.
    pub fn new(
        section: &'static str,
        name: &str,
        value: Value,
        place: Option<SourceLocation>,
    ) -> Self {
        Self {
            section,
            name: name.to_owned(),
            value,
            place,
        }
    }
}

impl SourceLocation {
    /// Returns `file:line`, or the origin of a value from outside.
    pub fn short(&self) -> String {
        // A value from outside has one line only.
        match self.file.starts_with("--set ") || self.file.starts_with("FORMWORK_VAR_") {
            true => self.file.clone(),
            false => format!("{}:{}", self.file, self.line),
        }
    }
}

/// Renders an explanation as JSON.
pub fn json(explanation: &Explanation) -> String {
    let text = serde_json::to_string_pretty(explanation);
    format!("{}\n", text.expect("texts, numbers and lists are JSON"))
}

/// Renders an explanation as a page; `yaml` is the value if it is a list or a map.
pub fn page(explanation: &Explanation, yaml: Option<&str>) -> Page {
    let mut page = Page::new(&explanation.name);
    page.subtitle = explanation.about.clone();
    match (&explanation.value, yaml) {
        (Some(_), Some(yaml)) => page.blocks.push(Block::Code(yaml.trim_end().to_owned())),
        (Some(value), None) => page.blocks.push(Block::Code(literal(value))),
        (None, _) => {}
    }
    let mut written: Vec<Vec<String>> = Vec::new();
    written.extend(explanation.written.as_ref().map(line));
    page.rows("Defined at", written);
    let instead: Vec<_> = explanation.overlaid.iter().map(line).collect();
    page.rows("Replaces, by the environment", instead);
    page.rows("Through components", sources(&explanation.through));
    page.rows("Derived from", sources(&explanation.from));
    for section in sections(&explanation.members) {
        let of: Vec<&Member> = explanation
            .members
            .iter()
            .filter(|member| member.section == section)
            .collect();
        page.rows(&capital(section), members(&of));
    }
    let used: Vec<&Member> = explanation.used_by.iter().collect();
    page.rows("Used by", members(&used));
    page
}

fn line(place: &SourceLocation) -> Vec<String> {
    vec![place.short(), strip_control(&place.text)]
}

fn sources(sources: &[ValueSource]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for source in sources {
        rows.push(source_row(&source.name, source));
        let replaced = source.replaced.iter();
        rows.extend(replaced.map(|replaced| source_row("  instead of", replaced)));
    }
    rows
}

fn source_row(name: &str, source: &ValueSource) -> Vec<String> {
    let value = source.value.as_ref().map(literal).unwrap_or_default();
    let place = source
        .place
        .as_ref()
        .map(SourceLocation::short)
        .unwrap_or_default();
    // For a value from outside, the location repeats the origin.
    let outside = ["--set", "FORMWORK_VAR"].contains(&source.by.as_str());
    let by = match outside && place.starts_with(&source.by) {
        true => String::new(),
        false => source.by.clone(),
    };
    let how: Vec<String> = [by, place]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    vec![name.to_owned(), truncate(&value, 48), how.join(", ")]
}

fn sections(members: &[Member]) -> Vec<&'static str> {
    let mut sections: Vec<&'static str> = Vec::new();
    for member in members {
        if !sections.contains(&member.section) {
            sections.push(member.section);
        }
    }
    sections
}

fn members(members: &[&Member]) -> Vec<Vec<String>> {
    members
        .iter()
        .map(|member| {
            let place = member.place.as_ref().map(SourceLocation::short);
            let value = match &member.value {
                Value::Null => String::new(),
                // Types are shown without quotes.
                Value::String(text) if is_type_name(text) => text.clone(),
                value => literal(value),
            };
            vec![
                member.name.clone(),
                truncate(&value, 48),
                place.unwrap_or_default(),
            ]
        })
        .collect()
}

fn is_type_name(text: &str) -> bool {
    text.starts_with("AWS::") && !text.contains(' ')
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
