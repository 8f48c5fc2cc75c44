//! Values that a schema takes, more or less, so that what is drawn gets as far as the checks.

use crate::lot::Lot;
use formwork_catalog::schema::{AdditionalProperties, Literal, ResourceSchema, Schema, Type};
use std::fmt::Write;

/// How deeply tables are drawn in one another.
const MOST_DEPTH: usize = 6;

/// Texts that some property or other takes.
const TEXTS: [&str; 8] = [
    "x",
    "a-b",
    "vpc-0123abcd",
    "10.0.0.0/16",
    "3",
    "us-east-1a",
    "{{resolve:ssm:x}}",
    "",
];

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON, which is YAML too.
    Json,
    /// TOML.
    Toml,
}

/// What values are drawn with.
pub struct Fitting<'a> {
    /// Whose schema it is.
    pub resource: &'a ResourceSchema,
    /// How they are written.
    pub notation: Notation,
    /// Writes a function or a reference, which stands in a value's place now and then.
    pub function: &'a mut dyn FnMut(&mut Lot, &mut String),
}

impl Fitting<'_> {
    /// Writes a value of the schema.
    pub fn value(&mut self, schema: &Schema, depth: usize, lot: &mut Lot, out: &mut String) {
        if lot.one_in(8) {
            return (self.function)(lot, out);
        }
        let resource = self.resource;
        let mut schema = resource.resolve(schema);
        let branches: Vec<&Schema> = schema
            .combined
            .iter()
            .flat_map(|one| one.branches())
            .collect();
        if schema.properties.is_empty() && schema.types.is_any() && !branches.is_empty() {
            schema = resource.resolve(branches[lot.below(branches.len())]);
        }
        if let Some(values) = schema.values.as_deref().filter(|values| !values.is_empty()) {
            return match lot.pick(values) {
                Literal::Text(text) => quoted(text, out),
                Literal::Integer(number) => out.push_str(&number.to_string()),
                _ => out.push_str("true"),
            };
        }
        let types: Vec<Type> = schema.types.iter().collect();
        let kind = match types.as_slice() {
            _ if lot.one_in(40) => {
                *lot.pick(&[Type::String, Type::Integer, Type::Array, Type::Object])
            }
            [] => Type::Object,
            types => *lot.pick(types),
        };
        match kind {
            Type::Array => self.list(schema, depth, lot, out),
            Type::Object => self.table(schema, depth, lot, out),
            Type::Boolean => out.push_str(["true", "false"][lot.below(2)]),
            Type::String => quoted(self.text(schema, lot), out),
            _ => {
                let least = schema.range.min.unwrap_or(1.0);
                write!(
                    out,
                    "{}",
                    least.clamp(-1e9, 1e9) as i64 + lot.below(3) as i64 - 1
                )
                .expect("a string takes everything");
            }
        }
    }

    fn text(&self, schema: &Schema, lot: &mut Lot) -> &'static str {
        let format = schema.format.as_deref().unwrap_or_default();
        let pattern = schema.pattern.as_deref().unwrap_or_default();
        if format.contains("Arn") || pattern.contains("arn:") {
            return "arn:aws:iam::111122223333:role/r";
        }
        TEXTS[lot.below(TEXTS.len())]
    }

    fn list(&mut self, schema: &Schema, depth: usize, lot: &mut Lot, out: &mut String) {
        out.push('[');
        let count = if depth < MOST_DEPTH { lot.below(4) } else { 0 };
        for at in 0..count {
            if at > 0 {
                out.push_str(", ");
            }
            match schema.items.as_deref() {
                Some(items) => self.value(items, depth + 1, lot, out),
                None => (self.function)(lot, out),
            }
        }
        out.push(']');
    }

    fn table(&mut self, schema: &Schema, depth: usize, lot: &mut Lot, out: &mut String) {
        let between = match self.notation {
            Notation::Json => ": ",
            Notation::Toml => " = ",
        };
        out.push('{');
        let mut first = true;
        for (name, property) in &schema.properties {
            let wanted = schema.required.contains(name) && !lot.one_in(20);
            let chosen = wanted || lot.below(schema.properties.len()) < 3;
            if !chosen || depth >= MOST_DEPTH {
                continue;
            }
            if !std::mem::take(&mut first) {
                out.push_str(", ");
            }
            quoted(name, out);
            out.push_str(between);
            self.value(property, depth + 1, lot, out);
        }
        if schema.properties.is_empty() && lot.one_in(2) {
            quoted("k", out);
            out.push_str(between);
            match &schema.additional {
                AdditionalProperties::Of(other) if depth < MOST_DEPTH => {
                    self.value(other, depth + 1, lot, out)
                }
                _ => (self.function)(lot, out),
            }
        }
        out.push('}');
    }
}

/// JSON's way to write a text, which TOML takes too.
fn quoted(text: &str, out: &mut String) {
    out.push_str(&serde_json::Value::from(text).to_string());
}
