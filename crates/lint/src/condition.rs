//! Which conditions of a template can hold together.
//!
//! Two resources with conditions that exclude one another never meet, so nothing is wrong with
//! their sharing a name. Conditions are compared as what they say: `Fn::Equals` of one value with
//! different texts excludes itself, and a parameter's `AllowedValues` are all that it can be.
//! Values that only AWS knows may be anything.

use formwork_template::parameter::scalar_text;
use formwork_template::{Function, Map, Node, Section, Target, Template, Value, write};
use std::collections::{BTreeMap, BTreeSet};

/// More combinations of values than these are not tried: the conditions count as possible.
const MOST_COMBINATIONS: usize = 4096;

/// More cases than these are not told apart.
const MOST_CASES: usize = 256;

/// Conditions within conditions within conditions are followed so far.
const MOST_DEPTH: usize = 32;

/// What is decided of a template's conditions at some place: nothing, at its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case<'a>(BTreeMap<&'a str, bool>);

/// A template's conditions.
#[derive(Debug, Default)]
pub(crate) struct Conditions<'a> {
    named: BTreeMap<&'a str, Said<'a>>,
    /// What each compared value can be, by its JSON; `None` among them stands for any other text.
    values: BTreeMap<String, Vec<Option<String>>>,
}

/// What a condition says.
#[derive(Debug)]
enum Said<'a> {
    Always(bool),
    /// The value of that JSON is that text.
    Equals(String, String),
    /// Something that only AWS can tell, by its JSON.
    Unknown(String),
    Named(&'a str),
    Not(Box<Said<'a>>),
    And(Vec<Said<'a>>),
    Or(Vec<Said<'a>>),
}

impl<'a> Case<'a> {
    /// This, and the condition decided as well; nothing if it was decided otherwise.
    pub(crate) fn with(&self, condition: &'a str, holds: bool) -> Option<Self> {
        if self.0.get(condition).is_some_and(|known| *known != holds) {
            return None;
        }
        let mut case = self.clone();
        case.0.insert(condition, holds);
        Some(case)
    }

    /// Both together; nothing if they decide a condition differently.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        other
            .0
            .iter()
            .try_fold(self.clone(), |case, (name, holds)| case.with(name, *holds))
    }

    /// In words, as ` when `A` holds and `B` does not`; empty when nothing is decided.
    pub(crate) fn words(&self) -> String {
        let mut words = String::new();
        for (name, holds) in &self.0 {
            let begin = if words.is_empty() { " when" } else { " and" };
            let end = if *holds { "holds" } else { "does not hold" };
            words.push_str(&format!("{begin} `{name}` {end}"));
        }
        words
    }
}

impl<'a> Case<'a> {
    /// `node` as it is then: every `Fn::If` decided, and what is `AWS::NoValue` left out. Nothing
    /// when it is that itself.
    pub(crate) fn resolve(&self, node: &Node) -> Option<Node> {
        match (node.function(), &node.value) {
            (Some((Function::If, argument)), _) => {
                let [condition, yes, no] = argument.as_list()? else {
                    return None;
                };
                match self.0.get(condition.as_str()?)? {
                    true => self.resolve(yes),
                    false => self.resolve(no),
                }
            }
            (Some((Function::Ref, name)), _) if name.as_str() == Some("AWS::NoValue") => None,
            (_, Value::List(items)) => {
                let items: Vec<Node> = items.iter().filter_map(|item| self.resolve(item)).collect();
                Some(Node::new(items, node.span))
            }
            (_, Value::Map(map)) => {
                let mut resolved = Map::default();
                for (name, entry) in map.iter() {
                    if let Some(value) = self.resolve(&entry.node) {
                        resolved.insert(name, entry.key, value);
                    }
                }
                Some(Node::new(resolved, node.span))
            }
            _ => Some(node.clone()),
        }
    }
}

impl<'a> Conditions<'a> {
    /// The cases of `nodes` beyond `base`: every way in which the conditions that they choose by
    /// can be decided. None at all when they are more than are tried.
    pub(crate) fn cases(&self, nodes: &[&'a Node], base: &Case<'a>) -> Vec<Case<'a>> {
        let mut names = BTreeSet::new();
        for node in nodes {
            for reference in node.references() {
                if let Target::Condition(name) = reference.target {
                    names.insert(name);
                }
            }
        }
        let mut cases = vec![base.clone()];
        for name in names {
            let decide = |case: &Case<'a>| {
                let both = [case.with(name, true), case.with(name, false)];
                both.into_iter().flatten().collect::<Vec<_>>()
            };
            cases = cases.iter().flat_map(decide).collect();
            cases.retain(|case| self.allow(case));
            if cases.len() > MOST_CASES {
                return Vec::new();
            }
        }
        cases
    }

    /// Reads the conditions of `template`.
    pub(crate) fn of(template: &'a Template) -> Self {
        let mut conditions = Self::default();
        for (name, entry) in template.entries(Section::Conditions) {
            let said = conditions.said(&entry.node);
            conditions.named.insert(name, said);
        }
        for (json, values) in &mut conditions.values {
            let allowed = template.parameters().find(|parameter| {
                *json
                    == write::json_compact(&Node::single(
                        "Ref",
                        Node::new(parameter.name, parameter.name_span),
                        parameter.name_span,
                    ))
            });
            let allowed = allowed.and_then(|parameter| parameter.node.get("AllowedValues"));
            if let Some(allowed) = allowed.and_then(Node::as_list) {
                *values = allowed.iter().map(scalar_text).collect();
            } else {
                values.push(None);
            }
        }
        conditions
    }

    /// Whether a condition of that name is declared.
    pub(crate) fn declares(&self, name: &str) -> bool {
        self.named.contains_key(name)
    }

    /// Whether everything that `case` decides can be so at once.
    pub(crate) fn allow(&self, case: &Case<'_>) -> bool {
        if case.0.len() < 2 && case.0.keys().all(|name| !self.is_decided(name)) {
            return true;
        }
        self.together(case)
            .iter()
            .all(|(names, hangs)| self.allow_together(names, hangs))
    }

    /// The decided conditions in groups that hang on nothing in common, so that each group can be
    /// looked at by itself: tried all at once, twelve that are strangers have 4,096 combinations.
    fn together<'s>(&'s self, case: &'s Case<'_>) -> Vec<(Vec<(&'s str, bool)>, Hangs<'s>)> {
        let mut groups: Vec<(Vec<(&str, bool)>, Hangs<'_>)> = Vec::new();
        for (name, expected) in &case.0 {
            let mut names = vec![(*name, *expected)];
            let mut hangs = Hangs::default();
            self.gather_name(name, &mut hangs, MOST_DEPTH);
            let (meeting, strangers) = groups
                .into_iter()
                .partition(|(_, others): &(_, Hangs<'_>)| hangs.meets(others));
            groups = strangers;
            for (others, other) in meeting {
                names.extend(others);
                hangs.values.extend(other.values);
                hangs.unknown.extend(other.unknown);
            }
            groups.push((names, hangs));
        }
        groups
    }

    fn allow_together(&self, names: &[(&str, bool)], hangs: &Hangs<'_>) -> bool {
        let choices: Vec<(&str, &[Option<String>])> = hangs
            .values
            .iter()
            .filter_map(|json| Some((*json, self.values.get(*json)?.as_slice())))
            .collect();
        let combinations = choices
            .iter()
            .map(|(_, values)| values.len())
            .chain(hangs.unknown.iter().map(|_| 2))
            .try_fold(1usize, |product, count| product.checked_mul(count));
        let Some(combinations) = combinations.filter(|count| *count <= MOST_COMBINATIONS) else {
            return true;
        };
        (0..combinations).any(|mut number| {
            let mut world = World::default();
            for (json, values) in &choices {
                world.values.insert(json, &values[number % values.len()]);
                number /= values.len();
            }
            for json in &hangs.unknown {
                world.unknown.insert(json, number % 2 == 1);
                number /= 2;
            }
            names.iter().all(|(name, expected)| {
                let truth = self.holds_named(name, &mut world, MOST_DEPTH);
                truth.is_none_or(|truth| truth == *expected)
            })
        })
    }

    /// Whether the condition says something that may never or always hold.
    fn is_decided(&self, name: &str) -> bool {
        !matches!(self.named.get(name), None | Some(Said::Unknown(_)))
    }

    fn said(&mut self, node: &'a Node) -> Said<'a> {
        let unknown = || Said::Unknown(write::json_compact(node));
        let Some((function, argument)) = node.function() else {
            return unknown();
        };
        let items = argument.as_list().unwrap_or_default();
        match (function, items) {
            (Function::Condition, _) => argument.as_str().map_or_else(unknown, Said::Named),
            (Function::Not, [one]) => Said::Not(Box::new(self.said(one))),
            (Function::And, [_, ..]) => {
                Said::And(items.iter().map(|item| self.said(item)).collect())
            }
            (Function::Or, [_, ..]) => Said::Or(items.iter().map(|item| self.said(item)).collect()),
            (Function::Equals, [left, right]) => self.equals(left, right, node),
            _ => unknown(),
        }
    }

    fn equals(&mut self, left: &Node, right: &Node, node: &Node) -> Said<'a> {
        match (scalar_text(left), scalar_text(right)) {
            (Some(left), Some(right)) => Said::Always(left == right),
            (None, None) if left == right => Said::Always(true),
            (None, None) => Said::Unknown(write::json_compact(node)),
            (Some(text), None) => self.compared(right, text),
            (None, Some(text)) => self.compared(left, text),
        }
    }

    fn compared(&mut self, value: &Node, text: String) -> Said<'a> {
        let json = write::json_compact(value);
        let texts = self.values.entry(json.clone()).or_default();
        if !texts.contains(&Some(text.clone())) {
            texts.push(Some(text.clone()));
        }
        Said::Equals(json, text)
    }

    fn gather_name<'s>(&'s self, name: &str, hangs: &mut Hangs<'s>, depth: usize) {
        let Some((name, said)) = self.named.get_key_value(name).filter(|_| depth > 0) else {
            return;
        };
        if hangs.seen.insert(name) {
            self.gather(said, hangs, depth - 1);
        }
    }

    fn gather<'s>(&'s self, said: &'s Said<'_>, hangs: &mut Hangs<'s>, depth: usize) {
        match said {
            Said::Always(_) => {}
            Said::Equals(json, _) => {
                hangs.values.insert(json);
            }
            Said::Unknown(json) => {
                hangs.unknown.insert(json);
            }
            Said::Named(name) => self.gather_name(name, hangs, depth),
            Said::Not(one) => self.gather(one, hangs, depth),
            Said::And(all) | Said::Or(all) => {
                for one in all {
                    self.gather(one, hangs, depth);
                }
            }
        }
    }

    /// Whether the condition of that name holds in that world; nothing where it hangs on what is
    /// not declared, or on itself.
    fn holds_named<'s>(&'s self, name: &str, world: &mut World<'s>, depth: usize) -> Option<bool> {
        let (name, said) = self.named.get_key_value(name).filter(|_| depth > 0)?;
        if let Some(known) = world.named.get(name) {
            return *known;
        }
        world.named.insert(name, None);
        let holds = self.holds(said, world, depth - 1);
        world.named.insert(name, holds);
        holds
    }

    fn holds<'s>(
        &'s self,
        said: &'s Said<'_>,
        world: &mut World<'s>,
        depth: usize,
    ) -> Option<bool> {
        match said {
            Said::Always(truth) => Some(*truth),
            Said::Equals(json, text) => {
                let value = world.values.get(json.as_str())?;
                Some(value.as_ref() == Some(text))
            }
            Said::Unknown(json) => world.unknown.get(json.as_str()).copied(),
            Said::Named(name) => self.holds_named(name, world, depth),
            Said::Not(one) => Some(!self.holds(one, world, depth)?),
            Said::And(all) => all.iter().try_fold(true, |truth, one| {
                Some(truth && self.holds(one, world, depth)?)
            }),
            Said::Or(all) => all.iter().try_fold(false, |truth, one| {
                Some(truth || self.holds(one, world, depth)?)
            }),
        }
    }
}

