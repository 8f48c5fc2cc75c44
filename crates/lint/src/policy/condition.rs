//! Conditions of a statement: operators, keys, and values that can never be what is asked.

use super::statement::table;
use super::text::Text;
use super::value::{self, Thing};
use super::{Policy, key};
use crate::codes;
use crate::found::Found;
use formwork_template::Node;
use formwork_template::diagnostics::{Problem, did_you_mean, nearest};

/// The operators, without prefix and suffix, and what they compare where that is of one kind.
const OPERATORS: [(&str, Option<Thing>); 27] = [
    ("ArnEquals", Some(Thing::Arn)),
    ("ArnLike", Some(Thing::Arn)),
    ("ArnNotEquals", Some(Thing::Arn)),
    ("ArnNotLike", Some(Thing::Arn)),
    ("BinaryEquals", None),
    ("Bool", Some(Thing::Boolean)),
    ("DateEquals", Some(Thing::Date)),
    ("DateGreaterThan", Some(Thing::Date)),
    ("DateGreaterThanEquals", Some(Thing::Date)),
    ("DateLessThan", Some(Thing::Date)),
    ("DateLessThanEquals", Some(Thing::Date)),
    ("DateNotEquals", Some(Thing::Date)),
    ("IpAddress", Some(Thing::Address)),
    ("NotIpAddress", Some(Thing::Address)),
    ("Null", Some(Thing::Boolean)),
    ("NumericEquals", Some(Thing::Number)),
    ("NumericGreaterThan", Some(Thing::Number)),
    ("NumericGreaterThanEquals", Some(Thing::Number)),
    ("NumericLessThan", Some(Thing::Number)),
    ("NumericLessThanEquals", Some(Thing::Number)),
    ("NumericNotEquals", Some(Thing::Number)),
    ("StringEquals", None),
    ("StringEqualsIgnoreCase", None),
    ("StringLike", None),
    ("StringNotEquals", None),
    ("StringNotEqualsIgnoreCase", None),
    ("StringNotLike", None),
];

/// What may stand before an operator, for keys of several values.
const SETS: [&str; 2] = ["ForAllValues:", "ForAnyValue:"];

/// What a value under one key is compared with.
struct Compared<'a> {
    operator: &'static str,
    takes: Option<Thing>,
    key: &'a str,
}

impl<'s> Policy<'s, '_> {
    pub(super) fn conditions<'n>(&self, statement: &Found<'n>, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        for found in self.under(statement, "Condition") {
            let Some(map) = table(&found, "`Condition`", problems) else {
                continue;
            };
            for (written, entry) in map.iter() {
                let Some((operator, takes)) = operator(written) else {
                    problems.push(unknown(written).at(entry.key, "unknown operator"));
                    continue;
                };
                for keys in Found::all(&entry.node).at("", &self.scene.conditions) {
                    let Some(map) = table(&keys, &format!("`{written}`"), problems) else {
                        continue;
                    };
                    for (key, entry) in map.iter() {
                        problems.extend(misspelt(key).map(|one| one.at(entry.key, "unknown")));
                        let compared = Compared {
                            operator,
                            takes,
                            key,
                        };
                        self.values(&compared, &entry.node, problems);
                    }
                }
            }
        }
    }

    fn values(&self, compared: &Compared<'_>, node: &Node, problems: &mut Vec<Problem>) {
        for found in Found::all(node).at("", &self.scene.conditions) {
            let items = match found.node.and_then(Node::as_list) {
                Some(_) => found.at("*", &self.scene.conditions),
                None => vec![found],
            };
            for item in items {
                let Some(node) = item.node else { continue };
                let Some(text) = Text::of(node) else {
                    let message = format!("`{}` is compared with texts", compared.key);
                    problems.push(
                        Problem::error(codes::POLICY_VALUE, message)
                            .at(node.span, format!("{}, no text", node.kind())),
                    );
                    continue;
                };
                problems.extend(
                    self.misfit(compared, &text)
                        .map(|(problem, label)| problem.at(node.span, label)),
                );
            }
        }
    }

    /// That the value can never be what the key has or the operator compares.
    fn misfit(&self, compared: &Compared<'_>, text: &Text<'_>) -> Option<(Problem, String)> {
        let known = value::thing(text, self.scene);
        let written = text.lead();
        let single = text.0.len() == 1 && written.is_empty();
        let (lead, whole) = plain(&written, text.whole().is_some());
        let fits = |wanted: Thing| match known {
            Some(known) if single => known == wanted,
            _ => wanted.begins(lead, whole),
        };
        let label = known.map_or_else(String::new, |known| known.words().to_owned());
        let wrong = |message: String| Problem::error(codes::POLICY_CONDITION, message);
        let key = key::thing(compared.key).filter(|_| compared.operator != "Null");
        if let Some((name, wanted)) = key.filter(|(_, wanted)| !fits(*wanted)) {
            let message = format!("`{name}` holds {}, never this", wanted.words());
            let meant = known.and_then(|known| key::sibling(name, known));
            let problem = wrong(message);
            return Some(match meant {
                Some(meant) => (problem.help(did_you_mean(meant)), label),
                None => (problem, label),
            });
        }
        let wanted = compared.takes.filter(|wanted| !fits(*wanted))?;
        let message = format!("`{}` compares {}", compared.operator, wanted.words());
        Some((wrong(message), label))
    }
}

