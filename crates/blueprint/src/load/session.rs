//! What one run of loading carries along: the files it reads and the problems it finds.

use crate::codes;
use crate::evaluate::expression::{Engine, Language};
use crate::load::component::Components;
use crate::load::reader::Reader;
use crate::model::Overlaid;
use std::collections::HashSet;
use std::sync::Arc;
use template::schema::Table;
use template::source::{FileId, Problem, Span};

/// How many bytes of values all references of a blueprint may put in, each use counted.
const MOST_BYTES_IN_ALL: usize = 128_000_000;

/// What a blueprint is loaded for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be used: everything is checked.
    Use,
    /// To see what it renders: what CloudFormation thinks of that is not asked.
    Proof,
}

/// One run of loading.
pub(crate) struct Session<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) problems: Vec<Problem>,
    pub(crate) purpose: Purpose,
    pub(crate) engine: Engine<'a>,
    /// The variables that something refers to, by their place among the variables.
    pub(crate) used: HashSet<usize>,
    /// What the overlays of the environment that was asked for put into stacks.
    pub(crate) overlays: Vec<Overlaid>,
    /// What is known of resource types.
    pub(crate) table: Arc<Table>,
    /// The components that were read.
    pub(crate) components: Components,
    /// The inputs that something refers to or was meant to, by the component's text.
    pub(crate) used_inputs: HashSet<(FileId, String)>,
    /// How many bytes of values may still be put in for references in the stack at hand.
    bytes_left: usize,
    /// How many in all that is still to come.
    bytes_left_in_all: usize,
}

impl<'a> Session<'a> {
    pub(crate) fn new(reader: Reader<'a>, language: &'a Language) -> Self {
        Self {
            reader,
            problems: Vec::new(),
            purpose: Purpose::Use,
            engine: Engine::new(language),
            used: HashSet::new(),
            overlays: Vec::new(),
            table: Arc::new(Table::new()),
            components: Components::default(),
            used_inputs: HashSet::new(),
            bytes_left: MOST_BYTES_IN_ALL,
            bytes_left_in_all: MOST_BYTES_IN_ALL,
        }
    }

    /// Begins a stack, in which what references put in may come to so many bytes, each counted.
    pub(crate) fn allow(&mut self, bytes: usize) {
        self.bytes_left = bytes.min(self.bytes_left_in_all);
    }

    /// Whether so many more bytes may be put in for references; says once when they may not.
    pub(crate) fn spend(&mut self, bytes: usize, span: Span) -> bool {
        let left = self.bytes_left;
        self.bytes_left = left.saturating_sub(bytes);
        self.bytes_left_in_all = self.bytes_left_in_all.saturating_sub(bytes);
        if left > 0 && self.bytes_left == 0 {
            let message = match self.bytes_left_in_all {
                0 => "what references put into the blueprint's stacks is more than is held",
                _ => "what references put into the stack is more than a template could hold",
            };
            let problem = Problem::error(codes::VALUE_LIMIT, message);
            self.report(problem.at(span, "here at last"));
        }
        self.bytes_left > 0
    }

    /// Whether nothing more may be put in, which was said.
    pub(crate) fn is_spent(&self) -> bool {
        self.bytes_left == 0
    }

    /// Takes down a problem.
    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}
