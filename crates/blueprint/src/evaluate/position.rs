//! The positions of values, and the values that each position allows.

/// The position of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// The name for messages: `a tag`.
    pub(crate) what: &'static str,
    /// The values that the position allows.
    pub(crate) allowed: AllowedValues,
}

/// The values that a position allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowedValues {
    /// Values known when rendering.
    Known,
    /// Also parameters and pseudo parameters.
    Parameters,
    /// Outputs of other stacks and sensitive values: the engine can send them.
    Parameter,
    /// All values except those of sensitive variables.
    Deployed,
    /// All values.
    Secrets,
    /// A whole stack.
    Stack,
}

impl Position {
    /// Returns a position for values that are known when rendering.
    pub(crate) const fn known(what: &'static str) -> Self {
        Self {
            what,
            allowed: AllowedValues::Known,
        }
    }

    /// Returns a position for values that come from parameters.
    pub(crate) const fn parameters(what: &'static str) -> Self {
        Self {
            what,
            allowed: AllowedValues::Parameters,
        }
    }

    /// Returns a position for all values except sensitive ones.
    pub(crate) const fn deployed(what: &'static str) -> Self {
        Self {
            what,
            allowed: AllowedValues::Deployed,
        }
    }

    /// The value of a stack's own parameter.
    pub(crate) const PARAMETER: Position = Position {
        what: "a parameter's value",
        allowed: AllowedValues::Parameter,
    };

    /// A component's input of type stack.
    pub(crate) const STACK: Position = Position {
        what: "an input of type stack",
        allowed: AllowedValues::Stack,
    };

    /// A component's input. Its final position is not known yet.
    pub(crate) const INPUT: Position = Position {
        what: "an input",
        allowed: AllowedValues::Secrets,
    };

    /// A resource's property.
    pub(crate) const PROPERTY: Position = Position {
        what: "a property",
        allowed: AllowedValues::Secrets,
    };
}
