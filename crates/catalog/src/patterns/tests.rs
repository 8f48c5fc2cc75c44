//! Tests of the pattern engine.

use super::Patterns;

fn check(pattern: &str, text: &str, expect: bool) {
    let patterns = Patterns::default();
    let found = patterns.finds(pattern, text);
    assert_eq!(found, Some(expect), "`{pattern}` in `{text}`");
}

#[test]
fn patterns_find_what_they_say() {
    for (pattern, text, expect) in [
        ("", "anything", true),
        ("b", "abc", true),
        ("^b", "abc", false),
        ("^abc$", "abc", true),
        ("^abc$", "abc\n", true),
        ("^abc$", "abcd", false),
        ("^a{2,3}$", "aaaa", false),
        ("^a{2,3}$", "aaa", true),
        ("^a{,2}$", "", true),
        ("^a{x}$", "a{x}", true),
        ("^(ab|cd)+$", "abcdab", true),
        ("^(ab|cd)+$", "abcda", false),
        ("^(a|b|c){2}$", "cb", true),
        ("^[a-z]+(-[a-z]+)*$", "one-two-three", true),
        ("^[a-z]+(-[a-z]+)*$", "one--three", false),
        (r"^[\w-.]+$", "a-b.c_1", true),
        (r"^[\w-.]+$", "a b", false),
        (r"^[a-zA-Z0-9\s-_()\[\]]+$", "a [b] (c)", true),
        (r"^[^\s]*$", "a b", false),
        (r"^[^\W_]+$", "ab_", false),
        (r"^[]a]+$", "]a", true),
        (r"^\d{3}$", "12a", false),
        ("^a.c$", "a\nc", false),
        ("^(?s)a.c$", "a\nc", true),
        ("^(?!aws:).+$", "aws:x", false),
        ("^(?!aws:).+$", "awx", true),
        ("^(?!(?i)aws)[A-Za-z]+$", "AwS", false),
        ("^a(?=b)b$", "ab", true),
        (r"^[a-z.]{3}(?<![.\-])$", "ab.", false),
        (r"^[a-z.]{3}(?<![.\-])$", "abc", true),
        (r"^(\/(?!\.)+[^#/]+){1,4}$", "/a/b", true),
        (r"^(\/(?!\.)+[^#/]+){1,4}$", "/a/.b", false),
        (r"^[\p{L}\p{N} ]+$", "Größe 1", true),
        (r"^[\P{L}]+$", "ä", false),
        (
            r"^[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]*$",
            "ok ☃",
            true,
        ),
        (r"^\x41\u0042$", "AB", true),
        (r"\bfoo\b", "a foo b", true),
        (r"\bfoo\b", "afoo", false),
        ("^(a*)*$", "b", false),
        ("(a|b)*?c", "ababc", true),
        ("^a${1,2}", "a", true),
        (r"^(a|b)(?:c)\1$", "acb", true),
        (r"^(a|b)(?:c)\1$", "acc", false),
        (r"^\p{Print}+$", "plain", true),
        ("^.{1,65535}$", "x", true),
    ] {
        check(pattern, text, expect);
    }
}

#[test]
fn what_is_no_pattern_is_said() {
    for (pattern, expect) in [
        ("(a", "a group that is never closed at character 2"),
        ("a)", "a `)` that nothing opens at character 1"),
        ("[a", "a class that is never closed at character 2"),
        (r"(a)\2", "a back-reference to no group at character 4"),
        (
            r"\p{Nope}",
            "an unknown property of characters at character 8",
        ),
        ("[z-a]", "a range that ends before it begins at character 4"),
    ] {
        let error = super::program::compile(pattern).unwrap_err();
        assert_eq!(error.to_string(), expect, "{pattern}");
    }
}

/// Patterns on which a backtracking engine takes years.
#[test]
fn hostile_texts_end() {
    let long = "a".repeat(4_000) + "!";
    check("^(a+)+$", &long, false);
    check("^(a|aa)+$", &long, false);
    check("^(([a-z])+.)+[A-Z]([a-z])+$", &long[..400], false);
    // A pattern that takes quadratic time on a long text is given up.
    let patterns = Patterns::default();
    assert_eq!(patterns.finds("(.*,){50}x", &",".repeat(20_000)), None);
}
