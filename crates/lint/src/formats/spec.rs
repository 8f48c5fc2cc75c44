//! The fixed forms of a template's own parts, which the schema table does not contain.

use super::kinds::{ValueKinds, returned_kinds};
use crate::context::{Checker, TemplateLanguage, is_function};
use formwork_template::diagnostics::Problem;
use formwork_template::parameter::scalar_text;
use formwork_template::{Function, Map, Node};

/// The form of a value.
#[derive(Debug)]
pub(crate) enum ValueSpec {
    /// Any value.
    Any,
    /// A text, number or boolean.
    Text,
    /// A text with a minimum and a maximum length.
    TextOf(usize, usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// An integer with a minimum and a maximum.
    Integer(i64, i64),
    /// `true` or `false`.
    Boolean,
    /// A list of these values with a maximum length.
    List(&'static ValueSpec, usize),
    /// A text or a list of texts.
    Texts,
    /// A text or a table.
    TextOrTable,
    /// A text, or a table with known keys.
    TextOr(&'static TableSpec),
    /// A table with any keys and these values.
    Map(&'static ValueSpec),
    /// A table with known keys.
    Table(&'static TableSpec),
}

/// A table with known keys.
#[derive(Debug)]
pub(crate) struct TableSpec {
    /// The table's name in a message: `an update policy`.
    pub(crate) description: &'static str,
    /// The keys and the form of each value.
    pub(crate) fields: &'static [(&'static str, ValueSpec)],
    /// The keys that must be present.
    pub(crate) required: &'static [&'static str],
    /// The keys that the table may have beyond `fields`.
    pub(crate) other_keys: OtherKeys,
}

/// The keys that a table may have beyond its known keys.
#[derive(Debug)]
pub(crate) enum OtherKeys {
    /// No other keys.
    None,
    /// Any other key, with values of this form.
    Of(&'static ValueSpec),
}

impl ValueSpec {
    fn kinds(&self) -> ValueKinds {
        match self {
            Self::Any => ValueKinds::ANY,
            Self::Text | Self::TextOf(..) | Self::OneOf(_) | Self::Integer(..) | Self::Boolean => {
                ValueKinds::TEXT
            }
            Self::List(..) => ValueKinds::LIST,
            Self::Texts => ValueKinds::TEXT.or(ValueKinds::LIST),
            Self::TextOrTable | Self::TextOr(_) => ValueKinds::TEXT.or(ValueKinds::TABLE),
            Self::Map(_) | Self::Table(_) => ValueKinds::TABLE,
        }
    }

    /// Returns the form as text for a message: `a string`.
    fn describe(&self) -> String {
        match self {
            Self::TextOf(least, most) if least == most => format!("a string of {least} characters"),
            Self::TextOf(least, most) => format!("a string of {least} to {most} characters"),
            Self::OneOf(known) => format!("one of {}", known.join(", ")),
            Self::Integer(i64::MIN, i64::MAX) => "an integer".to_owned(),
            Self::Integer(i64::MIN, most) => format!("an integer up to {most}"),
            Self::Integer(least, i64::MAX) => format!("an integer of at least {least}"),
            Self::Integer(least, most) => format!("an integer from {least} to {most}"),
            Self::Boolean => "a boolean".to_owned(),
            Self::List(_, most) if *most < usize::MAX => format!("a list of at most {most} items"),
            spec => spec.kinds().to_string(),
        }
    }

    /// Reports every violation in `node`, the value of `name`.
    pub(crate) fn check(
        &self,
        name: &str,
        node: &Node,
        checker: &Checker<'_>,
        problems: &mut Vec<Problem>,
    ) {
        if is_function(node) {
            self.check_function(name, node, checker, problems);
            return;
        }
        if !self.admits(node) {
            let message = format!(
                "`{name}`: expected {}, found {}",
                self.describe(),
                render_value(node)
            );
            problems.push(problem(message, node));
            return;
        }
        match self {
            Self::List(spec, _) => {
                for item in node.as_list().unwrap_or_default() {
                    spec.check(name, item, checker, problems);
                }
            }
            Self::Map(spec) => {
                for (key, entry) in node.entries() {
                    spec.check(key, &entry.node, checker, problems);
                }
            }
            Self::Table(table) | Self::TextOr(table) => {
                if let Some(map) = node.as_map() {
                    table.check(map, node, checker, problems);
                }
            }
            Self::Texts => {
                for item in node.as_list().unwrap_or_default() {
                    Self::Text.check(name, item, checker, problems);
                }
            }
            _ => {}
        }
    }

    fn check_function(
        &self,
        name: &str,
        node: &Node,
        checker: &Checker<'_>,
        problems: &mut Vec<Problem>,
    ) {
        let Some((function, argument)) = node.function() else {
            return;
        };
        if let (Function::If, Some([_, yes, no])) = (function, argument.as_list()) {
            self.check(name, yes, checker, problems);
            self.check(name, no, checker, problems);
            return;
        }
        let selects_table = function == Function::Select
            && self.kinds() == ValueKinds::TABLE
            && checker.language == TemplateLanguage::Plain;
        if selects_table
            || !self
                .kinds()
                .overlaps(returned_kinds(function, argument, checker))
        {
            let message = format!(
                "`{name}`: expected {}, which `{}` does not return",
                self.kinds(),
                function.key()
            );
            problems.push(problem(message, node));
        }
    }

    /// Returns whether a literal has this form, regardless of its items.
    fn admits(&self, node: &Node) -> bool {
        let text = scalar_text(node);
        let text = text.as_deref();
        match self {
            // Null values are reported separately.
            _ if node.value == formwork_template::Value::Null => true,
            _ if node
                .as_str()
                .is_some_and(|text| text.contains("{{resolve:")) =>
            {
                self.kinds().overlaps(ValueKinds::TEXT)
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
            Self::Boolean => text.is_some_and(is_boolean),
            Self::List(_, most) => node.as_list().is_some_and(|items| items.len() <= *most),
            _ => self.kinds().overlaps(ValueKinds::of(node)),
        }
    }
}

impl TableSpec {
    /// Reports every violation in `map`, which `node` contains.
    pub(crate) fn check(
        &self,
        map: &Map,
        node: &Node,
        checker: &Checker<'_>,
        problems: &mut Vec<Problem>,
    ) {
        for name in self.required {
            if !map.contains(name) {
                let message = format!("missing `{name}` of {}", self.description);
                problems.push(problem(message, node));
            }
        }
        for (name, entry) in map.iter() {
            let known = self.fields.iter().find(|(field, _)| *field == name);
            match (known, &self.other_keys) {
                (Some((_, spec)), _) => spec.check(name, &entry.node, checker, problems),
                (None, OtherKeys::Of(spec)) => spec.check(name, &entry.node, checker, problems),
                (None, OtherKeys::None) => {
                    let message = format!("unknown key `{name}` of {}", self.description);
                    let problem = Problem::error(formwork_template::codes::TEMPLATE_KEY, message)
                        .at(entry.key, "unknown");
                    let names = self.fields.iter().map(|(field, _)| *field);
                    problems.push(problem.suggest(checker.suggestions.nearest(name, names)));
                }
            }
        }
    }
}

/// Returns whether a text is an accepted form of a boolean.
pub(crate) fn is_boolean(text: &str) -> bool {
    ["true", "True", "TRUE", "false", "False", "FALSE"].contains(&text)
}

fn render_value(node: &Node) -> String {
    match scalar_text(node) {
        Some(text) if text.chars().count() <= 40 => format!("`{text}`"),
        _ => node.kind().to_owned(),
    }
}

fn problem(message: String, node: &Node) -> Problem {
    Problem::error(formwork_template::codes::TEMPLATE_SHAPE, message).at(node.span, "")
}
