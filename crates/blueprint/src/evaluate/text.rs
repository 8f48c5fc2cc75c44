//! Splits a text into literal parts and `${…}` references.

use std::borrow::Cow;
use std::ops::Range;

/// The namespaces of references.
pub(crate) const NAMESPACES: &[&str] = &[
    "vars",
    "env",
    "each",
    "assets",
    "stacks",
    "resources",
    "inputs",
];

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TextPiece<'a> {
    /// A literal text. `${!x}` is already replaced by `${x}`.
    Literal(Cow<'a, str>),
    /// A reference `${…}`.
    Reference {
        /// The text between the braces, trimmed.
        inside: &'a str,
        /// The byte range in the text, including `${` and `}`.
        range: Range<usize>,
    },
    /// A `${` without a closing brace.
    Unclosed {
        /// The range from `${` to the end of the text.
        range: Range<usize>,
    },
}

/// Returns true if `text` contains `${`.
pub(crate) fn has_references(text: &str) -> bool {
    text.contains("${")
}

/// Splits a text. Literal pieces are never adjacent.
pub(crate) fn pieces(text: &str) -> Vec<TextPiece<'_>> {
    let mut pieces = Vec::new();
    let mut literal = Cow::Borrowed("");
    let mut from = 0;
    while let Some(start) = text[from..].find("${").map(|at| from + at) {
        append(&mut literal, &text[from..start]);
        let rest = &text[start + 2..];
        if rest.starts_with('!') {
            append(&mut literal, "${");
            from = start + 3;
            continue;
        }
        if !literal.is_empty() {
            pieces.push(TextPiece::Literal(std::mem::take(&mut literal)));
        }
        let Some(length) = closing(rest).or_else(|| rest.find('}')) else {
            pieces.push(TextPiece::Unclosed {
                range: start..text.len(),
            });
            return pieces;
        };
        from = start + 2 + length + 1;
        pieces.push(TextPiece::Reference {
            inside: rest[..length].trim(),
            range: start..from,
        });
    }
    append(&mut literal, &text[from..]);
    if !literal.is_empty() || pieces.is_empty() {
        pieces.push(TextPiece::Literal(literal));
    }
    pieces
}

/// Escapes a text: replaces every `${` by `${!`.
pub(crate) fn literally(text: &str) -> String {
    text.replace("${", "${!")
}

fn append<'a>(literal: &mut Cow<'a, str>, more: &'a str) {
    if literal.is_empty() {
        *literal = Cow::Borrowed(more);
    } else if !more.is_empty() {
        literal.to_mut().push_str(more);
    }
}

/// Returns the position of the closing brace. Skips quoted text.
fn closing(rest: &str) -> Option<usize> {
    let mut depth = 0usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate() {
        match (quote, byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'{') => depth += 1,
            (None, b'}') if depth == 0 => return Some(at),
            (None, b'}') => depth -= 1,
            (None, _) => {}
        }
    }
    None
}

/// Returns the help for a literal text that looks like a reference.
pub(crate) fn literal_help(reference: &str) -> String {
    let escaped = literally(reference);
    match escaped.contains('\n') || escaped.len() > 60 {
        true => "for literal text, write `${!` instead of `${`, or move the text to a file: `${file('…')}`".to_owned(),
        false => format!(
            "for literal text, write `{escaped}`, or move the text to a file: `${{file('…')}}`"
        ),
    }
}

/// The signs of a script or of inline code. None of them is frequent in a property.
const SCRIPT_SIGNS: [&str; 8] = ["$(", "${#", ":-", "&&", " | ", "echo ", "export ", "=> "];

/// Returns true if a text is probably a script or inline code: shell, JavaScript, Python.
pub(crate) fn is_script(text: &str) -> bool {
    let text = text.trim();
    text.contains('\n')
        || text.starts_with("#!")
        || text.starts_with('`')
        || SCRIPT_SIGNS.iter().any(|sign| text.contains(sign))
}

/// Returns true if `inside` is probably a substitution of another language: `HOME`, `name^^`,
/// `aws:username`. A namespace or a logical id means that it is a reference with a mistake.
pub(crate) fn is_foreign(inside: &str) -> bool {
    let names = super::lexer::names(inside);
    let is_logical_id = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_uppercase())
            && name.contains(|letter: char| letter.is_ascii_lowercase())
    };
    let has_namespace = names
        .iter()
        .any(|name| NAMESPACES.contains(&name.segments[0].as_str()));
    let begins_with_id = names
        .first()
        .is_some_and(|name| is_logical_id(&name.segments[0]));
    !(has_namespace || begins_with_id || inside.starts_with("AWS::"))
}

