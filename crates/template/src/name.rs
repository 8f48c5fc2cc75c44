//! Names that are right by construction.

/// Why a name is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing is written.
    #[error("a name cannot be empty")]
    Empty,
    /// It is longer than CloudFormation takes.
    #[error("`{name}` has {length} characters, {most} are allowed")]
    TooLong {
        /// The name.
        name: String,
        /// How long it is.
        length: usize,
        /// How long it may be.
        most: usize,
    },
    /// It holds what is not allowed there.
    #[error("`{name}` holds `{found}`: {rule}")]
    Character {
        /// The name.
        name: String,
        /// The first character that is not allowed.
        found: char,
        /// What is allowed.
        rule: &'static str,
    },
}

/// Declares types of names: text that a constructor of the type's own has checked.
#[macro_export]
macro_rules! name_types {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(String);

        impl $type {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

name_types! {
    /// The name of a resource, parameter, output, condition or mapping in a template: 1 to 255
    /// letters and digits.
    LogicalId;
    /// The name of a stack: 1 to 128 letters, digits and hyphens, beginning with a letter.
    StackName;
    /// The type of a resource, as `AWS::EC2::VPC`.
    ResourceType;
}

impl LogicalId {
    /// Takes `name` if it is a logical id.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        check(&name, 255, "letters and digits only", |_, c| {
            c.is_ascii_alphanumeric()
        })?;
        Ok(Self(name))
    }
}

impl StackName {
    /// Takes `name` if it is a stack's name.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let rule = "letters, digits and hyphens only, a letter first";
        check(&name, 128, rule, |index, c| {
            c.is_ascii_alphabetic() || (index > 0 && (c.is_ascii_digit() || c == '-'))
        })?;
        Ok(Self(name))
    }
}

impl ResourceType {
    /// Takes `name` if it has a resource type's form.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let rule = "letters, digits, `::`, and in custom types `@`, `_` and `-`";
        check(&name, 204, rule, |_, c| {
            c.is_ascii_alphanumeric() || matches!(c, ':' | '@' | '_' | '-')
        })?;
        Ok(Self(name))
    }

    /// The last part, as `VPC` of `AWS::EC2::VPC`.
    pub fn short(&self) -> &str {
        self.0.rsplit("::").next().unwrap_or(&self.0)
    }
}

fn check(
    name: &str,
    most: usize,
    rule: &'static str,
    allowed: impl Fn(usize, char) -> bool,
) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty);
    }
    let wrong = name.chars().enumerate().find(|(i, c)| !allowed(*i, *c));
    if let Some((_, found)) = wrong {
        return Err(NameError::Character {
            name: name.to_owned(),
            found,
            rule,
        });
    }
    if name.len() > most {
        return Err(NameError::TooLong {
            name: name.to_owned(),
            length: name.len(),
            most,
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_cloudformation_takes() {
        for (name, logical, stack) in [
            ("Vpc", true, true),
            ("", false, false),
            ("my-stack", false, true),
            ("1st", true, false),
            ("-a", false, false),
            ("a_b", false, false),
            ("ä", false, false),
        ] {
            assert_eq!(LogicalId::new(name).is_ok(), logical, "logical id {name}");
            assert_eq!(StackName::new(name).is_ok(), stack, "stack {name}");
        }
        assert!(StackName::new("a".repeat(128)).is_ok());
        assert!(StackName::new("a".repeat(129)).is_err());
        assert!(LogicalId::new("a".repeat(256)).is_err());
    }
}
