//! New texts by the rules of a grammar: blueprints, templates and expressions that hold together.
//!
//! A grammar is a text of rules, one a line, `name = what stands for it`; a name with more than one
//! rule has a choice, the first of which must come to an end by itself. In a rule:
//!
//! ```text
//! <name>            what stands for it        <name?>  that, or nothing
//! <name*> <name+>   none to three, one to four of them
//! <name!>           up to a thousand of the same one after the other
//! <>name>           with its further lines indented by two
//! \n \r \t \0 \< \\ a line's end, a carriage's return, a tab, NUL, `<`, `\`
//! <TYPE>            a resource type; <PROPERTY> one of its properties, <ATTRIBUTE> of its attributes
//! <FITTING>         a value of the property drawn last, mostly one that fits
//! ```

use crate::fitting::{Fitting, Notation};
use crate::lot::Lot;
use formwork_catalog::schema::Table;
use std::collections::HashMap;

/// How deeply rules call one another before the first choice is taken.
const MOST_DEPTH: usize = 24;

/// The rules of one language.
#[derive(Debug)]
pub struct Grammar {
    rules: HashMap<&'static str, Vec<Vec<Part>>>,
    notation: Notation,
    types: Vec<&'static str>,
    table: Table,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Rule {
        name: &'static str,
        often: Often,
        indented: bool,
    },
}

#[derive(Debug, Clone, Copy)]
enum Often {
    Once,
    Maybe,
    Some { least: usize, most: usize },
    Same,
}

impl Grammar {
    /// Reads the rules. A name that has none is met when it is drawn.
    ///
    /// # Panics
    ///
    /// On a line that is no rule.
    pub fn new(text: &'static str, notation: Notation) -> Self {
        let mut rules: HashMap<_, Vec<_>> = HashMap::new();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (name, body) = line.split_once(" = ").expect("a rule is `name = body`");
            rules.entry(name.trim()).or_default().push(parts(body));
        }
        let table = Table::new();
        let types = table.names().collect();
        Self {
            rules,
            notation,
            types,
            table,
        }
    }

    /// The names of the rules, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.rules.keys().copied().collect();
        names.sort_unstable();
        names
    }

    /// Draws what stands for a name, of about `most_bytes` at most.
    pub fn draw(&self, name: &str, most_bytes: usize, lot: &mut Lot) -> String {
        let mut drawing = Drawing {
            grammar: self,
            lot,
            most_bytes,
            of_type: None,
            property: None,
        };
        let mut out = String::new();
        drawing.rule(name, 0, &mut out);
        out
    }
}

fn parts(mut body: &'static str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(at) = body.find(['<', '\\']) {
        text.push_str(&body[..at]);
        if body[at..].starts_with('\\') {
            match &body[at + 1..at + 2] {
                "n" => text.push('\n'),
                "r" => text.push('\r'),
                "t" => text.push('\t'),
                "0" => text.push('\0'),
                "<" => text.push('<'),
                "\\" => text.push('\\'),
                _ => text.push_str(&body[at..at + 2]),
            }
            body = &body[at + 2..];
            continue;
        }
        let indented = body[at + 1..].starts_with('>');
        let start = at + 1 + usize::from(indented);
        let end = start
            + body[start..]
                .find('>')
                .expect("a name in a rule ends with `>`");
        let (name, often) = match body[start..end].split_at(end - start - 1) {
            (name, "?") => (name, Often::Maybe),
            (name, "*") => (name, Often::Some { least: 0, most: 3 }),
            (name, "+") => (name, Often::Some { least: 1, most: 4 }),
            (name, "!") => (name, Often::Same),
            _ => (&body[start..end], Often::Once),
        };
        parts.push(Part::Text(std::mem::take(&mut text)));
        parts.push(Part::Rule {
            name,
            often,
            indented,
        });
        body = &body[end + 1..];
    }
    text.push_str(body);
    parts.push(Part::Text(text));
    parts
}

struct Drawing<'a> {
    grammar: &'a Grammar,
    lot: &'a mut Lot,
    most_bytes: usize,
    of_type: Option<&'static str>,
    property: Option<String>,
}

impl Drawing<'_> {
    fn rule(&mut self, name: &str, depth: usize, out: &mut String) {
        if out.len() > self.most_bytes {
            return;
        }
        if name.starts_with(|first: char| first.is_ascii_uppercase()) {
            return self.of_table(name, depth, out);
        }
        let grammar = self.grammar;
        let choices = grammar
            .rules
            .get(name)
            .expect("every name in a rule has one");
        let choice = match depth {
            MOST_DEPTH.. => &choices[0],
            _ => self.lot.pick(choices),
        };
        for part in choice {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Rule {
                    name,
                    often,
                    indented,
                } => {
                    let start = out.len();
                    self.times(name, *often, depth + 1, out);
                    if *indented {
                        let lines = out.split_off(start).replace('\n', "\n  ");
                        out.push_str(&lines);
                    }
                }
            }
        }
    }

    fn times(&mut self, name: &str, often: Often, depth: usize, out: &mut String) {
        let times = match often {
            Often::Once => 1,
            Often::Maybe => self.lot.below(2),
            Often::Some { least, most } => least + self.lot.below(most - least + 1),
            Often::Same => {
                let mut one = String::new();
                self.rule(name, depth, &mut one);
                let fit = self.most_bytes.saturating_sub(out.len()) / one.len().max(1);
                let times = (1 << self.lot.below(11)).min(fit);
                return out.push_str(&one.repeat(times));
            }
        };
        for _ in 0..times {
            self.rule(name, depth, out);
        }
    }

    fn of_table(&mut self, name: &str, depth: usize, out: &mut String) {
        let grammar = self.grammar;
        let of_type = *match name {
            "TYPE" => {
                let drawn = self.lot.below(grammar.types.len());
                self.of_type.insert(grammar.types[drawn])
            }
            _ => self.of_type.get_or_insert("AWS::SNS::Topic"),
        };
        let schema = grammar
            .table
            .resource(of_type)
            .expect("the table has what it names");
        match name {
            "TYPE" => out.push_str(of_type),
            "ATTRIBUTE" => {
                let count = schema.attributes.len();
                let drawn = schema.attributes.get_index(self.lot.below(count));
                out.push_str(drawn.map_or("Arn", |(name, _)| name));
            }
            "PROPERTY" => {
                let properties = &schema.root.properties;
                let drawn = properties.get_index(self.lot.below(properties.len()));
                let drawn = drawn.map_or("Name", |(name, _)| name).to_owned();
                out.push_str(&drawn);
                self.property = Some(drawn);
            }
            _ => {
                let property = self.property.take().unwrap_or_default();
                let Some(property) = schema.root.properties.get(property.as_str()) else {
                    return self.rule("function", depth, out);
                };
                let mut fitting = Fitting {
                    resource: &schema,
                    notation: grammar.notation,
                    function: &mut |lot, out| {
                        out.push_str(&grammar.draw("function", 256, lot));
                    },
                };
                fitting.value(property, 0, self.lot, out);
            }
        }
    }
}
