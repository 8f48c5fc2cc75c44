//! Finds the names in an expression and how they are used.
//!
//! MiniJinja evaluates expressions. This lexer finds every name, including those in branches that
//! are not taken, and detects operators on values that are known only after deployment. It does not
//! parse the full grammar.

use std::ops::Range;

/// A name in an expression with its constant keys: `stacks['private-api'].Url`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamePath {
    /// The name and the constant keys.
    pub(crate) segments: Vec<String>,
    /// The byte range in the expression.
    pub(crate) range: Range<usize>,
    /// The use of the value.
    pub(crate) used_as: UsedAs,
}

/// The use of a name's value in an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum UsedAs {
    /// The value is chosen, listed or returned.
    Value,
    /// The value is called.
    Function,
    /// A computed key is looked up in the value.
    Table,
    /// The value is an operand: it is compared, added or similar.
    Operand,
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Name(&'a str),
    Text(String),
    Number,
    Sign(&'a str),
}

const KEYWORDS: &[&str] = &[
    "if", "else", "and", "or", "not", "in", "is", "true", "false", "none", "True", "False", "None",
];

const OPERATORS: &[&str] = &[
    "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "//", "%", "**", "~",
];

/// Returns true if the whole expression is a number.
pub(crate) fn is_number(text: &str) -> bool {
    matches!(tokens(text).as_slice(), [(Token::Number, _)])
}

/// Returns the end of each operand of a `*`, in text order.
pub(crate) fn factors(text: &str) -> Vec<usize> {
    if !text.contains('*') {
        return Vec::new();
    }
    let tokens = tokens(text);
    let is_star = |token: &(Token<'_>, Range<usize>)| token.0 == Token::Sign("*");
    let stars = (0..tokens.len()).filter(|at| is_star(&tokens[*at]));
    let ends = stars.flat_map(|at| [last_before(&tokens, at), last_of_operand(&tokens, at + 1)]);
    let mut ends: Vec<usize> = ends.flatten().map(|at| tokens[at].1.end).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// Returns the last token of the operand before token `at`.
fn last_before(tokens: &[(Token<'_>, Range<usize>)], at: usize) -> Option<usize> {
    let last = at.checked_sub(1)?;
    match tokens[last].0 {
        Token::Sign(sign) => matches!(sign, ")" | "]" | "}").then_some(last),
        _ => Some(last),
    }
}

/// Returns the last token of the operand that begins at token `at`, without exponents.
fn last_of_operand(tokens: &[(Token<'_>, Range<usize>)], mut at: usize) -> Option<usize> {
    let token = |at: usize| tokens.get(at).map(|(token, _)| token);
    while token(at) == Some(&Token::Sign("-")) {
        at += 1;
    }
    let mut last = match token(at)? {
        Token::Sign("(" | "[" | "{") => closing(tokens, at)?,
        Token::Sign(_) => return None,
        _ => at,
    };
    loop {
        last = match (token(last + 1), token(last + 2)) {
            (Some(Token::Sign("." | "|")), Some(Token::Name(_) | Token::Number)) => last + 2,
            (Some(Token::Sign("(" | "[")), _) => closing(tokens, last + 1)?,
            _ => return Some(last),
        };
    }
}

/// Returns the token that closes the bracket at token `open`.
fn closing(tokens: &[(Token<'_>, Range<usize>)], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (at, (token, _)) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Sign("(" | "[" | "{") => depth += 1,
            Token::Sign(")" | "]" | "}") => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Returns all names in `text`, in text order.
pub(crate) fn names(text: &str) -> Vec<NamePath> {
    let tokens = tokens(text);
    let sign = |index: usize| match tokens.get(index) {
        Some((Token::Sign(sign), _)) => *sign,
        _ => "",
    };
    let word = |index: usize| match tokens.get(index) {
        Some((Token::Name(name), _)) => *name,
        _ => "",
    };
    let mut found = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let Token::Name(name) = &tokens[at].0 else {
            at += 1;
            continue;
        };
        let before = at.checked_sub(1);
        let follows = |what: &str| before.is_some_and(|b| sign(b) == what || word(b) == what);
        let is_test = follows("is")
            || (follows("not")
                && before
                    .and_then(|b| b.checked_sub(1))
                    .is_some_and(|b| word(b) == "is"));
        if KEYWORDS.contains(name) || follows("|") || follows(".") || is_test || sign(at + 1) == "="
        {
            at += 1;
            continue;
        }
        let (mut path, next) = path(&tokens, at);
        let tested = match (word(next), word(next + 1)) {
            ("is", "not") => word(next + 2),
            ("is", test) => test,
            _ => "",
        };
        // These tests work for values that are not known.
        let is_there = ["none", "defined", "undefined"].contains(&tested);
        path.used_as = match is_there {
            true => UsedAs::Value,
            false => used_as(
                follows_operator(before, &sign, &word),
                sign(next),
                word(next),
            ),
        };
        if path.used_as == UsedAs::Function && path.segments.len() > 1 {
            path.segments.pop(); // the last segment is a method
            path.used_as = UsedAs::Operand;
        }
        found.push(path);
        at = next.max(at + 1);
    }
    found
}

fn follows_operator<'a>(
    before: Option<usize>,
    sign: &dyn Fn(usize) -> &'a str,
    word: &dyn Fn(usize) -> &'a str,
) -> bool {
    before.is_some_and(|b| OPERATORS.contains(&sign(b)) || matches!(word(b), "in" | "not"))
}

fn used_as(operand: bool, sign: &str, word: &str) -> UsedAs {
    match sign {
        "(" => UsedAs::Function,
        "[" => UsedAs::Table,
        _ if operand || OPERATORS.contains(&sign) || matches!(word, "in" | "is" | "not") => {
            UsedAs::Operand
        }
        _ => UsedAs::Value,
    }
}

/// Returns the path that begins at token `at`, and the index after it.
fn path(tokens: &[(Token<'_>, Range<usize>)], at: usize) -> (NamePath, usize) {
    let mut segments = Vec::new();
    let mut range = tokens[at].1.clone();
    if let Token::Name(name) = &tokens[at].0 {
        segments.push((*name).to_owned());
    }
    let mut next = at + 1;
    loop {
        let kinds: Vec<&Token<'_>> = tokens[next..]
            .iter()
            .take(3)
            .map(|(kind, _)| kind)
            .collect();
        match kinds.as_slice() {
            [Token::Sign("."), Token::Name(name), ..] => {
                segments.push((*name).to_owned());
                range.end = tokens[next + 1].1.end;
                next += 2;
            }
            [Token::Sign("["), Token::Text(key), Token::Sign("]")] => {
                segments.push(key.clone());
                range.end = tokens[next + 2].1.end;
                next += 3;
            }
            _ => break,
        }
    }
    let path = NamePath {
        segments,
        range,
        used_as: UsedAs::Value,
    };
    (path, next)
}

fn tokens(text: &str) -> Vec<(Token<'_>, Range<usize>)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let while_in = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let (token, length) = if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        } else if first == '_' || first.is_alphabetic() {
            let length = while_in(|c| c == '_' || c.is_alphanumeric());
            (Token::Name(&rest[..length]), length)
        } else if first.is_ascii_digit() {
            (
                Token::Number,
                while_in(|c| c == '_' || c == '.' || c.is_ascii_alphanumeric()),
            )
        } else if first == '\'' || first == '"' {
            quoted(rest, first)
        } else {
            let two = ["==", "!=", "<=", ">=", "//", "**"]
                .into_iter()
                .find(|two| rest.starts_with(*two));
            let length = two.map_or(first.len_utf8(), str::len);
            (Token::Sign(&rest[..length]), length)
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens
}

fn quoted(rest: &str, quote: char) -> (Token<'_>, usize) {
    let mut content = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            content.extend(chars.next().map(|(_, c)| c));
        } else if c == quote {
            return (Token::Text(content), at + 1);
        } else {
            content.push(c);
        }
    }
    (Token::Text(content), rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let one = |path: &NamePath| format!("{} {:?}", path.segments.join("/"), path.used_as);
        names(text).iter().map(one).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn names_are_found_with_their_use() {
        for (text, expect) in [
            (
                "'PRIVATE' if inputs.access == 'vpc' else 'REGIONAL'",
                "inputs/access Operand",
            ),
            (
                "[Endpoint] if vars.on else none",
                "Endpoint Value, vars/on Value",
            ),
            ("stacks['private-api'].Url", "stacks/private-api/Url Value"),
            (
                "cidrsubnet(vars.cidr, 8, each.index + vars.zones | length)",
                "cidrsubnet Function, vars/cidr Value, each/index Operand, vars/zones Operand",
            ),
            (
                "PublicSubnet[each.index]",
                "PublicSubnet Table, each/index Value",
            ),
            ("vars.ami is startingwith('ami-')", "vars/ami Operand"),
            ("vars.a is not defined", "vars/a Value"),
            (
                "inputs.role is none and vars.b is odd",
                "inputs/role Value, vars/b Operand",
            ),
            ("vars.name.upper()", "vars/name Operand"),
            ("dict(a=vars.b)", "dict Function, vars/b Value"),
            ("'vars.x ' ~ \"it's\"", ""),
            ("{'k': Vpc}", "Vpc Value"),
        ] {
            assert_eq!(show(text), expect, "{text}");
        }
        for (text, expect) in [
            (
                "2 * a.b[0](c * 1) | int + 1",
                "2| * a.b[0](c| * 1|) | int| + 1",
            ),
            ("1 * - -x ** 2 * (y)", "1| * - -x| ** 2| * (y)|"),
            (
                "'*' ~ a ** 2 if 1 * b else c",
                "'*' ~ a ** 2 if 1| * b| else c",
            ),
            ("1 * / 2 * * 3", "1| * / 2| * * 3|"),
        ] {
            let mut shown = text.to_owned();
            for end in factors(text).into_iter().rev() {
                shown.insert(end, '|');
            }
            assert_eq!(shown, expect, "{text}");
        }
        assert!(is_number(" 1 ") && !is_number("1 + 1") && !is_number("x"));
    }
}
