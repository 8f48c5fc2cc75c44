//! A TOML text taken apart into its lines and values, every comment kept.
//!
//! Only for texts that were read without an error: what is no TOML is taken apart somehow.

/// What a text consists of.
#[derive(Debug)]
pub(super) struct Scanned<'t> {
    /// Headers, assignments and comments on lines of their own, in order.
    pub(super) pieces: Vec<Piece<'t>>,
    /// Every comment, with its `#`.
    pub(super) comments: Vec<&'t str>,
}

/// One header, assignment or comment.
#[derive(Debug)]
pub(super) struct Piece<'t> {
    /// Whether a blank line stands before it.
    pub(super) apart: bool,
    /// What it is.
    pub(super) kind: Kind<'t>,
    /// The comment behind it, with the blanks before that.
    pub(super) behind: Option<(usize, &'t str)>,
}

#[derive(Debug)]
pub(super) enum Kind<'t> {
    /// `# …`
    Comment(&'t str),
    /// `[a.b]` or `[[a.b]]`
    Header(String),
    /// `a.b = value`
    Assignment(String, Value<'t>),
}

/// A value.
#[derive(Debug)]
pub(super) enum Value<'t> {
    /// A string, number, boolean or date as it is written.
    Plain(&'t str),
    /// A list or an inline table.
    Group(Group<'t>),
}

/// A list, or an inline table whose items have keys.
#[derive(Debug)]
pub(super) struct Group<'t> {
    pub(super) is_table: bool,
    /// Whether it is written over several lines.
    pub(super) is_long: bool,
    pub(super) items: Vec<Item<'t>>,
    /// Comments behind the last item, on lines of their own.
    pub(super) tail: Vec<&'t str>,
}

/// One item of a group.
#[derive(Debug)]
pub(super) struct Item<'t> {
    /// Comments before it, on lines of their own.
    pub(super) before: Vec<&'t str>,
    /// Its key in a table.
    pub(super) key: Option<String>,
    pub(super) value: Value<'t>,
    /// The comment behind it.
    pub(super) behind: Option<&'t str>,
}

/// Blanks, line ends and comments between two things.
#[derive(Debug, Default)]
struct Gap<'t> {
    /// Comments on the line of what stands before.
    behind: Vec<&'t str>,
    /// Comments on lines of their own.
    own: Vec<&'t str>,
    has_line_end: bool,
}

