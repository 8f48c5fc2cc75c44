//! Step Functions: the definition of a state machine, in the Amazon States Language.

mod language;

use super::rule_violation;
use crate::context::{Checker, is_function};
use crate::formats::spec::is_boolean;
use crate::limits::MAX_SUGGESTION_NAMES;
use formwork_template::diagnostics::{FileId, Problem, Span, SuggestionBudget};
use formwork_template::parameter::scalar_text;
use formwork_template::{Map, Node, Resource, Value};
use language::{
    COMMON_FIELDS, Comparison, FieldType, JSONATA_FIELDS, JSONPATH_FIELDS, STATE_TYPES, StateType,
    Transition, comparison,
};
use regex::Regex;

/// The pattern of a task's resource: the ARN of a function, an activity, or a service integration.
const TASK_ARN: &str = r"^arn:aws[a-z-]*:[a-z-]+:[a-z0-9-]*:[0-9]*:[a-z-]+:[a-zA-Z0-9\-_.]+(:(\$LATEST|[a-zA-Z0-9\-_.]+))?$";

/// Checks that Step Functions accepts the definition of a state machine.
pub(super) fn definition<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    let given = resource.property("DefinitionSubstitutions");
    let given = given.and_then(Node::as_map);
    let mut machine = MachineChecker {
        task: Regex::new(TASK_ARN).ok(),
        substitutions: given.map(|map| map.keys().collect()).unwrap_or_default(),
        text_span: None,
        suggestions: &checker.suggestions,
        problems,
    };
    for name in ["Definition", "DefinitionString"] {
        let Some(node) = resource.property(name).filter(|node| !is_function(node)) else {
            continue;
        };
        match node.as_str() {
            // A text with substitutions is parsed as JSON only if it is JSON.
            Some(text) => {
                if let Some(written) = formwork_template::read(FileId::default(), text).node
                    && written.as_map().is_some()
                {
                    machine.text_span = Some(node.span);
                    machine.states(&written, QueryLanguage::JsonPath, MachineLevel::Top);
                    machine.text_span = None;
                }
            }
            None => machine.states(node, QueryLanguage::JsonPath, MachineLevel::Top),
        }
    }
}

/// The language of the expressions in a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueryLanguage {
    JsonPath,
    Jsonata,
}

/// The level of a state machine: the definition itself, or one inside a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum MachineLevel {
    Top,
    Nested,
}

struct MachineChecker<'s, 'p> {
    /// The compiled [`TASK_ARN`].
    task: Option<Regex>,
    /// The names in `DefinitionSubstitutions`.
    substitutions: Vec<&'s str>,
    /// The span of the text, if the definition is a text.
    text_span: Option<Span>,
    suggestions: &'s SuggestionBudget,
    problems: &'p mut Vec<Problem>,
}

impl MachineChecker<'_, '_> {
    fn report(&mut self, message: String, span: Span) {
        self.problems
            .push(rule_violation(message, self.text_span.unwrap_or(span)));
    }

