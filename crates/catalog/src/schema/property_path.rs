//! Paths to a type's properties, as resource schemas write them.

use std::fmt;
use std::sync::Arc;

/// A way from a resource's properties down to one of them: `/properties/Tags/*/Key`.
///
/// It names properties and goes into every item of a list; it holds no index.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PropertyPath(Box<[PropertyStep]>);

/// One step of a property path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PropertyStep {
    /// Into an object's property.
    Name(Arc<str>),
    /// Into every item of a list, or every value of a map: `*`.
    Each,
}

impl PropertyPath {
    /// Reads a pointer of a resource schema, with or without `/properties` before it.
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

    /// Its steps, the outermost first.
    pub fn steps(&self) -> &[PropertyStep] {
        &self.0
    }

    /// The resource's own property into which it leads.
    pub fn property(&self) -> Option<&str> {
        match self.0.first()? {
            PropertyStep::Name(name) => Some(name),
            PropertyStep::Each => None,
        }
    }

    /// Whether it leads to what `other` leads to, or to something around it.
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

/// Shown as `Tags.*.Key`, which is also how `Fn::GetAtt` names an attribute.
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
