//! Prints keys and values as TOML.

use serde_json::Value;

/// Returns a property's key in a resource's table. A name in lower case or of a resource attribute needs the prefix
/// `properties.`.
pub(super) fn property_key(name: &str) -> String {
    let is_attribute = [
        "Properties",
        "DependsOn",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "CreationPolicy",
        "UpdatePolicy",
    ]
    .contains(&name);
    match name.starts_with(|c: char| c.is_ascii_uppercase()) && !is_attribute {
        true => key(name),
        false => format!("properties.{}", key(name)),
    }
}

/// Returns a key, quoted if necessary.
fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// Returns a basic string, with `${` escaped. The escapes of JSON are also valid in TOML.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text.replace("${", "${!"))
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

/// Returns a value on one line.
pub(super) fn inline_value(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline_value).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name), inline_value(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_characters_are_quoted() {
        assert_eq!(quoted("a \"${b}\"\n"), r#""a \"${!b}\"\n""#);
        assert_eq!(property_key("Name"), "Name");
        assert_eq!(property_key("readmeUri"), "properties.readmeUri");
        assert_eq!(property_key("Properties"), "properties.Properties");
        assert_eq!(key("a b"), "\"a b\"");
    }
}
