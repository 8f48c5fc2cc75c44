//! The way from a resource or another entry of a template down to one of its values.

use std::fmt;

/// Names and list indices, the outermost first; shown as `Policy.Statement[0].Effect`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Into a table.
    Name(String),
    /// Into a list, counted from zero.
    Index(usize),
}

impl Path {
    /// Reads a JSON pointer as change sets write them: `/Properties/Tags/0/Value`.
    pub fn of_pointer(pointer: &str) -> Self {
        let steps = pointer.split('/').filter(|step| !step.is_empty());
        Self(
            steps
                .map(|step| match step.parse() {
                    Ok(index) => Step::Index(index),
                    Err(_) => Step::Name(step.replace("~1", "/").replace("~0", "~")),
                })
                .collect(),
        )
    }

    /// The way further into a table.
    #[must_use]
    pub fn name(&self, name: &str) -> Self {
        self.step(Step::Name(name.to_owned()))
    }

    /// The way further into a list.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// Its steps.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The property that it leads into: the name after `Properties`.
    pub fn property(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Step::Name(first), Step::Name(property), ..] if first == "Properties" => {
                Some(property)
            }
            _ => None,
        }
    }

    /// The way below `Properties`, or all of it where it does not lead there.
    #[must_use]
    pub fn in_properties(&self) -> Self {
        match self.0.split_first() {
            Some((Step::Name(first), rest)) if first == "Properties" && !rest.is_empty() => {
                Self(rest.to_vec())
            }
            _ => self.clone(),
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Name(name) if position == 0 => out.write_str(name)?,
                Step::Name(name) => write!(out, ".{name}")?,
                Step::Index(index) => write!(out, "[{index}]")?,
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
        let path = Path::of_pointer("/Properties/Policy/Statement/0/a~1b");
        assert_eq!(path.to_string(), "Properties.Policy.Statement[0].a/b");
        assert_eq!(path.property(), Some("Policy"));
        assert_eq!(path.in_properties().to_string(), "Policy.Statement[0].a/b");
        assert_eq!(Path::of_pointer("/DeletionPolicy").property(), None);
    }
}
