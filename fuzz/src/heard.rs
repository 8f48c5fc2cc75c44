//! What was said of a text: what tells one way through the reader from another.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use template::source::{Problem, Sources};

/// What was said, without the names and values that it was said of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard {
    said: HashSet<u64>,
    is_too_large: bool,
}

impl Heard {
    /// Takes in a fact.
    pub fn is(&mut self, fact: &str) {
        let mut hasher = DefaultHasher::new();
        fact.hash(&mut hasher);
        self.said.insert(hasher.finish());
    }

    /// Takes in problems, after a look whether each says something and points into its text.
    ///
    /// # Panics
    ///
    /// Where one does not.
    pub fn problems(&mut self, problems: &[Problem], sources: &Sources) {
        for problem in problems {
            assert!(!problem.message.is_empty(), "{problem:?}");
            for label in &problem.labels {
                let text = &sources.file(label.span.file).text;
                let range = label.span.start as usize..label.span.end as usize;
                assert!(text.get(range).is_some(), "{problem:?} in {text:?}");
            }
            // What stands in backticks is the text's own; numbers differ without end.
            self.is_too_large |= problem.message.ends_with("names and values");
            let mut said = problem.code.name.to_owned();
            let own = problem.message.split('`').step_by(2);
            said.extend(own.flat_map(|part| part.chars().filter(|sign| !sign.is_numeric())));
            self.is(&said);
        }
    }

    /// Whether a file had more names and values than are read.
    pub fn is_too_large(&self) -> bool {
        self.is_too_large
    }

    /// Takes in what another one has; whether any of it is new.
    pub fn learn(&mut self, other: &Self) -> bool {
        let before = self.said.len();
        self.said.extend(&other.said);
        self.said.len() > before
    }

    /// How many different things were heard.
    pub fn len(&self) -> usize {
        self.said.len()
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }
}