/// The part of a value before its first wildcard or variable of IAM, and whether that is all.
fn plain(lead: &str, whole: bool) -> (&str, bool) {
    let ends = ["*", "?", "${"];
    let end = ends.iter().filter_map(|end| lead.find(end)).min();
    match end {
        Some(end) => (&lead[..end], false),
        None => (lead, whole),
    }
}

/// The operator that is written, and what it compares.
fn operator(written: &str) -> Option<(&'static str, Option<Thing>)> {
    let (_, name) = parts(written);
    let bare = name.strip_suffix("IfExists").unwrap_or(name);
    let found = OPERATORS.into_iter().find(|(known, _)| *known == bare)?;
    // `Null` asks whether a key is there at all.
    (found.0 != "Null" || bare == name).then_some(found)
}

/// What stands before the operator, and the operator.
fn parts(written: &str) -> (&str, &str) {
    let set = SETS.iter().find(|set| written.starts_with(**set));
    written.split_at(set.map_or(0, |set| set.len()))
}

fn unknown(written: &str) -> Problem {
    let message = format!("`{written}` is not an operator of IAM's conditions");
    let problem = Problem::error(codes::POLICY_OPERATOR, message);
    let (set, name) = match written.split_once(':') {
        Some((set, name)) => (
            nearest(set, SETS.map(|set| set.trim_end_matches(':'))),
            name,
        ),
        None => (None, written),
    };
    let (bare, suffix) = match name.strip_suffix("IfExists") {
        Some(bare) => (bare, "IfExists"),
        None => (name, ""),
    };
    let Some(near) = nearest(bare, OPERATORS.map(|(known, _)| known)) else {
        return problem.help("as `StringEquals`, `NumericLessThan`, `DateGreaterThan`, `Bool`, `IpAddress`, `ArnLike` or `Null`");
    };
    let suffix = if near == "Null" { "" } else { suffix };
    match set {
        Some(set) => problem.help(did_you_mean(format!("{set}:{near}{suffix}"))),
        None => problem.help(did_you_mean(format!("{near}{suffix}"))),
    }
}

/// Warns of a global key that IAM does not have and that is near to one that it has.
fn misspelt(key: &str) -> Option<Problem> {
    let name = key.split('/').next().unwrap_or(key);
    let (side, _) = name.split_once(':')?;
    if !side.eq_ignore_ascii_case("aws") || key::global().any(|one| one.eq_ignore_ascii_case(name))
    {
        return None;
    }
    let near = nearest(name, key::global())?;
    let message = format!("IAM has no condition key `{name}`");
    Some(Problem::warning(codes::POLICY_CONDITION, message).help(did_you_mean(near)))
}
