//! The parser of patterns.

use super::PatternError;
use super::class::CharClass;

/// The maximum nesting of groups.
const MAX_GROUP_DEPTH: usize = 100;

/// The syntax tree of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// The empty pattern.
    Empty,
    /// One character of a class.
    Class(CharClass),
    /// Patterns that follow each other.
    Sequence(Vec<Pattern>),
    /// Alternatives.
    Alternation(Vec<Pattern>),
    /// A repetition with a minimum and an optional maximum.
    Repeat(Box<Pattern>, u32, Option<u32>),
    /// A position in the text.
    Assertion(Assertion),
    /// A lookahead or lookbehind.
    Lookaround(Box<Pattern>, Lookaround),
}

/// A condition on the position in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assertion {
    /// The start of the text.
    Start,
    /// The end of the text, or the position before a final line feed.
    End,
    /// A word boundary.
    WordBoundary,
    /// Any position that is not a word boundary.
    NotWordBoundary,
}

/// The kind of a lookaround.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lookaround {
    /// True for a lookbehind.
    pub(super) behind: bool,
    /// True if it succeeds when its pattern does not match.
    pub(super) negated: bool,
}

/// The result of parsing a pattern.
#[derive(Debug)]
pub(super) struct ParsedPattern {
    /// The syntax tree.
    pub(super) pattern: Pattern,
    /// True if matching ignores case.
    pub(super) ignore_case: bool,
}

