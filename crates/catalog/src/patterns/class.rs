//! Character classes.

use super::PatternError;

/// A set of characters: a bit for each ASCII character, ranges for the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct CharClass {
    ascii: u128,
    /// Ranges of code points, both ends inclusive. They may contain surrogates, which no text has.
    ranges: Vec<(u32, u32)>,
    /// Classes whose complements also belong to this class.
    excluded: Vec<CharClass>,
    negated: bool,
}

impl CharClass {
    /// Returns whether the class contains the character.
    pub(super) fn contains(&self, c: char) -> bool {
        let code = u32::from(c);
        let is_listed = match code {
            0..128 => self.ascii & (1 << code) != 0,
            _ => self
                .ranges
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&code)),
        };
        (is_listed || self.excluded.iter().any(|class| !class.contains(c))) != self.negated
    }

    /// Returns whether the class contains the character, in upper or lower case.
    pub(super) fn contains_ignoring_case(&self, c: char) -> bool {
        self.contains(c)
            || self.contains(c.to_ascii_lowercase())
            || self.contains(c.to_ascii_uppercase())
    }

    /// Adds a range. Both ends are inclusive.
    pub(super) fn add(&mut self, from: u32, to: u32) {
        for code in from..=to.min(127) {
            self.ascii |= 1 << code;
        }
        if to >= 128 {
            self.ranges.push((from.max(128), to));
        }
    }

    /// Adds one character.
    pub(super) fn add_char(&mut self, c: char) {
        self.add(c.into(), c.into());
    }

    /// Adds all characters of another class.
    pub(super) fn merge(&mut self, other: CharClass) {
        if other.negated {
            self.excluded.push(CharClass {
                negated: false,
                ..other
            });
        } else {
            self.ascii |= other.ascii;
            self.ranges.extend(other.ranges);
            self.excluded.extend(other.excluded);
        }
    }

    /// Returns the complement of the class.
    pub(super) fn negate(mut self) -> Self {
        self.negated = !self.negated;
        self
    }

    /// Returns the class of an escape such as `\d` or `\W`.
    pub(super) fn from_escape(letter: char) -> Option<Self> {
        let mut class = Self::default();
        match letter.to_ascii_lowercase() {
            'd' => class.add('0'.into(), '9'.into()),
            'w' => {
                for (from, to) in [('0', '9'), ('A', 'Z'), ('a', 'z'), ('_', '_')] {
                    class.add(from.into(), to.into());
                }
            }
            's' => {
                class.add(9, 13);
                class.add_char(' ');
                class.add(0xA0, 0xA0);
                class.add(0x2000, 0x200A);
                class.add(0x2028, 0x2029);
                class.add(0x3000, 0x3000);
            }
            _ => return None,
        }
        Some(match letter.is_ascii_uppercase() {
            true => class.negate(),
            false => class,
        })
    }

    /// Returns the class of a Unicode property, such as `L` in `\p{L}`.
    pub(super) fn from_property(name: &str, at: usize) -> Result<Self, PatternError> {
        let name = name.strip_prefix("Is").unwrap_or(name);
        // Java defines these two as everything except control characters.
        if name == "Print" || name == "Graph" {
            let mut class = Self::default();
            let blank = u32::from(name == "Graph");
            class.add(0x20 + blank, 0x7E);
            class.add(0xA0 + blank, char::MAX.into());
            return Ok(class);
        }
        let read = regex_syntax::parse(&format!(r"\p{{{name}}}"));
        let unknown = PatternError {
            what: "an unknown property of characters",
            at,
        };
        let Ok(hir) = read else { return Err(unknown) };
        let regex_syntax::hir::HirKind::Class(regex_syntax::hir::Class::Unicode(found)) =
            hir.kind()
        else {
            return Err(unknown);
        };
        let mut class = Self::default();
        for range in found.ranges() {
            class.add(range.start().into(), range.end().into());
        }
        Ok(class)
    }
}