/// What conditions hang on.
#[derive(Default)]
struct Hangs<'s> {
    values: BTreeSet<&'s str>,
    unknown: BTreeSet<&'s str>,
    /// The conditions that were looked at.
    seen: BTreeSet<&'s str>,
}

impl Hangs<'_> {
    fn meets(&self, other: &Self) -> bool {
        !self.values.is_disjoint(&other.values) || !self.unknown.is_disjoint(&other.unknown)
    }
}

/// One way in which the compared values could be.
#[derive(Default)]
struct World<'s> {
    values: BTreeMap<&'s str, &'s Option<String>>,
    unknown: BTreeMap<&'s str, bool>,
    /// The conditions that are decided in it, or are being.
    named: BTreeMap<&'s str, Option<bool>>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    fn check(case: &str, expect: bool) {
        let template = template(
            "
Parameters:
  Env: {Type: String}
  Size: {Type: String, AllowedValues: [small, large]}
Conditions:
  Prod: !Equals [!Ref Env, prod]
  Dev: !Equals [dev, !Ref Env]
  NotProd: !Not [!Condition Prod]
  Either: !Or [!Condition Prod, !Condition Dev]
  Small: !Equals [!Ref Size, small]
  Large: !Equals [!Ref Size, large]
  Same: !Equals [!Ref Env, !Ref Size]
  Never: !Equals [a, b]
  Round: !Condition Round
Resources: {R: {Type: T::T::T}}
",
        );
        let conditions = Conditions::of(&template);
        let mut decided = Case::default();
        for word in case.split(' ') {
            let (name, holds) = match word.strip_prefix('!') {
                Some(name) => (name, false),
                None => (word, true),
            };
            decided = decided.with(name, holds).unwrap();
        }
        assert_eq!(conditions.allow(&decided), expect, "{case}");
    }

    #[test]
    fn conditions_exclude_one_another_by_what_they_say() {
        check("Prod", true);
        check("Prod Dev", false);
        check("Prod NotProd", false);
        check("!Prod NotProd", true);
        check("!Prod !NotProd", false);
        check("Prod !Either", false);
        check("!Prod !Dev", true);
        check("!Prod Either Dev", true);
        check("Small Large", false);
        check("!Small !Large", false);
        check("Same Prod", true);
        check("Never", false);
        check("Round Prod", true);
        check("Gone Prod", true);
    }

    #[test]
    fn conditions_of_conditions_are_decided_once() {
        let mut text = "Conditions:\n  C0: !Equals [!Ref P, a]\n".to_owned();
        for index in 1..40 {
            let item = format!("!Condition C{}", index - 1);
            let items = vec![item; 10].join(", ");
            text.push_str(&format!("  C{index}: !And [{items}]\n"));
        }
        text.push_str("Parameters: {P: {Type: String}}\nResources: {R: {Type: T::T::T}}\n");
        let template = template(&text);
        let conditions = Conditions::of(&template);
        let both = |name| Case::default().with("C0", false)?.with(name, true);
        assert!(!conditions.allow(&both("C30").unwrap()));
        assert!(
            conditions.allow(&both("C39").unwrap()),
            "beyond what is followed"
        );
    }

    #[test]
    fn a_case_keeps_what_was_decided() {
        let case = Case::default().with("A", true).unwrap();
        assert_eq!(case.with("A", false), None);
        let both = case.with("B", false).unwrap();
        assert_eq!(both.words(), " when `A` holds and `B` does not hold");
        assert_eq!(case.and(&both), Some(both));
    }
}
