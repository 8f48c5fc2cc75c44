//! Sets of characters.

use super::PatternError;

/// A set of characters: a bit for each of ASCII, ranges for the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Class {
    ascii: u128,
    /// Ranges of code points, both ends inclusive; surrogates, which no text holds, among them.
    ranges: Vec<(u32, u32)>,
    /// Sets of which all but the members belong to this one.
    excluded: Vec<Class>,
    negated: bool,
}

impl Class {
    /// Whether it holds the character.
    pub(super) fn holds(&self, c: char) -> bool {
        let code = u32::from(c);
        let held = match code {
            0..128 => self.ascii & (1 << code) != 0,
            _ => self
                .ranges
                .iter()
                .any(|(from, to)| (*from..=*to).contains(&code)),
        };
        (held || self.excluded.iter().any(|class| !class.holds(c))) != self.negated
    }

    /// Whether it holds the character in either case.
    pub(super) fn holds_in_any_case(&self, c: char) -> bool {
        self.holds(c) || self.holds(c.to_ascii_lowercase()) || self.holds(c.to_ascii_uppercase())
    }

    /// Puts in a range, both ends inclusive.
    pub(super) fn add(&mut self, from: u32, to: u32) {
        for code in from..=to.min(127) {
            self.ascii |= 1 << code;
        }
        if to >= 128 {
            self.ranges.push((from.max(128), to));
        }
    }

    /// Puts in one character.
    pub(super) fn add_char(&mut self, c: char) {
        self.add(c.into(), c.into());
    }

    /// Puts in all of another.
    pub(super) fn merge(&mut self, other: Class) {
        if other.negated {
            self.excluded.push(Class {
                negated: false,
                ..other
            });
        } else {
            self.ascii |= other.ascii;
            self.ranges.extend(other.ranges);
            self.excluded.extend(other.excluded);
        }
    }

    /// All but these.
    pub(super) fn negate(mut self) -> Self {
        self.negated = !self.negated;
        self
    }

    /// The class that `\d`, `\W` and such write.
    pub(super) fn of_escape(letter: char) -> Option<Self> {
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

    /// The class of a Unicode property, as `L` of `\p{L}`.
    pub(super) fn of_property(name: &str, at: usize) -> Result<Self, PatternError> {
        let name = name.strip_prefix("Is").unwrap_or(name);
        // Java's, of which Unicode says no more than what they are not: control characters.
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
