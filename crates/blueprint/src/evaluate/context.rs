//! What one run of loading carries along: the files it reads and the problems it finds.

use super::engine::{ExpressionEngine, ExpressionEnvironment};
use crate::codes;
use crate::limits;
use crate::limits::PROBLEMS;
use crate::model::AppliedOverlay;
use crate::scope::component_registry::ComponentRegistry;
use crate::syntax::document;
use crate::syntax::keys::KeySet;
use crate::syntax::reader::Reader;
use formwork_catalog::schema::Table;
use formwork_template::diagnostics::{FileId, Problem, Span};
use formwork_template::{Entry, Map, Node};
use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

/// What a blueprint is loaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LoadMode {
    /// To be used: everything is checked.
    Full,
    /// To see what it renders: what CloudFormation thinks of that is not asked.
    RenderOnly,
}

/// One run of loading.
pub(crate) struct LoadContext<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) mode: LoadMode,
    pub(crate) engine: ExpressionEngine<'a>,
    /// The variables that something refers to, by their place among the variables.
    pub(crate) used: HashSet<usize>,
    /// What the overlays of the environment that was asked for put into stacks.
    pub(crate) overlays: Vec<AppliedOverlay>,
    /// What is known of resource types.
    pub(crate) table: Arc<Table>,
    /// The components that were read.
    pub(crate) components: ComponentRegistry,
    /// The inputs that something refers to or was meant to, by the component's text.
    pub(crate) used_inputs: HashSet<(FileId, String)>,
    /// The existing templates that stacks are made of, with the bytes that each takes.
    pub(crate) templates: HashMap<FileId, usize>,
    /// Whether there were more problems than are taken down.
    is_stopped: bool,
    /// The bytes of values that references may put in.
    values: Budget,
    /// The bytes of what is written once and used again.
    repeats: Budget,
}

/// How much may still be taken.
struct Budget {
    /// In the stack at hand.
    stack: usize,
    /// In all that is still to come.
    all: usize,
}

impl Budget {
    fn new(all: usize) -> Self {
        Self { stack: all, all }
    }

    fn begin(&mut self, stack: usize) {
        self.stack = stack.min(self.all);
    }

    /// Takes so much; whether that was the last of it.
    fn take(&mut self, amount: usize) -> bool {
        let left = self.stack;
        self.stack = left.saturating_sub(amount);
        self.all = self.all.saturating_sub(amount);
        left > 0 && self.is_spent()
    }

    fn is_spent(&self) -> bool {
        self.stack == 0
    }

    /// Of what there is too much, once it is spent.
    fn excess(&self) -> &'static str {
        match self.all {
            0 => "the blueprint's stacks is more than is held",
            _ => "the stack is more than a template could hold",
        }
    }
}

impl<'a> LoadContext<'a> {
    pub(crate) fn new(reader: Reader<'a>, language: &'a ExpressionEnvironment) -> Self {
        Self {
            reader,
            problems: Vec::new(),
            mode: LoadMode::Full,
            engine: ExpressionEngine::new(language),
            used: HashSet::new(),
            overlays: Vec::new(),
            table: Arc::new(Table::new()),
            components: ComponentRegistry::default(),
            used_inputs: HashSet::new(),
            templates: HashMap::new(),
            is_stopped: false,
            values: Budget::new(limits::VALUE_BYTES_TOTAL),
            repeats: Budget::new(limits::REPEATED_BYTES_TOTAL),
        }
    }

    /// Begins a stack, in which what references put in may come to so many bytes, and what is used
    /// again to so many, each use counted.
    pub(crate) fn allow(&mut self, values: usize, repeats: usize) {
        self.values.begin(values);
        self.repeats.begin(repeats);
    }

    /// Whether so many more bytes may be put in for references; says once when they may not.
    pub(crate) fn spend(&mut self, bytes: usize, span: Span) -> bool {
        if self.values.take(bytes) {
            let message = format!("what references put into {}", self.values.excess());
            let problem = Problem::error(codes::VALUE_LIMIT, message);
            self.report(problem.at(span, "here at last"));
        }
        !self.is_spent()
    }

    /// Whether nothing more may be put in, which was said.
    pub(crate) fn is_spent(&self) -> bool {
        self.values.is_spent()
    }

    /// Whether something that takes so many bytes may be used once more; says once when it may not.
    pub(crate) fn repeat(&mut self, bytes: usize, span: Span) -> bool {
        if self.repeats.take(bytes) {
            let message = format!("what is repeated in {}", self.repeats.excess());
            let problem = Problem::error(codes::VALUE_LIMIT, message).at(span, "here at last");
            let help = "each use of a component or template and each item of a `for_each` counts";
            self.report(problem.help(help));
        }
        !self.repeats.is_spent()
    }

    /// Reads one TOML file; nothing when it cannot be read at all. Says whether it is whole.
    pub(crate) fn document(&mut self, path: &Path) -> Option<(Node, bool)> {
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

    /// Checks the lower-case keys of a table; `also` says more about one that is not known.
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

    /// Takes down a problem, unless there are too many. Warnings alone never are.
    pub(crate) fn report(&mut self, problem: Problem) {
        if !self.is_stopped {
            self.is_stopped = problem.is_error() && self.problems.len() >= PROBLEMS;
            self.problems.push(problem);
        }
    }

    /// Tries what finds the same problems later: they are forgotten.
    pub(crate) fn with_discarded_problems<T>(&mut self, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let (before, is_stopped) = (self.problems.len(), self.is_stopped);
        let outcome = attempt(self);
        self.problems.truncate(before);
        self.is_stopped = is_stopped;
        outcome
    }

    /// Whether there are too many problems: nothing more is evaluated, and [`Self::found`] says so.
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped
    }

    /// Everything that was found to be wrong.
    pub(crate) fn found(&mut self) -> Vec<Problem> {
        let mut problems = std::mem::take(&mut self.problems);
        if self.is_stopped {
            let message = format!("more than {PROBLEMS} problems: the rest is not looked at");
            problems.push(Problem::error(codes::PROBLEM_LIMIT, message));
        }
        problems
    }
}
