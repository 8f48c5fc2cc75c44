//! Names of the blueprint's own things, right by construction.

use std::fmt;

macro_rules! names {
    ($($(#[$doc:meta])* $type:ident: $rule:path;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $type(String);

        impl $type {
            /// Takes `name` if it keeps the rule.
            pub fn new(name: impl Into<String>) -> Option<Self> {
                let name = name.into();
                $rule(&name).then_some(Self(name))
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
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

names! {
    /// The key of a stack in its blueprint: `[a-z][a-z0-9-]*`.
    StackKey: is_kebab;
    /// The name of an environment: `[a-z][a-z0-9-]*`.
    EnvName: is_kebab;
    /// The name of a variable: `[a-z][a-z0-9_]*`.
    VariableName: is_snake;
    /// The name of an asset: `[a-z][a-z0-9_]*`, with `stack.` before it where one stack has it.
    AssetName: is_asset;
}

fn is_kebab(name: &str) -> bool {
    begins_lower(name) && name.bytes().all(|b| lower_or_digit(b) || b == b'-')
}

fn is_snake(name: &str) -> bool {
    begins_lower(name) && name.bytes().all(|b| lower_or_digit(b) || b == b'_')
}

fn is_asset(name: &str) -> bool {
    match name.split_once('.') {
        Some((stack, asset)) => is_kebab(stack) && is_snake(asset),
        None => is_snake(name),
    }
}

fn begins_lower(name: &str) -> bool {
    name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
}

fn lower_or_digit(b: u8) -> bool {
    b.is_ascii_lowercase() || b.is_ascii_digit()
}
