//! The outputs of stacks as text and for other programs.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::json;

use crate::text::{self, strip_control};

/// Outputs by stack and name.
pub type Outputs = IndexMap<String, BTreeMap<String, String>>;

/// Renders outputs as a table: `stack.Name  value`.
pub fn table(outputs: &Outputs) -> String {
    let rows: Vec<[String; 2]> = entries(outputs)
        .map(|(stack, name, value)| [format!("{stack}.{name}"), strip_control(value)])
        .collect();
    text::align_columns(&rows)
        .iter()
        .map(|row| format!("{row}\n"))
        .collect()
}

/// Renders outputs as JSON: an object for each stack.
pub fn json(outputs: &Outputs) -> String {
    format!("{:#}\n", json!(outputs))
}

/// Renders outputs as `STACK_NAME="value"` lines for dotenv files and a shell's `source`.
pub fn dotenv(outputs: &Outputs) -> String {
    entries(outputs)
        .map(|(stack, name, value)| {
            let mut quoted = String::new();
            for c in value.chars() {
                if matches!(c, '"' | '\\' | '$' | '`') {
                    quoted.push('\\');
                }
                quoted.push(c);
            }
            format!("{}=\"{quoted}\"\n", snake_case(stack, name).to_uppercase())
        })
        .collect()
}

/// Renders outputs for the file that `$GITHUB_OUTPUT` names.
pub fn github(outputs: &Outputs) -> String {
    entries(outputs)
        .map(|(stack, name, value)| {
            let name = snake_case(stack, name);
            if !value.contains(['\n', '\r']) {
                return format!("{name}={value}\n");
            }
            let mut end = "END".to_owned();
            while value.contains(&end) {
                end.push('_');
            }
            format!("{name}<<{end}\n{value}\n{end}\n")
        })
        .collect()
}

fn entries(outputs: &Outputs) -> impl Iterator<Item = (&str, &str, &str)> {
    outputs.iter().flat_map(|(stack, values)| {
        values
            .iter()
            .map(move |(name, value)| (stack.as_str(), name.as_str(), value.as_str()))
    })
}

/// Returns a name in snake case: `private_api_secure_api_url` for `private-api` and `SecureApiUrl`.
fn snake_case(stack: &str, name: &str) -> String {
    let mut out = stack.replace('-', "_");
    out.push('_');
    let letters: Vec<char> = name.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(at + 1);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase()
                    || after.is_some_and(|after| after.is_ascii_lowercase())
            });
        if begins {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outputs() -> Outputs {
        let values = [
            ("SecureApiUrl", "https://x/a b"),
            ("VPCId", "vpc-1"),
            ("Note", "a \"$b\"\nc"),
        ];
        let values = values.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Outputs::from([("private-api".to_owned(), BTreeMap::from(values))])
    }

    #[test]
    fn the_table_has_a_line_per_output() {
        insta::assert_snapshot!(table(&outputs()), @r#"
        private-api.Note          a "$b"
        c
        private-api.SecureApiUrl  https://x/a b
        private-api.VPCId         vpc-1
        "#);
    }

    #[test]
    fn dotenv_values_are_quoted() {
        insta::assert_snapshot!(dotenv(&outputs()), @r#"
        PRIVATE_API_NOTE="a \"\$b\"
        c"
        PRIVATE_API_SECURE_API_URL="https://x/a b"
        PRIVATE_API_VPC_ID="vpc-1"
        "#);
    }

    #[test]
    fn github_values_with_several_lines_are_delimited() {
        insta::assert_snapshot!(github(&outputs()), @r#"
        private_api_note<<END
        a "$b"
        c
        END
        private_api_secure_api_url=https://x/a b
        private_api_vpc_id=vpc-1
        "#);
    }

    #[test]
    fn json_has_an_object_per_stack() {
        insta::assert_snapshot!(json(&outputs()), @r#"
        {
          "private-api": {
            "Note": "a \"$b\"\nc",
            "SecureApiUrl": "https://x/a b",
            "VPCId": "vpc-1"
          }
        }
        "#);
    }
}
