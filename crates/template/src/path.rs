//! The way from a resource or another entry of a template down to one of its values.

use std::fmt;

/// Names and list indices, the outermost first; shown as `Policy.Statement[0].Effect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ValuePath(Vec<PathStep>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PathStep {
    /// Into a table.
    Name(String),
    /// Into a list, counted from zero.
    Index(usize),
}

impl ValuePath {
    /// Reads a JSON pointer as change sets write them: `/Properties/Tags/0/Value`.
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

    /// The way further into a table.
    #[must_use]
    pub fn name(&self, name: &str) -> Self {
        self.step(PathStep::Name(name.to_owned()))
    }

    /// The way further into a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(PathStep::Index(index))
    }

    fn step(&self, step: PathStep) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Its steps.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// The property that it leads into: the name after `Properties`.
    pub fn property(&self) -> Option<&str> {
        match self.0.as_slice() {
            [PathStep::Name(first), PathStep::Name(property), ..] if first == "Properties" => {
                Some(property)
            }
            _ => None,
        }
    }

    /// The way below `Properties`, or all of it where it does not lead there.
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
