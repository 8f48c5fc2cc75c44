//! The differences between two values of a resource's properties.

use crate::resources::{self, Recreation};
use formwork_template::evaluate::EvaluatedValue;

/// A leaf at which two values differ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PropertyDifference<'a> {
    /// The names and indices from the properties to the leaf.
    pub(super) path: Vec<String>,
    pub(super) before: Option<&'a EvaluatedValue>,
    pub(super) after: Option<&'a EvaluatedValue>,
}

impl PropertyDifference<'_> {
    /// Returns the path in the form `Tags.0.Value`.
    pub(super) fn dotted_path(&self) -> String {
        self.path.join(".")
    }

    /// Returns the recreation that the difference requires.
    pub(super) fn recreation(&self, kind: &str) -> Recreation {
        resources::recreation(kind, &self.dotted_path())
    }

    /// Returns true if the new value is known only after another resource is created.
    pub(super) fn is_unknown(&self) -> bool {
        self.after.is_some_and(EvaluatedValue::has_unknown)
    }
}

/// Returns the leaves at which `before` and `after` differ, in the order of `after`.
pub(super) fn property_differences<'a>(
    before: &'a EvaluatedValue,
    after: &'a EvaluatedValue,
) -> Vec<PropertyDifference<'a>> {
    let mut differences = Vec::new();
    collect(Some(before), Some(after), &mut Vec::new(), &mut differences);
    differences
}

fn collect<'a>(
    before: Option<&'a EvaluatedValue>,
    after: Option<&'a EvaluatedValue>,
    path: &mut Vec<String>,
    differences: &mut Vec<PropertyDifference<'a>>,
) {
    let mut below = |name: String, before, after| {
        path.push(name);
        collect(before, after, path, differences);
        path.pop();
    };
    match (before, after) {
        (Some(EvaluatedValue::Map(before)), Some(EvaluatedValue::Map(after))) => {
            for (key, value) in after {
                below(key.clone(), before.get(key), Some(value));
            }
            for (key, value) in before.iter().filter(|(key, _)| !after.contains_key(*key)) {
                below(key.clone(), Some(value), None);
            }
        }
        (Some(EvaluatedValue::List(before)), Some(EvaluatedValue::List(after))) => {
            for index in 0..before.len().max(after.len()) {
                below(index.to_string(), before.get(index), after.get(index));
            }
        }
        (Some(before), Some(after)) if before.is_same(after) => {}
        _ => differences.push(PropertyDifference {
            path: path.clone(),
            before,
            after,
        }),
    }
}
