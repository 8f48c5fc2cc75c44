//! Where a value stands, and so what may stand there.

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Position {
    /// What it is, in the words of a message: `a tag`.
    pub(crate) what: &'static str,
    /// What may stand there.
    pub(crate) allowed: AllowedValues,
}

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AllowedValues {
    /// Values known when rendering.
    Known,
    /// Also parameters and pseudo parameters.
    Parameters,
    /// Outputs of other stacks and sensitive values: what the engine can send.
    Parameter,
    /// Everything but the values of sensitive variables.
    Deployed,
    /// Everything.
    Secrets,
    /// A whole stack.
    Stack,
}

impl Position {
    /// A place for values known when rendering.
    pub(crate) const fn known(what: &'static str) -> Self {
        Self {
            what,
            allowed: AllowedValues::Known,
        }
    }

    /// A place for values that parameters give.
    pub(crate) const fn parameters(what: &'static str) -> Self {
        Self {
            what,
            allowed: AllowedValues::Parameters,
        }
    }

    /// A place for everything but sensitive values.
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

    /// A component's input, before it is known where it will stand.
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
