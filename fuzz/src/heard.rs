//! What was said of a text: what tells one way through the reader from another.

use formwork_template::diagnostics::{Problem, Sources};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What was said, without the names and values that it was said of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Heard(HashSet<u64>);

impl Heard {
    /// Takes in a fact.
    pub fn is(&mut self, fact: &str) {
        let mut hasher = DefaultHasher::new();
        fact.hash(&mut hasher);
        self.0.insert(hasher.finish());
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
            let mut said = problem.code.name.to_owned();
            let own = problem.message.split('`').step_by(2);
            said.extend(own.flat_map(|part| part.chars().filter(|sign| !sign.is_numeric())));
            self.is(&said);
        }
    }

    /// Takes in what another one has; whether any of it is new.
    pub fn learn(&mut self, other: &Self) -> bool {
        let before = self.0.len();
        self.0.extend(&other.0);
        self.0.len() > before
    }

    /// How many different things were heard.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
