//! Patterns with `*` and `?`, as in IAM and in shells.

/// Returns whether `pattern` matches `text`: `*` matches any text, `?` any one byte.
///
/// It backtracks only to the last `*`, so its time is at most the product of both lengths.
pub fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut from) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == text[from] => {
                at += 1;
                from += 1;
            }
            _ => {
                let Some((star_at, star_from)) = star else {
                    return false;
                };
                star = Some((star_at, star_from + 1));
                at = star_at + 1;
                from = star_from + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn wildcards_match_as_iam_does() {
        for (pattern, text, expect) in [
            ("*", "", true),
            ("get*", "getobject", true),
            ("*object", "getobject", true),
            ("g?t*t", "getobject", true),
            ("get", "getobject", false),
            ("*acl", "getobject", false),
            ("a*b*c", "aXbXbc", true),
            ("a*b*c", "aXbXb", false),
            ("?", "", false),
        ] {
            let found = matches(pattern, text);
            assert_eq!(found, expect, "{pattern} {text}");
        }
    }

    #[test]
    fn patterns_fit_as_in_a_shell() {
        for (pattern, name, expect) in [
            ("api", "api", true),
            ("api", "api-2", false),
            ("api*", "api-2", true),
            ("*-api", "private-api", true),
            ("*p*i", "private-api", true),
            ("a?i", "api", true),
            ("a?i", "ai", false),
            ("*", "anything", true),
        ] {
            assert_eq!(matches(pattern, name), expect, "{pattern} on {name}");
        }
    }
}
