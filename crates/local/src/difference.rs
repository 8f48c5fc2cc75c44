//! How two values differ, leaf by leaf.

use crate::types::{self, Recreation};
use formwork_template::evaluate::EvaluatedValue as Value;

/// One leaf at which two values differ.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference<'a> {
    /// Names and indices from the properties down.
    pub(crate) path: Vec<String>,
    pub(crate) before: Option<&'a Value>,
    pub(crate) after: Option<&'a Value>,
}

impl Difference<'_> {
    /// The path as `Tags.0.Value`.
    pub(crate) fn dotted(&self) -> String {
        self.path.join(".")
    }

    /// Whether it makes a new resource.
    pub(crate) fn recreation(&self, kind: &str) -> Recreation {
        types::recreation(kind, &self.dotted())
    }

    /// Whether what it becomes is known only once another resource is made.
    pub(crate) fn is_unknown(&self) -> bool {
        self.after.is_some_and(Value::has_unknown)
    }
}

/// Every leaf at which `before` and `after` differ, in the order of `after`.
pub(crate) fn differences<'a>(before: &'a Value, after: &'a Value) -> Vec<Difference<'a>> {
    let mut found = Vec::new();
    descend(Some(before), Some(after), &mut Vec::new(), &mut found);
    found
}

fn descend<'a>(
    before: Option<&'a Value>,
    after: Option<&'a Value>,
    path: &mut Vec<String>,
    found: &mut Vec<Difference<'a>>,
) {
    let mut below = |name: String, before, after| {
        path.push(name);
        descend(before, after, path, found);
        path.pop();
    };
    match (before, after) {
        (Some(Value::Map(before)), Some(Value::Map(after))) => {
            for (key, value) in after {
                below(key.clone(), before.get(key), Some(value));
            }
            for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
                below(key.clone(), Some(value), None);
            }
        }
        (Some(Value::List(before)), Some(Value::List(after))) => {
            for index in 0..before.len().max(after.len()) {
                below(index.to_string(), before.get(index), after.get(index));
            }
        }
        (Some(before), Some(after)) if before.is_same(after) => {}
        _ => found.push(Difference {
            path: path.clone(),
            before,
            after,
        }),
    }
}
