//! Paths to the values in a template.
//!
//! A [`ValuePath`] belongs to one template and has list indices. The path to a property in a
//! resource schema, which has a step for every item, is the catalog's `PropertyPath`.

use std::fmt;

/// A path from an entry of a template, such as a resource, to one of its values. It displays as
/// `Policy.Statement[0].Effect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValuePath(Vec<PathStep>);

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathStep {
    /// A key of a map.
    Name(String),
    /// An index of a list, counted from zero.
    Index(usize),
}

impl ValuePath {
    /// Parses a JSON pointer in the form of change sets: `/Properties/Tags/0/Value`.
    pub fn from_pointer(pointer: &str) -> Self {
        let steps = pointer.split('/').filter(|step| !step.is_empty());
        Self(
            steps
                .map(|step| match step.parse() {
                    Ok(index) => PathStep::Index(index),
                    Err(_) => PathStep::Name(step.replace("~1", "/").replace("~0", "~")),
                })
                .collect(),
        )
    }

    /// Returns the path with one more key.
    #[must_use]
    pub fn name(&self, name: &str) -> Self {
        self.step(PathStep::Name(name.to_owned()))
    }

    /// Returns the path with one more index.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(PathStep::Index(index))
    }

    fn step(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Returns the steps.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Returns the top-level property of the path: the key after `Properties`.
    pub fn property(&self) -> Option<&str> {
        match self.0.as_slice() {
            [PathStep::Name(first), PathStep::Name(property), ..] if first == "Properties" => {
                Some(property)
            }
            _ => None,
        }
    }

    /// Returns the path below `Properties`. Any other path stays as it is.
    #[must_use]
    pub fn in_properties(&self) -> Self {
        match self.0.split_first() {
            Some((PathStep::Name(first), rest)) if first == "Properties" && !rest.is_empty() => {
                Self(rest.to_vec())
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Name(name) if position == 0 => out.write_str(name)?,
                PathStep::Name(name) => write!(out, ".{name}")?,
                PathStep::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_is_shown_as_a_path() {
        let path = ValuePath::from_pointer("/Properties/Policy/Statement/0/a~1b");
        assert_eq!(path.to_string(), "Properties.Policy.Statement[0].a/b");
        assert_eq!(path.property(), Some("Policy"));
        assert_eq!(path.in_properties().to_string(), "Policy.Statement[0].a/b");
        assert_eq!(ValuePath::from_pointer("/DeletionPolicy").property(), None);
    }
}
