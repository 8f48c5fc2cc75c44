//! Starting a blueprint: the templates that come with the tool, and writing files where nothing may
//! be overwritten and nothing may be left half written.

mod samples;
mod write;

pub use samples::{SAMPLES, Sample};
pub use write::{Unwritten, write};

/// The longest name made here; stacks are named after it.
const MOST_CHARACTERS: usize = 60;

/// `text` as the name of a blueprint and the key of a stack: lower case, hyphens, a letter first.
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
    let name: String = name.chars().take(MOST_CHARACTERS).collect();
    match name.trim_end_matches('-') {
        "" => "main".to_owned(),
        name => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_what_there_is() {
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
        assert_eq!(name_from(&"x".repeat(200)).len(), MOST_CHARACTERS);
    }
}