/// Splits a plain path into segments: `vars.cidr`, `stacks.private-api.Url`, `Subnet.*.Arn`,
/// `AWS::Region`. Returns none for an expression.
pub(crate) fn plain_path(inside: &str) -> Option<Vec<&str>> {
    if let Some(name) = inside.strip_prefix("AWS::") {
        let is_name =
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b':');
        return is_name.then(|| vec![inside]);
    }
    let segments: Vec<&str> = inside.split('.').collect();
    let is_stack = segments[0] == "stacks";
    let fits = segments.iter().enumerate().all(|(index, segment)| {
        let hyphen = is_stack && index == 1;
        let star = index == 1 && *segment == "*";
        let name = !segment.is_empty()
            && segment
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'_' || (hyphen && b == b'-'));
        star || name
    });
    let first = segments[0].as_bytes().first();
    let begins = first.is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
    let is_word = segments.len() == 1
        && ["true", "false", "none", "True", "False", "None"].contains(&segments[0]);
    (fits && begins && !is_word).then_some(segments)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let piece = |piece: &TextPiece<'_>| match piece {
            TextPiece::Literal(literal) => format!("'{literal}'"),
            TextPiece::Reference { inside, .. } => format!("<{inside}>"),
            TextPiece::Unclosed { range } => format!("unclosed {range:?}"),
        };
        pieces(text).iter().map(piece).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_text_is_taken_apart() {
        for (text, expect) in [
            ("", "''"),
            ("plain $x $(y) $ {z}", "'plain $x $(y) $ {z}'"),
            ("${Vpc}", "<Vpc>"),
            ("a-${ Vpc.Id }-b", "'a-' <Vpc.Id> '-b'"),
            ("${!x}", "'${x}'"),
            ("a ${!x} ${y} ${!z}", "'a ${x} ' <y> ' ${z}'"),
            ("${{'a': 1}['a']}", "<{'a': 1}['a']>"),
            ("${'}' ~ \"}\"}", "<'}' ~ \"}\">"),
            (r"${'\'}'}!", r"<'\'}'> '!'"),
            ("${it's}", "<it's>"),
            ("$${x}", "'$' <x>"),
            ("${a${b}}", "<a${b}>"),
            ("${!a${!b}}", "'${a${b}}'"),
            ("x ${y", "'x ' unclosed 2..5"),
            ("${!y", "'${y'"),
        ] {
            assert_eq!(show(text), expect, "{text}");
        }
    }

    #[test]
    fn foreign_substitutions_are_recognized() {
        for inside in [
            "HOME",
            "VAR:-x",
            "name^^",
            "path##*/",
            "user.name",
            "aws:PrincipalTag/team",
            "1",
            "@",
            "",
        ] {
            assert!(is_foreign(inside), "{inside}");
        }
        for inside in [
            "vars.nmae",
            "env.HOME",
            "Vpcc",
            "Vpcc.Id ~ 'x'",
            "AWS::Regionn",
            "stacks['a'].Url",
            "x if vars.y",
        ] {
            assert!(!is_foreign(inside), "{inside}");
        }
    }

    #[test]
    fn scripts_are_recognized() {
        for text in [
            "#!/bin/sh",
            "echo ${Vpcc}",
            "a=$(date) ${Vpcc}",
            "line ${Vpcc}\nline",
            "cat ${File} | sort",
            "`hello ${User}`",
        ] {
            assert!(is_script(text), "{text}");
        }
        for text in [
            "Hello, ${vars.whoo}!",
            "${Vpcc}\n",
            "arn:aws:s3:::${Bukket}/*",
        ] {
            assert!(!is_script(text), "{text}");
        }
    }

    #[test]
    fn escaped_text_is_literal() {
        for text in ["${x}", "${a${b}}", "${VAR:-x} ${#y}", "${open", "no"] {
            let written = literally(text);
            assert_eq!(
                pieces(&written),
                [TextPiece::Literal(text.into())],
                "{written}"
            );
        }
    }
}
