//! A part of the blueprint: its value as rendered, where it is written, and what it was made from.

use serde::Serialize;
use serde_json::Value;

use super::literal;
use crate::page::{Block, Page};
use crate::text::{cut, harmless};

/// What is known of a part of the blueprint.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Explained {
    /// The version of this shape.
    pub format: u32,
    /// What it is.
    pub kind: Kind,
    /// How it is named: `stacks.api.Topic.DisplayName`.
    pub name: String,
    /// What more it is, in a few words: a resource's type, a stack's name.
    pub about: String,
    /// Its value as rendered; nothing where it has none, or where it is not to be shown.
    pub value: Option<Value>,
    /// Where it is written.
    pub written: Option<Place>,
    /// Where stands what an overlay put this in the place of.
    pub overlaid: Option<Place>,
    /// The uses of components through which it came, the innermost first.
    pub through: Vec<Source>,
    /// What its value was made from.
    pub from: Vec<Source>,
    /// What it consists of.
    pub members: Vec<Member>,
    /// What uses it.
    pub used_by: Vec<Member>,
}

/// What a part of the blueprint is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A value of a template.
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
    /// The environment that was chosen, or a setting of it.
    Environment,
    /// All that the blueprint has of one kind.
    Blueprint,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, from the blueprint's folder; for a value from outside, what gave it.
    pub file: String,
    /// The line, from one.
    pub line: u32,
    /// The character in the line, from one.
    pub column: u32,
    /// What is written there, its first line.
    pub text: String,
}

/// Something that a value was made from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Source {
    /// How it is named: `vars.cidr`.
    pub name: String,
    /// What gave it: `default`, `env prod`, `--set`.
    pub by: String,
    /// Its value, where it is known and may be shown.
    pub value: Option<Value>,
    /// Where that is written.
    pub place: Option<Place>,
    /// The values that were given before and that this one took the place of, the last one first.
    pub replaced: Vec<Source>,
}

/// A part of something larger.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Member {
    /// What kind of part it is: `resources`, `properties`.
    pub section: &'static str,
    /// How it is named.
    pub name: String,
    /// Its value or type, in a line.
    pub value: Value,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Explained {
    /// A part of which nothing more is known.
    pub fn new(kind: Kind, name: String) -> Self {
        Self {
            format: 1,
            kind,
            name,
            ..Self::default()
        }
    }
}

impl Place {
    /// `file:line`.
    pub fn short(&self) -> String {
        // A value from outside is one line, and its name says all.
        match self.file.starts_with("--set ") || self.file.starts_with("FORMWORK_VAR_") {
            true => self.file.clone(),
            false => format!("{}:{}", self.file, self.line),
        }
    }
}

/// For programs.
pub fn json(explained: &Explained) -> String {
    let text = serde_json::to_string_pretty(explained);
    format!("{}\n", text.expect("texts, numbers and lists are JSON"))
}

/// For people; `yaml` is the value where it is no single text or number.
pub fn page(explained: &Explained, yaml: Option<&str>) -> Page {
    let mut page = Page::new(&explained.name);
    page.beside = explained.about.clone();
    match (&explained.value, yaml) {
        (Some(_), Some(yaml)) => page.blocks.push(Block::Code(yaml.trim_end().to_owned())),
        (Some(value), None) => page.blocks.push(Block::Code(literal(value))),
        (None, _) => {}
    }
    let mut written: Vec<Vec<String>> = Vec::new();
    written.extend(explained.written.as_ref().map(line));
    page.rows("Written", written);
    let instead: Vec<_> = explained.overlaid.iter().map(line).collect();
    page.rows("By the environment, in place of", instead);
    page.rows("Through", sources(&explained.through));
    page.rows("From", sources(&explained.from));
    for section in sections(&explained.members) {
        let of: Vec<&Member> = explained
            .members
            .iter()
            .filter(|member| member.section == section)
            .collect();
        page.rows(&capital(section), members(&of));
    }
    let used: Vec<&Member> = explained.used_by.iter().collect();
    page.rows("Used by", members(&used));
    page
}

fn line(place: &Place) -> Vec<String> {
    vec![place.short(), harmless(&place.text)]
}

fn sources(sources: &[Source]) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    for source in sources {
        rows.push(source_row(&source.name, source));
        let replaced = source.replaced.iter();
        rows.extend(replaced.map(|replaced| source_row("  instead of", replaced)));
    }
    rows
}

fn source_row(name: &str, source: &Source) -> Vec<String> {
    let value = source.value.as_ref().map(literal).unwrap_or_default();
    let place = source.place.as_ref().map(Place::short).unwrap_or_default();
    // A value from outside has no place but what gave it.
    let outside = ["--set", "FORMWORK_VAR"].contains(&source.by.as_str());
    let by = match outside && place.starts_with(&source.by) {
        true => String::new(),
        false => source.by.clone(),
    };
    let how: Vec<String> = [by, place]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    vec![name.to_owned(), cut(&value, 48), how.join(", ")]
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
            let place = member.place.as_ref().map(Place::short);
            let value = match &member.value {
                Value::Null => String::new(),
                // A type or a name needs no quotes.
                Value::String(text) if is_word(text) => text.clone(),
                value => literal(value),
            };
            vec![
                member.name.clone(),
                cut(&value, 48),
                place.unwrap_or_default(),
            ]
        })
        .collect()
}

fn is_word(text: &str) -> bool {
    text.starts_with("AWS::") && !text.contains(' ')
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
