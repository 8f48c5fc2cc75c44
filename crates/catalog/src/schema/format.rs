//! The format of the table's file: the definitions that its encoder and its decoder share.
//!
//! `cargo xtask schema` encodes the file, and this module's siblings decode it. Numbers of the file's
//! first part are little-endian and have 32 bits:
//!
//! ```text
//! "formwork", then the number of types, extensions, services and regions
//! where each frame begins, and where the last one ends
//! where each name begins, and where the last one ends
//! one bit for each type: whether it is stateful
//! the names of the types, the services and the regions, each group sorted
//! the frames: a dictionary, the types, the extensions; another dictionary, the services
//! ```
//!
//! A name and its frame have the same position. Each frame is compressed with the dictionary before
//! it, as a zstd frame without the magic number. The dictionaries are not compressed: to decompress
//! one would take as long as all the frames that a blueprint needs.
//!
//! A decompressed frame holds each of its texts once, in the order of their first use, then its lists
//! of literals, then the record that refers to both by position. The length in bytes precedes each
//! text and each list, so that the decoder can skip them. Whole numbers are LEB128.

use super::{Keyword, LifecycleStatus};

/// The first bytes of the file.
pub const MAGIC: &[u8; 8] = b"formwork";

/// The first bytes of a zstd frame. The file leaves them out.
pub const FRAME_MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];

/// The largest frame, decompressed.
pub const MAX_FRAME_BYTES: usize = 1 << 20;

/// The tags that precede a literal. A text, an integer and a number are followed by their value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum LiteralTag {
    /// A text, by its position.
    Text,
    /// A whole number, in zigzag encoding.
    Integer,
    /// Any other number, in eight bytes.
    Number,
    /// `true`.
    True,
    /// `false`.
    False,
    /// `null`.
    Null,
}

impl LiteralTag {
    /// All tags in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Text,
        Self::Integer,
        Self::Number,
        Self::True,
        Self::False,
        Self::Null,
    ];
}

/// The handlers whose permissions a type's frame lists, in this order.
pub const HANDLERS: [&str; 5] = ["create", "read", "update", "delete", "list"];

/// The lists of properties that a type's frame holds, in this order.
pub const PROPERTY_LISTS: [&str; 6] = [
    "readOnlyProperties",
    "writeOnlyProperties",
    "createOnlyProperties",
    "conditionalCreateOnlyProperties",
    "deprecatedProperties",
    "primaryIdentifier",
];

/// The states of a service that is being retired. A frame holds the position plus one, or 0.
pub const STATUSES: [(&str, LifecycleStatus); 3] = [
    ("maintenance", LifecycleStatus::Maintenance),
    ("sunset", LifecycleStatus::Sunset),
    ("shutdown", LifecycleStatus::Shutdown),
];

/// The keywords whose value can come from other resources (`{"$data": …}`), by position.
pub const DATA_KEYWORDS: [(&str, Keyword); 4] = [
    ("const", Keyword::Const),
    ("minimum", Keyword::Minimum),
    ("exclusiveMinimum", Keyword::ExclusiveMinimum),
    ("pattern", Keyword::Pattern),
];

/// Declares the keywords of a schema in the order of their bits.
macro_rules! keyword_bits {
    ($($variant:ident $name:literal,)*) => {
        /// A keyword of a schema. Its number is its bit in the number that begins a schema; the
        /// values of the keywords follow in the order of the bits.
        #[allow(missing_docs, reason = "each is JSON Schema's or cfn-lint's keyword of the same name")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u32)]
        pub enum KeywordBit {
            $($variant,)*
        }

        impl KeywordBit {
            /// All keywords in the order of their bits, the most common first.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Returns the keyword as a schema spells it.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }
        }
    };
}

keyword_bits! {
    Ref "$ref",
    Type "type",
    Pattern "pattern",
    MinLength "minLength",
    MaxLength "maxLength",
    Items "items",
    Format "format",
    Properties "properties",
    AdditionalProperties "additionalProperties",
    Required "required",
    Enum "enum",
    MinItems "minItems",
    MaxItems "maxItems",
    Minimum "minimum",
    Maximum "maximum",
    UniqueItems "uniqueItems",
    Unordered "insertionOrder",
    Never "never",
    PatternProperties "patternProperties",
    AllOf "allOf",
    AnyOf "anyOf",
    OneOf "oneOf",
    Not "not",
    If "if",
    Then "then",
    Else "else",
    Const "const",
    EnumCaseInsensitive "enumCaseInsensitive",
    ExclusiveMinimum "exclusiveMinimum",
    ExclusiveMaximum "exclusiveMaximum",
    MultipleOf "multipleOf",
    PrefixItems "prefixItems",
    Contains "contains",
    MaxUniqueItems "maxUniqueItems",
    UniqueKeys "uniqueKeys",
    MinProperties "minProperties",
    MaxProperties "maxProperties",
    PropertyNames "propertyNames",
    DependentRequired "dependentRequired",
    DependentExcluded "dependentExcluded",
    RequiredXor "requiredXor",
    RequiredOr "requiredOr",
    FromData "fromData",
    Gather "cfnGather",
}

impl KeywordBit {
    /// The first of the keywords that few schemas have; the decoder keeps them and all after them in
    /// [`Combined`](super::Combined).
    pub const FIRST_COMBINED: Self = Self::AllOf;

    /// Returns the keyword's bit.
    pub const fn mask(self) -> u64 {
        1 << self as u32
    }
}
