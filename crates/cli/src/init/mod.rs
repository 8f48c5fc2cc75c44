//! New blueprints: the built-in templates, and atomic writing of several files.

mod starters;
mod write_files;

pub use starters::{STARTERS, Starter};
pub use write_files::{WriteError, write_files};

/// The maximum length of a derived name; stack names contain it.
const MAX_NAME_LENGTH: usize = 60;

/// Derives the name of a blueprint or the key of a stack from a text: lower case, hyphens, a letter first.
pub fn name_from(text: &str) -> String {
    let mut name = String::new();
    let mut before = ' ';
    for character in text.chars() {
        match character {
            'a'..='z' | '0'..='9' => name.push(character),
            'A'..='Z' => {
                if before.is_ascii_lowercase() {
                    name.push('-');
                }
                name.push(character.to_ascii_lowercase());
            }
            _ if name.is_empty() || name.ends_with('-') => {}
            _ => name.push('-'),
        }
        before = character;
    }
    let name = name.trim_start_matches(|first: char| !first.is_ascii_lowercase());
    let name: String = name.chars().take(MAX_NAME_LENGTH).collect();
    match name.trim_end_matches('-') {
        "" => "main".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_derived_from_any_text() {
        for (text, expect) in [
            ("hello", "hello"),
            ("My Project_2", "my-project-2"),
            ("VPCWithSubnets", "vpcwith-subnets"),
            ("2024-web", "web"),
            ("--", "main"),
            ("ünïcode", "n-code"),
            ("a.yaml", "a-yaml"),
        ] {
            assert_eq!(name_from(text), expect, "{text}");
            assert!(formwork_blueprint::StackKey::new(name_from(text)).is_some());
        }
        assert_eq!(name_from(&"x".repeat(200)).len(), MAX_NAME_LENGTH);
    }
}