    fn report_with_suggestion<'k>(
        &mut self,
        message: String,
        span: Span,
        given: &str,
        known: impl IntoIterator<Item = &'k str>,
    ) {
        let known = known.into_iter().take(MAX_SUGGESTION_NAMES);
        let problem = rule_violation(message, self.text_span.unwrap_or(span))
            .suggest(self.suggestions.nearest(given, known));
        self.problems.push(problem);
    }

    /// Returns whether a value is unknown: a function, or a text with a substitution.
    fn is_open(&self, node: &Node) -> bool {
        let substituted = node.as_str().is_some_and(|text| {
            self.substitutions
                .iter()
                .any(|name| text.contains(&format!("${{{name}}}")))
        });
        substituted || is_function(node) || node.unknown_function().is_some()
    }

    /// Checks a table with `StartAt` and `States`.
    fn states(&mut self, node: &Node, outer: QueryLanguage, level: MachineLevel) {
        if self.is_open(node) {
            return;
        }
        let Some(map) = node.as_map() else {
            let message = format!("state machine: expected a table, found {}", node.kind());
            self.report(message, node.span);
            return;
        };
        let language = self.language(map, outer);
        if level == MachineLevel::Top {
            let known = [
                "Comment",
                "QueryLanguage",
                "StartAt",
                "States",
                "TimeoutSeconds",
                "Version",
            ];
            for (name, entry) in map.iter().filter(|(name, _)| !known.contains(name)) {
                let message = format!("unknown field `{name}` of a state machine");
                self.report_with_suggestion(message, entry.key, name, known);
            }
        }
        for name in ["StartAt", "States"] {
            if !map.contains(name) {
                self.report(format!("missing `{name}` of a state machine"), node.span);
            }
        }
        let Some(states) = map.get("States") else {
            return;
        };
        let Some(states) = states.as_map() else {
            if !self.is_open(states) {
                self.report(
                    format!("`States`: expected a table, found {}", states.kind()),
                    states.span,
                );
            }
            return;
        };
        if let Some(start) = map.get("StartAt") {
            self.target("StartAt", start, states);
        }
        for (name, entry) in states.iter() {
            if !(1..=80).contains(&name.chars().count()) {
                let message =
                    format!("invalid name of a state `{name}`: expected 1 to 80 characters");
                self.report(message, entry.key);
            }
            self.state(name, &entry.node, states, language);
        }
    }

    fn language(&mut self, map: &Map, outer: QueryLanguage) -> QueryLanguage {
        match map.get("QueryLanguage").map(|node| (node, node.as_str())) {
            None => outer,
            Some((_, Some("JSONPath"))) => QueryLanguage::JsonPath,
            Some((_, Some("JSONata"))) => QueryLanguage::Jsonata,
            Some((node, _)) => {
                if !self.is_open(node) {
                    let message =
                        "invalid `QueryLanguage`: expected `JSONPath` or `JSONata`".to_owned();
                    self.report(message, node.span);
                }
                outer
            }
        }
    }

    /// Checks that a field names a state of the same machine.
    fn target(&mut self, field: &str, node: &Node, states: &Map) {
        if self.is_open(node) {
            return;
        }
        match node.as_str() {
            Some(name) if states.contains(name) => {}
            Some(name) => {
                let message = format!("unknown state `{name}` in `{field}`");
                self.report_with_suggestion(message, node.span, name, states.keys());
            }
            None => {
                let message = format!(
                    "`{field}`: expected the name of a state, found {}",
                    node.kind()
                );
                self.report(message, node.span);
            }
        }
    }

    fn state(&mut self, name: &str, node: &Node, states: &Map, outer: QueryLanguage) {
        if self.is_open(node) {
            return;
        }
        let Some(map) = node.as_map() else {
            let message = format!("state `{name}`: expected a table, found {}", node.kind());
            self.report(message, node.span);
            return;
        };
        let Some(kind) = map.get("Type") else {
            self.report(format!("missing `Type` of state `{name}`"), node.span);
            return;
        };
        if self.is_open(kind) {
            return;
        }
        let known = STATE_TYPES
            .iter()
            .find(|state| Some(state.name) == kind.as_str());
        let Some(known) = known else {
            let names: Vec<&str> = STATE_TYPES.iter().map(|state| state.name).collect();
            let message = format!(
                "unknown type of a state: expected one of {}",
                names.join(", ")
            );
            let given = kind.as_str().unwrap_or_default();
            self.report_with_suggestion(message, kind.span, given, names);
            return;
        };
        let language = self.language(map, outer);
        self.fields(known, node, map, states, language);
        match known.name {
            "Choice" => self.choices(map, states, language),
            "Parallel" => {
                let branches = map.get("Branches").and_then(Node::as_list);
                for branch in branches.unwrap_or_default() {
                    self.states(branch, language, MachineLevel::Top);
                }
            }
            "Map" => {
                let inner = ["ItemProcessor", "Iterator"].map(|name| map.get(name));
                for inner in inner.into_iter().flatten() {
                    self.states(inner, language, MachineLevel::Nested);
                }
            }
            "Task" => self.task(map),
            _ => {}
        }
    }

    fn fields(
        &mut self,
        state: &StateType,
        node: &Node,
        map: &Map,
        states: &Map,
        language: QueryLanguage,
    ) {
        let kind = state.name;
        let missing = state.required.iter().filter(|name| !map.contains(name));
        for name in missing {
            self.report(format!("missing `{name}` of a {kind} state"), node.span);
        }
        if state.transition == Transition::Required && map.contains("Next") == map.contains("End") {
            let message = format!("a {kind} state must have exactly one of `Next` and `End`");
            self.report(message, node.span);
        }
        if kind == "Map" && map.contains("ItemProcessor") == map.contains("Iterator") {
            let message =
                "a Map state must have exactly one of `ItemProcessor` and `Iterator`".to_owned();
            self.report(message, node.span);
        }
        for (name, entry) in map.iter() {
            let mut known = COMMON_FIELDS.iter().chain(state.fields);
            let Some((_, field)) = known.find(|(field, _)| *field == name) else {
                let names = COMMON_FIELDS
                    .iter()
                    .chain(state.fields)
                    .map(|(field, _)| *field);
                let message = format!("unknown field `{name}` of a {kind} state");
                self.report_with_suggestion(message, entry.key, name, names);
                continue;
            };
            let (foreign, theirs) = match language {
                QueryLanguage::JsonPath => (JSONATA_FIELDS, "JSONata"),
                QueryLanguage::Jsonata => (JSONPATH_FIELDS, "JSONPath"),
            };
            // The specification does not restrict the output of a `Succeed` state.
            if foreign.contains(&name) && kind != "Succeed" {
                let message = format!("`{name}` is allowed only if `QueryLanguage` is {theirs}");
                self.report(message, entry.key);
                continue;
            }
            self.field(name, &entry.node, *field, states, language);
        }
    }

    fn field(
        &mut self,
        name: &str,
        node: &Node,
        field: FieldType,
        states: &Map,
        language: QueryLanguage,
    ) {
        let computed = node.as_str().is_some_and(|text| text.starts_with("{%"));
        if self.is_open(node) || language == QueryLanguage::Jsonata && computed {
            return;
        }
        let text = scalar_text(node);
        let number = text.as_deref().and_then(|text| text.parse::<f64>().ok());
        let (table, list) = (node.as_map().is_some(), node.as_list().is_some());
        let (fits, form) = match field {
            FieldType::Any => (true, ""),
            FieldType::State => {
                self.target(name, node, states);
                return;
            }
            FieldType::Retry | FieldType::Catch => {
                self.errors(name, node, field, states);
                return;
            }
            FieldType::Text => (text.is_some(), "a string"),
            FieldType::Path => (
                node.value == Value::Null || text.is_some_and(|text| text.starts_with('$')),
                "a path that starts with `$`",
            ),
            FieldType::Table => (table, "a table"),
            FieldType::List => (list, "a list"),
            FieldType::TextOrTable => (table || text.is_some(), "a table or a string"),
            FieldType::TextOrList => (list || text.is_some(), "a list or a string"),
            FieldType::Number(least) => (
                number.is_some_and(|number| number >= least),
                if least > 0.0 {
                    "a number of at least 1"
                } else {
                    "a number of at least 0"
                },
            ),
            FieldType::True => (text.as_deref() == Some("true"), "`true`"),
        };
        if !fits {
            self.report(format!("`{name}`: expected {form}"), node.span);
        }
    }

    /// Checks `Retry` and `Catch`: lists of tables with the errors that they handle.
    fn errors(&mut self, name: &str, node: &Node, field: FieldType, states: &Map) {
        let Some(items) = node.as_list() else {
            self.report(
                format!("`{name}`: expected a list, found {}", node.kind()),
                node.span,
            );
            return;
        };
        for item in items {
            if self.is_open(item) {
                continue;
            }
            let Some(map) = item.as_map() else {
                self.report(format!("`{name}`: expected a list of tables"), item.span);
                continue;
            };
            match map.get("ErrorEquals") {
                None => self.report(format!("missing `ErrorEquals` in `{name}`"), item.span),
                Some(errors) if errors.as_list().is_none() && !self.is_open(errors) => {
                    self.report(
                        "`ErrorEquals`: expected a list of strings".to_owned(),
                        errors.span,
                    );
                }
                Some(_) => {}
            }
            if field == FieldType::Catch {
                match map.get("Next") {
                    None => self.report(format!("missing `Next` in `{name}`"), item.span),
                    Some(next) => self.target("Next", next, states),
                }
                continue;
            }
            for key in ["BackoffRate", "IntervalSeconds", "MaxAttempts"] {
                if let Some(number) = map.get(key) {
                    self.field(
                        key,
                        number,
                        FieldType::Number(0.0),
                        states,
                        QueryLanguage::JsonPath,
                    );
                }
            }
        }
    }

    fn task(&mut self, map: &Map) {
        let Some(node) = map.get("Resource").filter(|node| !self.is_open(node)) else {
            return;
        };
        let Some(text) = node.as_str() else { return };
        let known = self.task.as_ref().is_some_and(|known| known.is_match(text));
        if !known && !text.contains("{{resolve:") {
            self.report(
                format!("invalid resource ARN `{text}` of a task"),
                node.span,
            );
        }
    }

    fn choices(&mut self, map: &Map, states: &Map, language: QueryLanguage) {
        let choices = map.get("Choices").and_then(Node::as_list);
        for choice in choices.unwrap_or_default() {
            if self.is_open(choice) {
                continue;
            }
            let Some(rule) = choice.as_map() else {
                self.report("choice: expected a table".to_owned(), choice.span);
                continue;
            };
            match rule.get("Next") {
                None => self.report("missing `Next` of a choice".to_owned(), choice.span),
                Some(next) => self.target("Next", next, states),
            }
            match language {
                QueryLanguage::Jsonata if !rule.contains("Condition") => {
                    self.report("missing `Condition` of a choice".to_owned(), choice.span);
                }
                QueryLanguage::Jsonata => {}
                QueryLanguage::JsonPath => self.rule(choice, rule),
            }
        }
    }

    /// Checks one comparison of a choice.
    fn rule(&mut self, node: &Node, map: &Map) {
        let compared: Vec<(&str, &Node, Comparison)> = map
            .iter()
            .filter_map(|(name, entry)| Some((name, &entry.node, comparison(name)?)))
            .collect();
        if compared.len() != 1 {
            let message = format!(
                "choice: expected exactly one comparison, found {}",
                compared.len()
            );
            self.report(message, node.span);
        }
        if let Some(variable) = map.get("Variable").filter(|node| !self.is_open(node))
            && !variable.as_str().is_some_and(|text| text.starts_with('$'))
        {
            let message = "`Variable`: expected a path that starts with `$`".to_owned();
            self.report(message, variable.span);
        }
        for (name, value, kind) in compared {
            if self.is_open(value) {
                continue;
            }
            let text = scalar_text(value);
            let text = text.as_deref();
            let (fits, form) = match kind {
                Comparison::Text => (text.is_some(), "a string"),
                Comparison::Number => {
                    let number = text.is_some_and(|text| text.parse::<f64>().is_ok());
                    (number, "a number")
                }
                Comparison::Truth => (text.is_some_and(is_boolean), "a boolean"),
                Comparison::Rules => (value.as_list().is_some(), "a list of comparisons"),
                Comparison::Rule => (value.as_map().is_some(), "a comparison"),
            };
            if !fits {
                self.report(format!("`{name}`: expected {form}"), value.span);
                continue;
            }
            let inner = match kind {
                Comparison::Rules => value.as_list().unwrap_or_default(),
                Comparison::Rule => std::slice::from_ref(value),
                _ => &[],
            };
            for inner in inner.iter().filter(|inner| !is_function(inner)) {
                match inner.as_map() {
                    Some(map) => self.rule(inner, map),
                    None => self.report("comparison: expected a table".to_owned(), inner.span),
                }
            }
        }
    }
}
