//! Dynamic references: `{{resolve:…}}` in the strings of a template.

use std::ops::Range;

/// A dynamic reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicReference<'a> {
    /// The text between `resolve:` and the closing braces, such as `ssm:/path/name:3`.
    pub text: &'a str,
    /// The bytes of the reference in the string, including the braces.
    pub range: Range<usize>,
}

const OPEN: &str = "{{resolve:";
const CLOSE: &str = "}}";

/// Returns the dynamic references in `text`. A reference without closing braces extends to the end
/// of the text, because the rest may be in another item of an `Fn::Join`.
pub fn dynamic_references(text: &str) -> Vec<DynamicReference<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find(OPEN).map(|at| from + at) {
        let inside = start + OPEN.len();
        let (close, end) = match text[inside..].find(CLOSE) {
            Some(at) => (inside + at, inside + at + CLOSE.len()),
            None => (text.len(), text.len()),
        };
        found.push(DynamicReference {
            text: &text[inside..close],
            range: start..end,
        });
        from = end;
    }
    found
}

impl<'a> DynamicReference<'a> {
    /// Returns the service: `ssm`, `ssm-secure` or `secretsmanager`.
    pub fn service(&self) -> &'a str {
        self.text.split(':').next().unwrap_or_default()
    }

    /// Returns whether the closing braces are in the text.
    pub fn is_closed(&self) -> bool {
        self.range.len() == OPEN.len() + self.text.len() + CLOSE.len()
    }

    /// Returns whether the reference has a version, so that its value never changes.
    ///
    /// The version stage of a secret can move, so only a version id counts.
    pub fn is_versioned(&self) -> bool {
        let Some((service, rest)) = self.text.split_once(':') else {
            return false;
        };
        if service == "secretsmanager" {
            // The name of a secret can be an ARN, which contains colons.
            let version = rest
                .split_once(":SecretString")
                .and_then(|(_, tail)| tail.split(':').nth(3));
            return version.is_some_and(|version| !version.is_empty());
        }
        rest.rsplit_once(':').is_some_and(|(_, version)| {
            !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_told_from_names() {
        for (text, service, versioned) in [
            ("{{resolve:ssm:/a/b}}", "ssm", false),
            ("{{resolve:ssm:/a/b:3}}", "ssm", true),
            ("{{resolve:ssm-secure:a:12}}", "ssm-secure", true),
            ("{{resolve:secretsmanager:s}}", "secretsmanager", false),
            (
                "{{resolve:secretsmanager:arn:aws:secretsmanager:r:1:secret:s:SecretString:k}}",
                "secretsmanager",
                false,
            ),
            (
                "{{resolve:secretsmanager:s:SecretString:k:AWSPREVIOUS}}",
                "secretsmanager",
                false,
            ),
            (
                "{{resolve:secretsmanager:s:SecretString:k::id-1}}",
                "secretsmanager",
                true,
            ),
            ("{{resolve:ssm:", "ssm", false),
        ] {
            let found = dynamic_references(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].service(), service, "{text}");
            assert_eq!(found[0].is_versioned(), versioned, "{text}");
            assert_eq!(found[0].range, 0..text.len(), "{text}");
        }
    }

    #[test]
    fn several_stand_in_one_text() {
        let text = "a {{resolve:ssm:x:1}}{{resolve:ssm:y}} {{other}}";
        let found: Vec<_> = dynamic_references(text)
            .iter()
            .map(|reference| reference.text)
            .collect();
        assert_eq!(found, ["ssm:x:1", "ssm:y"]);
    }
}
