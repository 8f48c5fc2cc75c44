//! What one run of loading carries along: the files it reads and the problems it finds.

use crate::evaluate::expression::Engine;
use crate::load::component::Components;
use crate::load::reader::Reader;
use crate::model::Overlaid;
use std::collections::HashSet;
use template::schema::Table;
use template::source::Problem;

/// One run of loading.
pub(crate) struct Session<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) problems: Vec<Problem>,
    /// Made when the first expression is met.
    pub(crate) engine: Option<Engine>,
    /// The variables that something refers to, by their place among the variables.
    pub(crate) used: HashSet<usize>,
    /// What the overlays of the environment that was asked for put into stacks.
    pub(crate) overlays: Vec<Overlaid>,
    /// What is known of resource types.
    pub(crate) table: Table,
    /// The components that were read.
    pub(crate) components: Components,
    /// How many bytes of values may still be put in for inputs in the stack at hand.
    pub(crate) bytes_left: usize,
}

impl<'a> Session<'a> {
    pub(crate) fn new(reader: Reader<'a>) -> Self {
        Self {
            reader,
            problems: Vec::new(),
            engine: None,
            used: HashSet::new(),
            overlays: Vec::new(),
            table: Table::new(),
            components: Components::default(),
            bytes_left: 0,
        }
    }

    /// Takes down a problem.
    pub(crate) fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}
