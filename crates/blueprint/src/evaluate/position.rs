//! Where a value stands, and so what may stand there.

/// Where a value stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// What it is, in the words of a message: `a tag`.
    pub(crate) what: &'static str,
    /// What may stand there.
    pub(crate) allows: Allows,
}

/// What may stand at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Allows {
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

impl Place {
    /// A place for values known when rendering.
    pub(crate) const fn known(what: &'static str) -> Self {
        Self {
            what,
            allows: Allows::Known,
        }
    }

    /// A place for values that parameters give.
    pub(crate) const fn parameters(what: &'static str) -> Self {
        Self {
            what,
            allows: Allows::Parameters,
        }
    }

    /// A place for everything but sensitive values.
    pub(crate) const fn deployed(what: &'static str) -> Self {
        Self {
            what,
            allows: Allows::Deployed,
        }
    }

    /// The value of a stack's own parameter.
    pub(crate) const PARAMETER: Place = Place {
        what: "a parameter's value",
        allows: Allows::Parameter,
    };

    /// A component's input of type stack.
    pub(crate) const STACK: Place = Place {
        what: "an input of type stack",
        allows: Allows::Stack,
    };

    /// A component's input, before it is known where it will stand.
    pub(crate) const INPUT: Place = Place {
        what: "an input",
        allows: Allows::Secrets,
    };

    /// A resource's property.
    pub(crate) const PROPERTY: Place = Place {
        what: "a property",
        allows: Allows::Secrets,
    };
}
