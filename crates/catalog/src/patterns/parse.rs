//! Reading a pattern's text into a tree.

use super::PatternError;
use super::class::Class;

/// Groups lie in one another at most so deep.
const MOST_DEPTH: usize = 100;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Nothing at all.
    Empty,
    /// One character of these.
    One(Class),
    /// One part after the other.
    Sequence(Vec<Part>),
    /// Any of the parts.
    Either(Vec<Part>),
    /// A part so many times; without a most as often as there is.
    Repeat(Box<Part>, u32, Option<u32>),
    /// A place in the text.
    Place(Place),
    /// Looking around.
    Look(Box<Part>, Look),
}

/// A place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Its beginning.
    Start,
    /// Its end, or before the line feed that ends it.
    End,
    /// Between a letter and what is none.
    Boundary,
    /// Anywhere else.
    NoBoundary,
}

/// Where is looked, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Look {
    /// Back instead of on.
    pub(super) behind: bool,
    /// For what must not be there.
    pub(super) negated: bool,
}

/// A pattern's tree, and how it compares.
#[derive(Debug)]
pub(super) struct Tree {
    /// The whole.
    pub(super) part: Part,
    /// Whether case does not count.
    pub(super) any_case: bool,
}

/// Reads a pattern.
pub(super) fn parse(pattern: &str) -> Result<Tree, PatternError> {
    let mut parser = Parser {
        chars: pattern.chars().collect(),
        at: 0,
        any_case: false,
        // Flags within a pattern hold for all of it, wherever they stand.
        dot_is_all: pattern.contains("(?s)"),
        depth: 0,
        groups: Vec::new(),
    };
    let part = parser.either()?;
    match parser.peek() {
        Some(_) => Err(parser.error("a `)` that nothing opens")),
        None => Ok(Tree {
            part,
            any_case: parser.any_case,
        }),
    }
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    any_case: bool,
    dot_is_all: bool,
    depth: usize,
    /// What each numbered group says, once it is closed.
    groups: Vec<Option<Part>>,
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

    fn either(&mut self) -> Result<Part, PatternError> {
        let mut branches = vec![self.sequence()?];
        while self.eat("|") {
            branches.push(self.sequence()?);
        }
        if branches.len() == 1 {
            return Ok(branches.remove(0));
        }
        // Alternatives of one character each are one class.
        if branches.iter().all(|branch| matches!(branch, Part::One(_))) {
            let mut class = Class::default();
            for branch in branches {
                if let Part::One(one) = branch {
                    class.merge(one);
                }
            }
            return Ok(Part::One(class));
        }
        Ok(Part::Either(branches))
    }

    fn sequence(&mut self) -> Result<Part, PatternError> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            let part = self.atom()?;
            parts.push(self.repeated(part)?);
        }
        Ok(match parts.len() {
            0 => Part::Empty,
            1 => parts.remove(0),
            _ => Part::Sequence(parts),
        })
    }

    fn repeated(&mut self, mut part: Part) -> Result<Part, PatternError> {
        while let Some((least, most)) = self.quantifier()? {
            // Whether it prefers more or fewer makes no difference to whether it is found.
            let _ = self.eat("?") || self.eat("+");
            part = match part {
                Part::Look(..) | Part::Place(_) if least > 0 => part,
                Part::Look(..) | Part::Place(_) => Part::Empty,
                part => Part::Repeat(Box::new(part), least, most),
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

    /// `{2}`, `{2,}`, `{,5}`, `{2,5}`; any other brace is itself.
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

    fn atom(&mut self) -> Result<Part, PatternError> {
        let Some(c) = self.next() else {
            return Ok(Part::Empty);
        };
        Ok(match c {
            '(' => return self.group(),
            '[' => Part::One(self.class()?),
            '.' if self.dot_is_all => Part::One(Class::default().negate()),
            '.' => {
                let mut line_feed = Class::default();
                line_feed.add_char('\n');
                Part::One(line_feed.negate())
            }
            '^' => Part::Place(Place::Start),
            '$' => Part::Place(Place::End),
            '\\' => return self.escape(),
            c => Part::One(single(c.into())),
        })
    }

    fn group(&mut self) -> Result<Part, PatternError> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
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
        let part = self.either()?;
        if !self.eat(")") {
            return Err(self.error("a group that is never closed"));
        }
        self.depth -= 1;
        if is_numbered {
            self.groups[number - 1] = Some(part.clone());
        }
        Ok(match look {
            Some((behind, negated)) => Part::Look(Box::new(part), Look { behind, negated }),
            None => part,
        })
    }

    fn flags(&mut self) -> Result<(), PatternError> {
        loop {
            match self.peek() {
                Some('i') => self.any_case = true,
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

    fn escape(&mut self) -> Result<Part, PatternError> {
        let Some(c) = self.peek() else {
            return Err(self.error("a `\\` that escapes nothing"));
        };
        let place = match c {
            'b' => Some(Place::Boundary),
            'B' => Some(Place::NoBoundary),
            'A' => Some(Place::Start),
            'Z' | 'z' => Some(Place::End),
            '1'..='9' => return self.back_reference(),
            _ => None,
        };
        if let Some(place) = place {
            self.at += 1;
            return Ok(Part::Place(place));
        }
        Ok(Part::One(match self.member()? {
            Member::Code(code) => single(code),
            Member::Class(class) => class,
        }))
    }

    /// What a group found once more is read as what the group says once more: that finds a little
    /// more, and only one pattern of the table has one.
    fn back_reference(&mut self) -> Result<Part, PatternError> {
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

    /// What stands after a `\`, outside a class or in one.
    fn member(&mut self) -> Result<Member, PatternError> {
        let Some(c) = self.next() else {
            return Err(self.error("a `\\` that escapes nothing"));
        };
        if let Some(class) = Class::of_escape(c) {
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
                let class = Class::of_property(&name, self.at)?;
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

    /// A code point in four digits, or in twice four as the two surrogates of UTF-16.
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

    /// A code point in so many hexadecimal digits, or in braces.
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

    fn class(&mut self) -> Result<Class, PatternError> {
        let negated = self.eat("^");
        let mut class = Class::default();
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

    /// As [`Parser::member`]; in a class `\b` is the backspace.
    fn class_member(&mut self) -> Result<Member, PatternError> {
        match self.eat("b") {
            true => Ok(Member::Code(8)),
            false => self.member(),
        }
    }
}

enum Member {
    Code(u32),
    Class(Class),
}

fn single(code: u32) -> Class {
    let mut class = Class::default();
    class.add(code, code);
    class
}
