//! The names in a blueprint. A name that exists is valid.

formwork_template::name_types! {
    /// The key of a stack in its blueprint: `[a-z][a-z0-9-]*`.
    StackKey;
    /// The name of an environment: `[a-z][a-z0-9-]*`.
    EnvName;
    /// The name of a variable: `[a-z][a-z0-9_]*`.
    VariableName;
    /// The name of an asset: `[a-z][a-z0-9_]*`, with the prefix `stack.` if it belongs to one
    /// stack.
    AssetName;
}

/// Implements the constructor of each name.
macro_rules! kept_by {
    ($($type:ident: $rule:path;)*) => {$(
        impl $type {
            /// Returns the name if it is valid.
            pub fn new(name: impl Into<String>) -> Option<Self> {
                let name = name.into();
                $rule(&name).then_some(Self(name))
            }
        }
    )*};
}

kept_by! {
    StackKey: is_kebab;
    EnvName: is_kebab;
    VariableName: is_snake;
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

/// Converts a name to snake case for a variable: `VpcCidrBlock` to `vpc_cidr_block`, `DBName` to
/// `db_name`.
pub(crate) fn snake_case(name: &str) -> String {
    let bytes = name.as_bytes();
    let mut out = String::with_capacity(name.len() + 4);
    for (at, byte) in bytes.iter().enumerate() {
        if !byte.is_ascii_alphanumeric() {
            out.push('_');
            continue;
        }
        let before = at.checked_sub(1).map(|at| bytes[at]);
        let next_is_lower = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        let begins_word = byte.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || (before.is_ascii_uppercase() && next_is_lower)
            });
        if begins_word {
            out.push('_');
        }
        out.push(char::from(byte.to_ascii_lowercase()));
    }
    match out.as_bytes().first() {
        Some(first) if first.is_ascii_lowercase() => out,
        _ => format!("p{out}"),
    }
}

/// Converts a name to upper camel case for CloudFormation: `private-api` to `PrivateApi`.
pub(crate) fn upper_camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let mut chars = word.chars();
        out.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        out.push_str(chars.as_str());
    }
    out
}