/// Takes a text apart.
pub(super) fn scan(text: &str) -> Scanned<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut scan = Scan {
        text,
        at: 0,
        comments: Vec::new(),
    };
    let pieces = scan.pieces();
    Scanned {
        pieces,
        comments: scan.comments,
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    comments: Vec<&'t str>,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn pieces(&mut self) -> Vec<Piece<'t>> {
        let mut pieces = Vec::new();
        let mut line_ends = 0;
        loop {
            self.blanks();
            let kind = match self.next() {
                None => return pieces,
                Some(b'\n' | b'\r') => {
                    line_ends += usize::from(self.next() == Some(b'\n'));
                    self.at += 1;
                    continue;
                }
                Some(b'#') => Kind::Comment(self.comment()),
                Some(b'[') => Kind::Header(self.header()),
                Some(_) => {
                    let key = self.key();
                    self.at += 1; // `=`
                    self.blanks();
                    Kind::Assignment(key, self.value())
                }
            };
            let blanks = self.blanks();
            let behind = match self.next() {
                Some(b'#') => Some((blanks, self.comment())),
                _ => None,
            };
            pieces.push(Piece {
                apart: line_ends > 1,
                kind,
                behind,
            });
            line_ends = 0;
        }
    }

    /// Skips blanks; answers how many.
    fn blanks(&mut self) -> usize {
        let rest = self.rest();
        let count = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        self.at += count;
        count
    }

    fn comment(&mut self) -> &'t str {
        let rest = self.rest();
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        self.at += line.len();
        let comment = line.trim_end();
        self.comments.push(comment);
        comment
    }

    fn header(&mut self) -> String {
        let brackets = if self.rest().starts_with("[[") { 2 } else { 1 };
        self.at += brackets;
        let key = self.key();
        self.at = (self.at + brackets).min(self.text.len());
        format!("{}{key}{}", &"[["[..brackets], &"]]"[..brackets])
    }

    /// A key with its dots, up to what follows it, without blanks between.
    fn key(&mut self) -> String {
        let mut key = String::new();
        while let Some(byte) = self.next() {
            match byte {
                b'=' | b']' | b'#' | b'\n' | b'\r' => break,
                b' ' | b'\t' => self.at += 1,
                b'"' | b'\'' => key.push_str(self.string()),
                _ => {
                    let rest = self.rest();
                    let end = rest.find(['=', ']', '#', '\n', '\r', ' ', '\t', '"', '\'']);
                    let part = &rest[..end.unwrap_or(rest.len())];
                    key.push_str(part);
                    self.at += part.len();
                }
            }
        }
        key
    }

    fn value(&mut self) -> Value<'t> {
        match self.next() {
            Some(b'"' | b'\'') => Value::Plain(self.string()),
            Some(b'[') => Value::Group(self.group(b']')),
            Some(b'{') => Value::Group(self.group(b'}')),
            _ => {
                let rest = self.rest();
                let end = rest.find([',', ']', '}', '#', '\n', '\r']);
                let plain = rest[..end.unwrap_or(rest.len())].trim_end();
                self.at += plain.len();
                Value::Plain(plain)
            }
        }
    }

    /// A string of any kind, with its quotes.
    fn string(&mut self) -> &'t str {
        let rest = self.rest();
        let quote = &rest[..1];
        let many = quote.repeat(3);
        let end = match rest.strip_prefix(&many) {
            Some(inside) => {
                let closing = closing(inside, &many, quote == "\"");
                // Up to two quotes may stand right before the closing ones.
                let more = inside[closing..].bytes();
                let quotes = more.take_while(|b| quote.as_bytes().contains(b)).count();
                3 + closing + quotes.min(5)
            }
            None => 2 + closing(&rest[1..], quote, quote == "\""),
        };
        let string = rest.get(..end).unwrap_or(rest);
        self.at += string.len();
        string
    }

    fn group(&mut self, close: u8) -> Group<'t> {
        self.at += 1;
        let is_table = close == b'}';
        let mut group = Group {
            is_table,
            is_long: false,
            items: Vec::new(),
            tail: Vec::new(),
        };
        let gap = self.gap();
        let mut is_long = gap.has_line_end;
        let mut before = [gap.behind, gap.own].concat();
        while self.next().is_some_and(|byte| byte != close) {
            let from = self.at;
            let key = is_table.then(|| {
                let key = self.key();
                // The reader takes line ends on both sides of `=`.
                for sign in [1, 0] {
                    let gap = self.gap();
                    before.extend([gap.behind, gap.own].concat());
                    self.at += sign;
                }
                key
            });
            let value = self.value();
            let Gap {
                mut behind,
                mut own,
                has_line_end,
            } = self.gap();
            is_long |= has_line_end;
            if self.next() == Some(b',') {
                self.at += 1;
                let gap = self.gap();
                is_long |= gap.has_line_end;
                behind.extend(gap.behind);
                own.extend(gap.own);
            }
            let first = (!behind.is_empty()).then(|| behind.remove(0));
            group.items.push(item(&mut before, key, value, first));
            before = [behind, own].concat();
            if self.at == from {
                break; // not reached with a text that is TOML
            }
        }
        self.at = (self.at + 1).min(self.text.len());
        let has_comments = |item: &Item<'_>| !item.before.is_empty() || item.behind.is_some();
        group.is_long = is_long || !before.is_empty() || group.items.iter().any(has_comments);
        group.tail = before;
        group
    }

    fn gap(&mut self) -> Gap<'t> {
        let mut gap = Gap::default();
        loop {
            self.blanks();
            match self.next() {
                Some(b'\n' | b'\r') => {
                    gap.has_line_end = true;
                    self.at += 1;
                }
                Some(b'#') => {
                    let comment = self.comment();
                    match gap.has_line_end {
                        true => gap.own.push(comment),
                        false => gap.behind.push(comment),
                    }
                }
                _ => return gap,
            }
        }
    }
}

fn item<'t>(
    before: &mut Vec<&'t str>,
    key: Option<String>,
    value: Value<'t>,
    behind: Option<&'t str>,
) -> Item<'t> {
    Item {
        before: std::mem::take(before),
        key,
        value,
        behind,
    }
}

/// Where the closing quotes of a string begin; a backslash takes the next character with it.
fn closing(inside: &str, quotes: &str, escapes: bool) -> usize {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if escapes && bytes[at] == b'\\' {
            at += 2;
        } else if bytes[at..].starts_with(quotes.as_bytes()) {
            return at;
        } else {
            at += 1;
        }
    }
    bytes.len()
}
