//! Names of the blueprint's own things, right by construction.

formwork_template::names! {
    /// The key of a stack in its blueprint: `[a-z][a-z0-9-]*`.
    StackKey;
    /// The name of an environment: `[a-z][a-z0-9-]*`.
    EnvName;
    /// The name of a variable: `[a-z][a-z0-9_]*`.
    VariableName;
    /// The name of an asset: `[a-z][a-z0-9_]*`, with `stack.` before it where one stack has it.
    AssetName;
}

/// How each of them is made: from a name that keeps its rule.
macro_rules! kept_by {
    ($($type:ident: $rule:path;)*) => {$(
        impl $type {
            /// Takes `name` if it keeps the rule.
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
