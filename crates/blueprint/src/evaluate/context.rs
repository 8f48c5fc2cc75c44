//! The state of one load: the files, the problems found so far, and the budgets.

use super::engine::{ExpressionEngine, ExpressionEnvironment};
use crate::limits::PROBLEMS;
use crate::model::AppliedOverlay;
use crate::scope::component_registry::ComponentRegistry;
use crate::syntax::document;
use crate::syntax::keys::KeySet;
use crate::syntax::reader::Reader;
use crate::{codes, limits};
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{FileId, Problem, Span, SuggestionBudget};
use formwork_template::{Entry, Map, Node};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// The purpose of a load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoadMode {
    /// The blueprint will be used_variables: everything is checked.
    Full,
    /// Only the rendered templates are needed: they are not checked.
    RenderOnly,
}

/// The state of one load.
pub(crate) struct LoadContext<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) mode: LoadMode,
    pub(crate) engine: ExpressionEngine<'a>,
    /// The indices of the variables that are used.
    pub(crate) used_variables: HashSet<usize>,
    /// The overlays of the requested environment.
    pub(crate) overlays: Vec<AppliedOverlay>,
    /// The schema of the resource types.
    pub(crate) table: Arc<Table>,
    /// The components that were parsed.
    pub(crate) components: ComponentRegistry,
    /// The inputs that are used, by the component's text.
    pub(crate) used_inputs: HashSet<(FileId, String)>,
    /// The budget for suggestions.
    pub(crate) suggestions: &'a SuggestionBudget,
    /// The sizes of the existing templates, in bytes.
    pub(crate) templates: HashMap<FileId, usize>,
    /// True after too many problems.
    is_stopped: bool,
    /// The budget for values that references insert.
    values: Budget,
    /// The budget for components, templates and items that repeat.
    repeats: Budget,
}

/// A number of bytes that may still be used.
struct Budget {
    /// In the current stack.
    stack: usize,
    /// In the whole blueprint.
    all: usize,
}

impl Budget {
    fn new(all: usize) -> Self {
        Self { stack: all, all }
    }

    fn begin(&mut self, stack: usize) {
        self.stack = stack.min(self.all);
    }

    /// Subtracts `amount`. Returns true if that used up the budget.
    fn take(&mut self, amount: usize) -> bool {
        let left = self.stack;
        self.stack = left.saturating_sub(amount);
        self.all = self.all.saturating_sub(amount);
        left > 0 && self.is_spent()
    }

    fn is_spent(&self) -> bool {
        self.stack == 0
    }

    /// Describes the exceeded limit for a message.
    fn excess(&self) -> &'static str {
        match self.all {
            0 => "the blueprint's stacks are more than the limit",
            _ => "the stack are more than a template can contain",
        }
    }
}

impl<'a> LoadContext<'a> {
    pub(crate) fn new(
        reader: Reader<'a>,
        language: &'a ExpressionEnvironment,
        suggestions: &'a SuggestionBudget,
    ) -> Self {
        Self {
            reader,
            problems: Vec::new(),
            mode: LoadMode::Full,
            engine: ExpressionEngine::new(language),
            used_variables: HashSet::new(),
            overlays: Vec::new(),
            table: Arc::new(Table::new()),
            components: ComponentRegistry::default(),
            used_inputs: HashSet::new(),
            suggestions,
            templates: HashMap::new(),
            is_stopped: false,
            values: Budget::new(limits::VALUE_BYTES_TOTAL),
            repeats: Budget::new(limits::REPEATED_BYTES_TOTAL),
        }
    }

    /// Starts a stack with its budgets, in bytes. Each use of a value counts.
    pub(crate) fn start_stack(&mut self, values: usize, repeats: usize) {
        self.values.begin(values);
        self.repeats.begin(repeats);
    }

    /// Subtracts from the budget for values. Reports once when it is used up, and returns false
    /// from then on.
    pub(crate) fn spend_value_bytes(&mut self, bytes: usize, span: Span) -> bool {
        if self.values.take(bytes) {
            let message = format!(
                "the values that references insert into {}",
                self.values.excess()
            );
            let problem = Problem::error(codes::VALUE_LIMIT, message);
            self.report(problem.at(span, "exceeded here"));
        }
        !self.is_spent()
    }

    /// Returns true if the budget for values is used up.
    pub(crate) fn is_spent(&self) -> bool {
        self.values.is_spent()
    }

    /// Subtracts from the budget for repetition. Reports once when it is used up, and returns false
    /// from then on.
    pub(crate) fn spend_repeated_bytes(&mut self, bytes: usize, span: Span) -> bool {
        if self.repeats.take(bytes) {
            let message = format!("the repeated values in {}", self.repeats.excess());
            let problem = Problem::error(codes::VALUE_LIMIT, message).at(span, "exceeded here");
            let help = "each use of a component or template and each item of a `for_each` counts";
            self.report(problem.help(help));
        }
        !self.repeats.is_spent()
    }

    /// Parses a TOML file. Returns none if it cannot be read, otherwise its root and true if it is
    /// complete.
    pub(crate) fn read_document(&mut self, path: &Path) -> Option<(Node, bool)> {
        match self.reader.read(path) {
            Ok(file) => {
                let text = self.reader.text(file);
                let document = document::read(file, &text);
                let is_whole = document.is_whole;
                self.problems.extend(document.problems);
                Some((document.root, is_whole))
            }
            Err(unread) => {
                self.report(unread.problem(None));
                None
            }
        }
    }

    /// Checks the lower-case keys of a table. `also` returns a more specific help for an unknown
    /// key.
    pub(crate) fn check_keys(
        &mut self,
        map: &Map,
        keys: &KeySet,
        also: impl Fn(&str, &Entry) -> Option<String>,
    ) {
        for problem in keys.check(map, also) {
            self.report(problem);
        }
    }

    /// Adds a problem, unless there are too many errors. Warnings do not count.
    pub(crate) fn report(&mut self, problem: Problem) {
        if !self.is_stopped {
            self.is_stopped = problem.is_error() && self.problems.len() >= PROBLEMS;
            self.problems.push(problem);
        }
    }

    /// Runs `attempt` and discards its problems, because they are reported later.
    pub(crate) fn with_discarded_problems<T>(&mut self, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let (before, is_stopped) = (self.problems.len(), self.is_stopped);
        let outcome = attempt(self);
        self.problems.truncate(before);
        self.is_stopped = is_stopped;
        outcome
    }

    /// Returns true after too many problems. Evaluation stops then.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Returns all problems and clears the list.
    pub(crate) fn take_problems(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.is_stopped {
            let message = format!("more than {PROBLEMS} problems: the rest is not checked");
            problems.push(Problem::error(codes::PROBLEM_LIMIT, message));
        }
        problems
    }
}
