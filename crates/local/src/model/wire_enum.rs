//! Enums whose variants have a name on the wire.

/// Declares an enum with one wire name per variant.
macro_rules! wire_enum {
    ($(#[$meta:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
        )]
        pub enum $name {
            $($(#[$item])* #[doc = concat!("`", $word, "`.")] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All variants in the order of declaration.
            #[allow(dead_code, reason = "no code iterates over some of these enums")]
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Returns the name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::model::UnknownVariant;

            fn from_str(text: &str) -> Result<Self, $crate::model::UnknownVariant> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::model::UnknownVariant { text: text.to_owned(), allowed: &[$($word),+] }),
                }
            }
        }
    };
}
pub(crate) use wire_enum;

/// A text that names no variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown value `{text}`, expected one of {}", allowed.join(", "))]
pub struct UnknownVariant {
    /// The text.
    pub text: String,
    /// The names of all variants.
    pub allowed: &'static [&'static str],
}
