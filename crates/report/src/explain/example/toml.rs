//! Values and keys as TOML writes them.

use serde_json::Value;

/// A property's key in a resource's table; the few in small letters, or named as an attribute of resources is, stand under
/// `properties`.
pub(super) fn property_key(name: &str) -> String {
    let is_ours = [
        "Properties",
        "DependsOn",
        "DeletionPolicy",
        "UpdateReplacePolicy",
        "CreationPolicy",
        "UpdatePolicy",
    ]
    .contains(&name);
    match name.starts_with(|c: char| c.is_ascii_uppercase()) && !is_ours {
        true => key(name),
        false => format!("properties.{}", key(name)),
    }
}

pub(super) fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

/// A basic string: JSON's escapes are TOML's too. What looks like a reference is made text.
pub(super) fn quoted(text: &str) -> String {
    Value::from(text.replace("${", "${!"))
        .to_string()
        .replace('\u{7f}', "\\u007F")
}

pub(super) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(written).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Object(map) if map.is_empty() => "{}".to_owned(),
        Value::Object(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(name, value)| format!("{} = {}", key(name), written(value)))
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
    fn texts_are_written_so_that_they_stay_texts() {
        assert_eq!(quoted("a \"${b}\"\n"), r#""a \"${!b}\"\n""#);
        assert_eq!(property_key("Name"), "Name");
        assert_eq!(property_key("readmeUri"), "properties.readmeUri");
        assert_eq!(property_key("Properties"), "properties.Properties");
        assert_eq!(key("a b"), "\"a b\"");
    }
}
