//! Paths to the properties of a resource type, as resource schemas write them.
//!
//! A [`PropertyPath`] belongs to a schema: it has no list indices, but a step for every item. The
//! path to a value in a template, with indices, is [`formwork_template::ValuePath`].

use std::fmt;
use std::sync::Arc;

/// A path to a property of a resource type: `/properties/Tags/*/Key`.
///
/// It has a step for every item of a list, and no indices.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyPath(Box<[PropertyStep]>);

/// A step of a property path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PropertyStep {
    /// A property of an object.
    Name(Arc<str>),
    /// Every item of a list, or every value of a map: `*`.
    Each,
}

impl PropertyPath {
    /// Parses a pointer of a resource schema, with or without the leading `/properties`.
    pub fn from_pointer(pointer: &str) -> Self {
        let below = pointer.strip_prefix("/properties").unwrap_or(pointer);
        let steps = below.split('/').filter(|step| !step.is_empty());
        steps
            .map(|step| match step {
                "*" => PropertyStep::Each,
                name => PropertyStep::Name(name.into()),
            })
            .collect()
    }

    /// Returns the steps, the outermost first.
    pub fn steps(&self) -> &[PropertyStep] {
        &self.0
    }

    /// Returns the top-level property of the path.
    pub fn property(&self) -> Option<&str> {
        match self.0.first()? {
            PropertyStep::Name(name) => Some(name),
            PropertyStep::Each => None,
        }
    }

    /// Returns whether the path is `other`, or a parent of it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }
}

impl FromIterator<PropertyStep> for PropertyPath {
    fn from_iter<I: IntoIterator<Item = PropertyStep>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

impl fmt::Display for PropertyStep {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Name(name) => name,
            Self::Each => "*",
        })
    }
}

/// Displays the path as `Tags.*.Key`, which is also the name of an attribute in `Fn::GetAtt`.
impl fmt::Display for PropertyPath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            let dot = if position == 0 { "" } else { "." };
            write!(out, "{dot}{step}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_read_and_shown() {
        let path = PropertyPath::from_pointer("/properties/Tags/*/Key");
        assert_eq!(path.to_string(), "Tags.*.Key");
        assert_eq!(path.property(), Some("Tags"));
        assert_eq!(path.steps()[1], PropertyStep::Each);
        assert_eq!(PropertyPath::from_pointer("/Tags/*/Key"), path);
        assert!(PropertyPath::from_pointer("/properties/Tags").covers(&path));
        assert!(!PropertyPath::from_pointer("/properties/Tag").covers(&path));
    }
}