/// Parses a pattern.
pub(super) fn parse(pattern: &str) -> Result<ParsedPattern, PatternError> {
    let mut parser = Parser {
        chars: pattern.chars().collect(),
        at: 0,
        ignore_case: false,
        // A flag holds for the whole pattern, wherever it is.
        dot_matches_newline: pattern.contains("(?s)"),
        depth: 0,
        groups: Vec::new(),
    };
    let pattern = parser.alternation()?;
    match parser.peek() {
        Some(_) => Err(parser.error("a `)` that nothing opens")),
        None => Ok(ParsedPattern {
            pattern,
            ignore_case: parser.ignore_case,
        }),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    ignore_case: bool,
    dot_matches_newline: bool,
    depth: usize,
    /// The content of each numbered group that is closed.
    groups: Vec<Option<Pattern>>,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let length = text.chars().count();
        let here = self.chars.get(self.at..self.at + length);
        let found = here.is_some_and(|here| here.iter().copied().eq(text.chars()));
        if found {
            self.at += length;
        }
        found
    }

    fn error(&self, what: &'static str) -> PatternError {
        PatternError { what, at: self.at }
    }

    fn alternation(&mut self) -> Result<Pattern, PatternError> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        if branches.len() == 1 {
            return Ok(branches.remove(0));
        }
        // Alternatives of one character each form one class.
        if branches
            .iter()
            .all(|branch| matches!(branch, Pattern::Class(_)))
        {
            let mut class = CharClass::default();
            for branch in branches {
                if let Pattern::Class(one) = branch {
                    class.merge(one);
                }
            }
            return Ok(Pattern::Class(class));
        }
        Ok(Pattern::Alternation(branches))
    }

    fn sequence(&mut self) -> Result<Pattern, PatternError> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let part = self.atom()?;
            parts.push(self.repeated(part)?);
        }
        Ok(match parts.len() {
            0 => Pattern::Empty,
            1 => parts.remove(0),
            _ => Pattern::Sequence(parts),
        })
    }

    fn repeated(&mut self, mut part: Pattern) -> Result<Pattern, PatternError> {
        while let Some((least, most)) = self.quantifier()? {
            // Greedy, lazy and possessive quantifiers find the same texts.
            if !self.eat("?") {
                self.eat("+");
            }
            part = match part {
                Pattern::Lookaround(..) | Pattern::Assertion(_) if least > 0 => part,
                Pattern::Lookaround(..) | Pattern::Assertion(_) => Pattern::Empty,
                part => Pattern::Repeat(Box::new(part), least, most),
            };
        }
        Ok(part)
    }

    fn quantifier(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        let found = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return self.counted(),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(found))
    }

    /// Parses `{2}`, `{2,}`, `{,5}` or `{2,5}`. Any other brace is literal.
    fn counted(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        let rest = &self.chars[self.at + 1..];
        let Some(end) = rest.iter().position(|c| *c == '}') else {
            return Ok(None);
        };
        let inside: String = rest[..end].iter().collect();
        let (least, most) = inside.split_once(',').unwrap_or((&inside, &inside));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if inside.is_empty() || inside == "," || !digits(least) || !digits(most) {
            return Ok(None);
        }
        let number = |text: &str| {
            text.parse::<u32>()
                .map_err(|_| self.error("a number too large"))
        };
        let least = if least.is_empty() { 0 } else { number(least)? };
        let most = if most.is_empty() {
            None
        } else {
            Some(number(most)?)
        };
        self.at += end + 2;
        Ok(Some((least, most)))
    }

    fn atom(&mut self) -> Result<Pattern, PatternError> {
        let Some(c) = self.next() else {
            return Ok(Pattern::Empty);
        };
        Ok(match c {
            '(' => return self.group(),
            '[' => Pattern::Class(self.class()?),
            '.' if self.dot_matches_newline => Pattern::Class(CharClass::default().negate()),
            '.' => {
                let mut line_feed = CharClass::default();
                line_feed.add_char('\n');
                Pattern::Class(line_feed.negate())
            }
            '^' => Pattern::Assertion(Assertion::Start),
            '$' => Pattern::Assertion(Assertion::End),
            '\\' => return self.escape(),
            c => Pattern::Class(single(c.into())),
        })
    }

    fn group(&mut self) -> Result<Pattern, PatternError> {
        self.depth += 1;
        if self.depth > MAX_GROUP_DEPTH {
            return Err(self.error("groups too deep in one another"));
        }
        let mut look = None;
        let is_numbered = self.peek() != Some('?');
        if is_numbered {
            self.groups.push(None);
        }
        let number = self.groups.len();
        if self.eat("?#") {
            while self.peek().is_some_and(|c| c != ')') {
                self.at += 1;
            }
        } else if self.eat("?=") {
            look = Some((false, false));
        } else if self.eat("?!") {
            look = Some((false, true));
        } else if self.eat("?<=") {
            look = Some((true, false));
        } else if self.eat("?<!") {
            look = Some((true, true));
        } else if self.eat("?P<") || self.eat("?<") {
            while self.next().is_some_and(|c| c != '>') {}
        } else if !self.eat("?:") && !self.eat("?>") && self.eat("?") {
            self.flags()?;
        }
        let part = self.alternation()?;
        if !self.eat(")") {
            return Err(self.error("a group that is never closed"));
        }
        self.depth -= 1;
        if is_numbered {
            self.groups[number - 1] = Some(part.clone());
        }
        Ok(match look {
            Some((behind, negated)) => {
                Pattern::Lookaround(Box::new(part), Lookaround { behind, negated })
            }
            None => part,
        })
    }

    fn flags(&mut self) -> Result<(), PatternError> {
        loop {
            match self.peek() {
                Some('i') => self.ignore_case = true,
                Some('s' | 'u' | 'a') => {}
                Some(':') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(')') => return Ok(()),
                _ => return Err(self.error("an unknown kind of group")),
            }
            self.at += 1;
        }
    }

    fn escape(&mut self) -> Result<Pattern, PatternError> {
        let Some(c) = self.peek() else {
            return Err(self.error("a `\\` that escapes nothing"));
        };
        let place = match c {
            'b' => Some(Assertion::WordBoundary),
            'B' => Some(Assertion::NotWordBoundary),
            'A' => Some(Assertion::Start),
            'Z' | 'z' => Some(Assertion::End),
            '1'..='9' => return self.back_reference(),
            _ => None,
        };
        if let Some(place) = place {
            self.at += 1;
            return Ok(Pattern::Assertion(place));
        }
        Ok(Pattern::Class(match self.member()? {
            Member::Code(code) => single(code),
            Member::Class(class) => class,
        }))
    }

    /// Parses a back reference. It matches whatever the group's pattern matches, which accepts
    /// slightly more. Only one pattern of the table has a back reference.
    fn back_reference(&mut self) -> Result<Pattern, PatternError> {
        let mut number = 0;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let next = number * 10 + digit as usize;
            if next > self.groups.len() {
                break;
            }
            number = next;
            self.at += 1;
        }
        let group = number
            .checked_sub(1)
            .and_then(|position| self.groups[position].clone());
        group.ok_or_else(|| self.error("a back-reference to no group"))
    }

    /// Parses the characters after a `\`, inside or outside a class.
    fn member(&mut self) -> Result<Member, PatternError> {
        let Some(c) = self.next() else {
            return Err(self.error("a `\\` that escapes nothing"));
        };
        if let Some(class) = CharClass::from_escape(c) {
            return Ok(Member::Class(class));
        }
        let code = match c {
            'p' | 'P' => {
                let name: String = if self.eat("{") {
                    let from = self.at;
                    while self.next().is_some_and(|c| c != '}') {}
                    self.chars[from..self.at.max(from + 1) - 1].iter().collect()
                } else {
                    self.next().into_iter().collect()
                };
                let class = CharClass::from_property(&name, self.at)?;
                return Ok(Member::Class(match c {
                    'P' => class.negate(),
                    _ => class,
                }));
            }
            't' => 9,
            'n' => 10,
            'v' => 11,
            'f' => 12,
            'r' => 13,
            '0' => 0,
            'x' => return self.code(2).map(Member::Code),
            'u' => return self.utf16().map(Member::Code),
            'U' => return self.code(8).map(Member::Code),
            other => other.into(),
        };
        Ok(Member::Code(code))
    }

    /// Parses a code point of four digits, or of two UTF-16 surrogates with four digits each.
    fn utf16(&mut self) -> Result<u32, PatternError> {
        let high = self.code(4)?;
        let after = self.at;
        if (0xD800..0xDC00).contains(&high) && self.eat("\\u") {
            let low = self.code(4)?;
            if (0xDC00..0xE000).contains(&low) {
                return Ok(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00));
            }
            self.at = after;
        }
        Ok(high)
    }

    /// Parses a code point of this many hexadecimal digits, or in braces.
    fn code(&mut self, digits: usize) -> Result<u32, PatternError> {
        let text: String = if self.eat("{") {
            let from = self.at;
            while self.next().is_some_and(|c| c != '}') {}
            self.chars[from..self.at.max(from + 1) - 1].iter().collect()
        } else {
            let from = self.at;
            self.at = (from + digits).min(self.chars.len());
            self.chars[from..self.at].iter().collect()
        };
        u32::from_str_radix(&text, 16).map_err(|_| self.error("no code point"))
    }

    fn class(&mut self) -> Result<CharClass, PatternError> {
        let negated = self.eat("^");
        let mut class = CharClass::default();
        let first = self.at;
        loop {
            let Some(c) = self.next() else {
                return Err(self.error("a class that is never closed"));
            };
            if c == ']' && self.at > first + 1 {
                break;
            }
            let low = match c {
                '\\' => self.class_member()?,
                c => Member::Code(c.into()),
            };
            let low = match low {
                Member::Class(other) => {
                    class.merge(other);
                    continue;
                }
                Member::Code(low) => low,
            };
            let is_range = self.peek() == Some('-')
                && self.chars.get(self.at + 1).is_some_and(|next| *next != ']');
            if !is_range {
                class.add(low, low);
                continue;
            }
            self.at += 1;
            let high = match self.next() {
                Some('\\') => self.class_member()?,
                Some(c) => Member::Code(c.into()),
                None => return Err(self.error("a class that is never closed")),
            };
            match high {
                Member::Code(high) if high >= low => class.add(low, high),
                Member::Code(_) => return Err(self.error("a range that ends before it begins")),
                // `.-\w` is the dot, the hyphen and the letters.
                Member::Class(other) => {
                    class.add(low, low);
                    class.add_char('-');
                    class.merge(other);
                }
            }
        }
        Ok(match negated {
            true => class.negate(),
            false => class,
        })
    }

    /// Parses like [`Parser::member`], but `\b` is the backspace.
    fn class_member(&mut self) -> Result<Member, PatternError> {
        match self.eat("b") {
            true => Ok(Member::Code(8)),
            false => self.member(),
        }
    }
}

enum Member {
    Code(u32),
    Class(CharClass),
}

fn single(code: u32) -> CharClass {
    let mut class = CharClass::default();
    class.add(code, code);
    class
}
