//! The text of an `Fn::Sub`: what stands in it literally and what it refers to.

use std::ops::Range;

/// A piece of an `Fn::Sub`'s text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stays as it is.
    Literal(&'a str),
    /// `${!x}`, which becomes the text `${x}`; here `x`.
    Escaped(&'a str),
    /// `${x}` or `${x.y}`; here what stands between the braces, without blanks around it.
    Reference {
        /// The name between the braces.
        name: &'a str,
        /// Its bytes in the text, braces included.
        range: Range<usize>,
    },
}

/// Takes the text of an `Fn::Sub` apart. A `${` that is never closed is literal.
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

/// Writes literal text so that an `Fn::Sub` around it gives it back: `${x}` becomes `${!x}`.
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
