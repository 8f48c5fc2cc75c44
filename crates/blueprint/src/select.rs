//! Selects stacks by key, pattern, tag, dependencies or dependents.

use crate::model::{Stack, StackGraph, StackKey};
use formwork_template::diagnostics::nearest;
use formwork_template::wildcard;
use indexmap::IndexSet;

/// A selector of stacks: `x`, `api-*`, `x+`, `+x`, `tag:KEY`, `tag:KEY=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    text: String,
    dependencies: Neighbours,
    dependents: Neighbours,
    core: Pattern,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Key(String),
    Tag { key: String, value: Option<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Neighbours {
    Included,
    LeftOut,
}

/// The reason why a selector is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectError {
    /// No stack matches.
    #[error("no stack of the blueprint matches `{selector}`{}", suggestion(.nearest))]
    NoStack {
        /// The selector.
        selector: String,
        /// The most similar key.
        nearest: Option<String>,
    },
}

fn suggestion(nearest: &Option<String>) -> String {
    match nearest {
        Some(key) => format!("; did you mean `{key}`?"),
        None => String::new(),
    }
}

impl Selector {
    /// Parses a selector. All texts are valid.
    pub fn new(text: &str) -> Self {
        let (rest, dependencies) = match text.strip_prefix('+') {
            Some(rest) => (rest, Neighbours::Included),
            None => (text, Neighbours::LeftOut),
        };
        let (rest, dependents) = match rest.strip_suffix('+') {
            Some(rest) => (rest, Neighbours::Included),
            None => (rest, Neighbours::LeftOut),
        };
        let core = match rest.strip_prefix("tag:") {
            None => Pattern::Key(rest.to_owned()),
            Some(tag) => match tag.split_once('=') {
                Some((key, value)) => Pattern::Tag {
                    key: key.to_owned(),
                    value: Some(value.to_owned()),
                },
                None => Pattern::Tag {
                    key: tag.to_owned(),
                    value: None,
                },
            },
        };
        Self {
            text: text.to_owned(),
            dependencies,
            dependents,
            core,
        }
    }

    fn fits(&self, stack: &Stack) -> bool {
        match &self.core {
            Pattern::Key(pattern) => wildcard::matches(pattern, stack.key.as_str()),
            Pattern::Tag { key, value } => stack
                .tags
                .get(key)
                .is_some_and(|found| value.as_ref().is_none_or(|value| value == found)),
        }
    }
}

impl StackGraph {
    /// Returns the selected stacks in the order of the blueprint. Without selectors, returns all
    /// stacks.
    pub fn select(&self, selectors: &[Selector]) -> Result<IndexSet<StackKey>, SelectError> {
        if selectors.is_empty() {
            return Ok(self.stacks().map(|stack| stack.key.clone()).collect());
        }
        let mut chosen = IndexSet::new();
        for selector in selectors {
            let core: IndexSet<StackKey> = self
                .stacks()
                .filter(|stack| selector.fits(stack))
                .map(|stack| stack.key.clone())
                .collect();
            if core.is_empty() {
                return Err(self.nothing(selector));
            }
            if selector.dependencies == Neighbours::Included {
                chosen.extend(self.with_dependencies(&core));
            }
            if selector.dependents == Neighbours::Included {
                chosen.extend(self.with_dependents(&core));
            }
            chosen.extend(core);
        }
        let in_order = self.stacks().map(|stack| &stack.key);
        Ok(in_order
            .filter(|key| chosen.contains(*key))
            .cloned()
            .collect())
    }

    fn nothing(&self, selector: &Selector) -> SelectError {
        let near = match &selector.core {
            Pattern::Key(key) => nearest(key, self.stacks().map(|stack| stack.key.as_str())),
            Pattern::Tag { .. } => None,
        };
        SelectError::NoStack {
            selector: selector.text.clone(),
            nearest: near.map(str::to_owned),
        }
    }
}
