//! The syntax of `Fn::Sub` texts.

use std::ops::Range;

/// A part of an `Fn::Sub` text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Literal text.
    Literal(&'a str),
    /// `${!x}`, which represents the text `${x}`. The value is `x`.
    Escaped(&'a str),
    /// `${x}` or `${x.y}`.
    Reference {
        /// The name between the braces, without spaces around it.
        name: &'a str,
        /// The bytes of the reference in the text, including the braces.
        range: Range<usize>,
    },
}

/// Parses the text of an `Fn::Sub`. A `${` without a closing brace is literal.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut literal_from = 0;
    let mut search_from = 0;
    while let Some(start) = text[search_from..].find("${").map(|at| search_from + at) {
        let Some(end) = text[start..].find('}').map(|at| start + at + 1) else {
            break;
        };
        if literal_from < start {
            parts.push(Part::Literal(&text[literal_from..start]));
        }
        let inside = &text[start + 2..end - 1];
        parts.push(match inside.strip_prefix('!') {
            Some(escaped) => Part::Escaped(escaped),
            None => Part::Reference {
                name: inside.trim(),
                range: start..end,
            },
        });
        literal_from = end;
        search_from = end;
    }
    if literal_from < text.len() {
        parts.push(Part::Literal(&text[literal_from..]));
    }
    parts
}

/// Escapes literal text for an `Fn::Sub`: `${x}` becomes `${!x}`.
pub fn escape(text: &str) -> String {
    text.replace("${", "${!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let name = |name, range| Part::Reference { name, range };
        assert_eq!(
            parts("a ${B} ${!c} ${D.E}$f ${open"),
            [
                Part::Literal("a "),
                name("B", 2..6),
                Part::Literal(" "),
                Part::Escaped("c"),
                Part::Literal(" "),
                name("D.E", 13..19),
                Part::Literal("$f ${open"),
            ]
        );
        assert_eq!(parts(""), []);
    }

    #[test]
    fn escaping_survives_the_way_back() {
        let back: String = parts(&escape("x ${A} ${!B}"))
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => text.to_owned(),
                Part::Escaped(name) => format!("${{{name}}}"),
                Part::Reference { .. } => panic!("nothing may refer"),
            })
            .collect();
        assert_eq!(back, "x ${A} ${!B}");
    }
}
