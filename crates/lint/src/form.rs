//! Small fixed shapes of a template's own parts: what the schema table has no schema of.

use super::function::{Kinds, gives};
use super::scene::{Language, Scene, is_function};
use formwork_template::diagnostics::{Problem, nearest};
use formwork_template::parameter::scalar_text;
use formwork_template::{Function, Map, Node};

/// What a value must be.
#[derive(Debug)]
pub(crate) enum Form {
    /// Anything.
    Any,
    /// A text, number or truth value.
    Text,
    /// A text of so many characters.
    TextOf(usize, usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A whole number from the one to the other.
    Integer(i64, i64),
    /// `true` or `false`.
    Boolean,
    /// A list of these, at most so many.
    List(&'static Form, usize),
    /// A text or a list of texts.
    Texts,
    /// A text or a table.
    TextOrTable,
    /// A text, or a table with these names.
    TextOr(&'static Table),
    /// A table with any names and these values.
    Map(&'static Form),
    /// A table with these names.
    Table(&'static Table),
}

/// A table with known names.
#[derive(Debug)]
pub(crate) struct Table {
    /// What it is, in a message: `an update policy`.
    pub(crate) what: &'static str,
    /// Its names, each with what stands there.
    pub(crate) fields: &'static [(&'static str, Form)],
    /// The names that must be there.
    pub(crate) required: &'static [&'static str],
    /// What other names it may have.
    pub(crate) others: Others,
}

/// What a table may hold beyond its known names.
#[derive(Debug)]
pub(crate) enum Others {
    /// Nothing.
    None,
    /// These values under any name.
    Of(&'static Form),
}

impl Form {
    fn kinds(&self) -> Kinds {
        match self {
            Self::Any => Kinds::ANY,
            Self::Text | Self::TextOf(..) | Self::OneOf(_) | Self::Integer(..) | Self::Boolean => {
                Kinds::TEXT
            }
            Self::List(..) => Kinds::LIST,
            Self::Texts => Kinds::TEXT.or(Kinds::LIST),
            Self::TextOrTable | Self::TextOr(_) => Kinds::TEXT.or(Kinds::TABLE),
            Self::Map(_) | Self::Table(_) => Kinds::TABLE,
        }
    }

    /// In words, as a message needs it: `a text`.
    fn words(&self) -> String {
        match self {
            Self::TextOf(least, most) if least == most => format!("a text of {least} characters"),
            Self::TextOf(least, most) => format!("a text of {least} to {most} characters"),
            Self::OneOf(known) => format!("one of {}", known.join(", ")),
            Self::Integer(i64::MIN, i64::MAX) => "a whole number".to_owned(),
            Self::Integer(i64::MIN, most) => format!("a whole number up to {most}"),
            Self::Integer(least, i64::MAX) => format!("a whole number from {least} on"),
            Self::Integer(least, most) => format!("a whole number from {least} to {most}"),
            Self::Boolean => "true or false".to_owned(),
            Self::List(_, most) if *most < usize::MAX => format!("a list of at most {most}"),
            form => form.kinds().to_string(),
        }
    }

    /// What `node`, which stands under `name`, breaks of it.
    pub(crate) fn check(
        &self,
        name: &str,
        node: &Node,
        scene: &Scene<'_>,
        problems: &mut Vec<Problem>,
    ) {
        if is_function(node) {
            self.check_function(name, node, scene, problems);
            return;
        }
        if !self.admits(node) {
            let message = format!("`{name}` is {}, not {}", self.words(), shown(node));
            problems.push(wrong(message, node));
            return;
        }
        match self {
            Self::List(form, _) => {
                for item in node.as_list().unwrap_or_default() {
                    form.check(name, item, scene, problems);
                }
            }
            Self::Map(form) => {
                for (key, entry) in node.entries() {
                    form.check(key, &entry.node, scene, problems);
                }
            }
            Self::Table(table) | Self::TextOr(table) => {
                if let Some(map) = node.as_map() {
                    table.check(map, node, scene, problems);
                }
            }
            Self::Texts => {
                for item in node.as_list().unwrap_or_default() {
                    Self::Text.check(name, item, scene, problems);
                }
            }
            _ => {}
        }
    }

    fn check_function(
        &self,
        name: &str,
        node: &Node,
        scene: &Scene<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let Some((function, argument)) = node.function() else {
            return;
        };
        if let (Function::If, Some([_, yes, no])) = (function, argument.as_list()) {
            self.check(name, yes, scene, problems);
            self.check(name, no, scene, problems);
            return;
        }
        let selects_table = function == Function::Select
            && self.kinds() == Kinds::TABLE
            && scene.language == Language::Plain;
        if selects_table || !self.kinds().meets(gives(function, argument, scene)) {
            let message = format!(
                "`{name}` is {}, which `{}` does not give",
                self.kinds(),
                function.key()
            );
            problems.push(wrong(message, node));
        }
    }

    /// Whether a value that is written out is of this form, whatever is in it.
    fn admits(&self, node: &Node) -> bool {
        let text = scalar_text(node);
        let text = text.as_deref();
        match self {
            // One that is nothing is reported for itself.
            _ if node.value == formwork_template::Value::Null => true,
            _ if node
                .as_str()
                .is_some_and(|text| text.contains("{{resolve:")) =>
            {
                self.kinds().meets(Kinds::TEXT)
            }
            Self::TextOf(least, most) => text.is_some_and(|text| {
                let length = text.chars().count();
                (*least..=*most).contains(&length)
            }),
            Self::OneOf(known) => text.is_some_and(|text| known.contains(&text)),
            Self::Integer(least, most) => text.is_some_and(|text| {
                let number = text.parse::<i64>();
                number.is_ok_and(|number| (*least..=*most).contains(&number))
            }),
            Self::Boolean => text.is_some_and(is_truth),
            Self::List(_, most) => node.as_list().is_some_and(|items| items.len() <= *most),
            _ => self.kinds().meets(Kinds::of(node)),
        }
    }
}

impl Table {
    /// What `map` breaks of it; `node` is where it stands.
    pub(crate) fn check(
        &self,
        map: &Map,
        node: &Node,
        scene: &Scene<'_>,
        problems: &mut Vec<Problem>,
    ) {
        for name in self.required {
            if !map.contains(name) {
                let message = format!("{} needs `{name}`", self.what);
                problems.push(wrong(message, node));
            }
        }
        for (name, entry) in map.iter() {
            let known = self.fields.iter().find(|(field, _)| *field == name);
            match (known, &self.others) {
                (Some((_, form)), _) => form.check(name, &entry.node, scene, problems),
                (None, Others::Of(form)) => form.check(name, &entry.node, scene, problems),
                (None, Others::None) => {
                    let message = format!("{} has no `{name}`", self.what);
                    let problem = Problem::error(formwork_template::codes::TEMPLATE_KEY, message)
                        .at(entry.key, "unknown here");
                    let names = self.fields.iter().map(|(field, _)| *field);
                    problems.push(problem.suggest(nearest(name, names)));
                }
            }
        }
    }
}

/// Whether a text is one of the ways to write a truth value.
pub(crate) fn is_truth(text: &str) -> bool {
    ["true", "True", "TRUE", "false", "False", "FALSE"].contains(&text)
}

fn shown(node: &Node) -> String {
    match scalar_text(node) {
        Some(text) if text.chars().count() <= 40 => format!("`{text}`"),
        _ => node.kind().to_owned(),
    }
}

fn wrong(message: String, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "here")
}
