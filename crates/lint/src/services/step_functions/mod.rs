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
    let substitutions = resource.property("DefinitionSubstitutions");
    let substitutions = substitutions.and_then(Node::as_map);
    let mut machine = MachineChecker {
        task_arn: Regex::new(TASK_ARN).ok(),
        substitutions: substitutions
            .map(|map| map.keys().collect())
            .unwrap_or_default(),
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
                if let Some(tree) = formwork_template::read(FileId::default(), text).node
                    && tree.as_map().is_some()
                {
                    machine.text_span = Some(node.span);
                    machine.check_machine(&tree, QueryLanguage::JsonPath, MachineLevel::Top);
                    machine.text_span = None;
                }
            }
            None => machine.check_machine(node, QueryLanguage::JsonPath, MachineLevel::Top),
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

/// Checks one state machine.
struct MachineChecker<'s, 'p> {
    /// The compiled [`TASK_ARN`].
    task_arn: Option<Regex>,
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
        name: &str,
        known_names: impl IntoIterator<Item = &'k str>,
    ) {
        let known_names = known_names.into_iter().take(MAX_SUGGESTION_NAMES);
        let problem = rule_violation(message, self.text_span.unwrap_or(span))
            .suggest(self.suggestions.nearest(name, known_names));
        self.problems.push(problem);
    }

    /// Returns whether a value is unknown: a function, or a text with a substitution.
    fn is_unknown(&self, node: &Node) -> bool {
        let substituted = node.as_str().is_some_and(|text| {
            self.substitutions
                .iter()
                .any(|name| text.contains(&format!("${{{name}}}")))
        });
        substituted || is_function(node) || node.unknown_function().is_some()
    }

    /// Checks a table with `StartAt` and `States`.
    fn check_machine(&mut self, node: &Node, outer: QueryLanguage, level: MachineLevel) {
        if self.is_unknown(node) {
            return;
        }
        let Some(map) = node.as_map() else {
            let message = format!("state machine: expected a table, found {}", node.kind());
            self.report(message, node.span);
            return;
        };
        let language = self.query_language(map, outer);
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
            if !self.is_unknown(states) {
                self.report(
                    format!("`States`: expected a table, found {}", states.kind()),
                    states.span,
                );
            }
            return;
        };
        if let Some(start) = map.get("StartAt") {
            self.check_state_name("StartAt", start, states);
        }
        for (name, entry) in states.iter() {
            if !(1..=80).contains(&name.chars().count()) {
                let message =
                    format!("invalid name of a state `{name}`: expected 1 to 80 characters");
                self.report(message, entry.key);
            }
            self.check_state(name, &entry.node, states, language);
        }
    }

    /// Returns the query language of a machine or state, by default that of the enclosing one.
    fn query_language(&mut self, map: &Map, outer: QueryLanguage) -> QueryLanguage {
        match map.get("QueryLanguage").map(|node| (node, node.as_str())) {
            None => outer,
            Some((_, Some("JSONPath"))) => QueryLanguage::JsonPath,
            Some((_, Some("JSONata"))) => QueryLanguage::Jsonata,
            Some((node, _)) => {
                if !self.is_unknown(node) {
                    let message =
                        "invalid `QueryLanguage`: expected `JSONPath` or `JSONata`".to_owned();
                    self.report(message, node.span);
                }
                outer
            }
        }
    }

    /// Checks that a field names a state of the same machine.
    fn check_state_name(&mut self, field: &str, node: &Node, states: &Map) {
        if self.is_unknown(node) {
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

    /// Checks one state.
    fn check_state(&mut self, name: &str, node: &Node, states: &Map, outer: QueryLanguage) {
        if self.is_unknown(node) {
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
        if self.is_unknown(kind) {
            return;
        }
        let state_type = STATE_TYPES
            .iter()
            .find(|state| Some(state.name) == kind.as_str());
        let Some(state_type) = state_type else {
            let names: Vec<&str> = STATE_TYPES.iter().map(|state| state.name).collect();
            let message = format!(
                "unknown type of a state: expected one of {}",
                names.join(", ")
            );
            let name = kind.as_str().unwrap_or_default();
            self.report_with_suggestion(message, kind.span, name, names);
            return;
        };
        let language = self.query_language(map, outer);
        self.check_fields(state_type, node, map, states, language);
        match state_type.name {
            "Choice" => self.check_choices(map, states, language),
            "Parallel" => {
                let branches = map.get("Branches").and_then(Node::as_list);
                for branch in branches.unwrap_or_default() {
                    self.check_machine(branch, language, MachineLevel::Top);
                }
            }
            "Map" => {
                let inner = ["ItemProcessor", "Iterator"].map(|name| map.get(name));
                for inner in inner.into_iter().flatten() {
                    self.check_machine(inner, language, MachineLevel::Nested);
                }
            }
            "Task" => self.check_task(map),
            _ => {}
        }
    }

    /// Checks the fields of a state of a known type.
    fn check_fields(
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
            let (other_fields, other_language) = match language {
                QueryLanguage::JsonPath => (JSONATA_FIELDS, "JSONata"),
                QueryLanguage::Jsonata => (JSONPATH_FIELDS, "JSONPath"),
            };
            // The specification does not restrict the output of a `Succeed` state.
            if other_fields.contains(&name) && kind != "Succeed" {
                let message =
                    format!("`{name}` is allowed only if `QueryLanguage` is {other_language}");
                self.report(message, entry.key);
                continue;
            }
            self.check_field(name, &entry.node, *field, states, language);
        }
    }

    /// Checks the value of one field.
    fn check_field(
        &mut self,
        name: &str,
        node: &Node,
        field: FieldType,
        states: &Map,
        language: QueryLanguage,
    ) {
        let is_expression = node.as_str().is_some_and(|text| text.starts_with("{%"));
        if self.is_unknown(node) || language == QueryLanguage::Jsonata && is_expression {
            return;
        }
        let text = scalar_text(node);
        let number = text.as_deref().and_then(|text| text.parse::<f64>().ok());
        let (table, list) = (node.as_map().is_some(), node.as_list().is_some());
        let (fits, form) = match field {
            FieldType::Any => (true, ""),
            FieldType::State => {
                self.check_state_name(name, node, states);
                return;
            }
            FieldType::Retry | FieldType::Catch => {
                self.check_error_handlers(name, node, field, states);
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
            FieldType::Number(minimum) => (
                number.is_some_and(|number| number >= minimum),
                if minimum > 0.0 {
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
    fn check_error_handlers(&mut self, name: &str, node: &Node, field: FieldType, states: &Map) {
        let Some(items) = node.as_list() else {
            self.report(
                format!("`{name}`: expected a list, found {}", node.kind()),
                node.span,
            );
            return;
        };
        for item in items {
            if self.is_unknown(item) {
                continue;
            }
            let Some(map) = item.as_map() else {
                self.report(format!("`{name}`: expected a list of tables"), item.span);
                continue;
            };
            match map.get("ErrorEquals") {
                None => self.report(format!("missing `ErrorEquals` in `{name}`"), item.span),
                Some(errors) if errors.as_list().is_none() && !self.is_unknown(errors) => {
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
                    Some(next) => self.check_state_name("Next", next, states),
                }
                continue;
            }
            for key in ["BackoffRate", "IntervalSeconds", "MaxAttempts"] {
                if let Some(number) = map.get(key) {
                    self.check_field(
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

    /// Checks the resource of a task.
    fn check_task(&mut self, map: &Map) {
        let Some(node) = map.get("Resource").filter(|node| !self.is_unknown(node)) else {
            return;
        };
        let Some(text) = node.as_str() else { return };
        let is_valid = self
            .task_arn
            .as_ref()
            .is_some_and(|pattern| pattern.is_match(text));
        if !is_valid && !text.contains("{{resolve:") {
            self.report(
                format!("invalid resource ARN `{text}` of a task"),
                node.span,
            );
        }
    }

    /// Checks the choices of a `Choice` state.
    fn check_choices(&mut self, map: &Map, states: &Map, language: QueryLanguage) {
        let choices = map.get("Choices").and_then(Node::as_list);
        for choice in choices.unwrap_or_default() {
            if self.is_unknown(choice) {
                continue;
            }
            let Some(rule) = choice.as_map() else {
                self.report("choice: expected a table".to_owned(), choice.span);
                continue;
            };
            match rule.get("Next") {
                None => self.report("missing `Next` of a choice".to_owned(), choice.span),
                Some(next) => self.check_state_name("Next", next, states),
            }
            match language {
                QueryLanguage::Jsonata if !rule.contains("Condition") => {
                    self.report("missing `Condition` of a choice".to_owned(), choice.span);
                }
                QueryLanguage::Jsonata => {}
                QueryLanguage::JsonPath => self.check_comparison(choice, rule),
            }
        }
    }

    /// Checks one comparison of a choice.
    fn check_comparison(&mut self, node: &Node, map: &Map) {
        let comparisons: Vec<(&str, &Node, Comparison)> = map
            .iter()
            .filter_map(|(name, entry)| Some((name, &entry.node, comparison(name)?)))
            .collect();
        if comparisons.len() != 1 {
            let message = format!(
                "choice: expected exactly one comparison, found {}",
                comparisons.len()
            );
            self.report(message, node.span);
        }
        if let Some(variable) = map.get("Variable").filter(|node| !self.is_unknown(node))
            && !variable.as_str().is_some_and(|text| text.starts_with('$'))
        {
            let message = "`Variable`: expected a path that starts with `$`".to_owned();
            self.report(message, variable.span);
        }
        for (name, value, kind) in comparisons {
            if self.is_unknown(value) {
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
                    Some(map) => self.check_comparison(inner, map),
                    None => self.report("comparison: expected a table".to_owned(), inner.span),
                }
            }
        }
    }
}
