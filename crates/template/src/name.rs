//! Names that are valid by construction.

/// The reason why a name is invalid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The name is empty.
    #[error("a name cannot be empty")]
    Empty,
    /// The name is too long.
    #[error("`{name}` has {length} characters, {most} are allowed")]
    TooLong {
        /// The name.
        name: String,
        /// Its length.
        length: usize,
        /// The maximum length.
        most: usize,
    },
    /// The name contains a character that is not allowed.
    #[error("`{name}` holds `{found}`: {rule}")]
    Character {
        /// The name.
        name: String,
        /// The first character that is not allowed.
        found: char,
        /// The allowed characters.
        rule: &'static str,
    },
}

/// Declares types for names. The constructor of each type checks the text.
#[macro_export]
macro_rules! name_types {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(String);

        impl $type {
            /// Returns the name as text.
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
    /// The name of a stack: 1 to 128 letters, digits and hyphens, starting with a letter.
    StackName;
    /// The type of a resource, such as `AWS::EC2::VPC`.
    ResourceType;
}

impl LogicalId {
    /// Creates a logical id.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        check(&name, 255, "letters and digits only", |_, c| {
            c.is_ascii_alphanumeric()
        })?;
        Ok(Self(name))
    }
}

impl StackName {
    /// Creates a stack name.
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
    /// Creates a resource type.
    pub fn new(name: impl Into<String>) -> Result<Self, NameError> {
        let name = name.into();
        let rule = "letters, digits, `::`, and in custom types `@`, `_` and `-`";
        check(&name, 204, rule, |_, c| {
            c.is_ascii_alphanumeric() || matches!(c, ':' | '@' | '_' | '-')
        })?;
        Ok(Self(name))
    }

    /// Returns the last part, such as `VPC` of `AWS::EC2::VPC`.
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
