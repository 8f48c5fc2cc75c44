//! What to write instead of a value that is not among those allowed.

use super::message::{MOST_LISTED, list};
use formwork_catalog::schema::Literal;
use formwork_template::Node;
use formwork_template::diagnostics::{did_you_mean, nearest};
use formwork_template::parameter::scalar_text;

/// What to write instead of a value that is not allowed: the nearest, all, or some that begin alike.
pub(super) fn allowed(values: &[Literal], value: Option<&Node>) -> String {
    let mut texts: Vec<String> = values.iter().map(Literal::to_string).collect();
    let given = value.and_then(scalar_text).unwrap_or_default();
    if let Some((below, above)) = around(values, &given) {
        return match (below, above) {
            (Some(below), Some(above)) => {
                format!("the nearest that it takes are `{below}` and `{above}`")
            }
            (one, other) => format!(
                "the nearest that it takes is `{}`",
                one.or(other).unwrap_or_default()
            ),
        };
    }
    if let Some(near) = nearest(&given, texts.iter().map(String::as_str)) {
        return did_you_mean(near);
    }
    if texts.len() <= MOST_LISTED {
        return format!("it takes {}", list(texts, " or "));
    }
    let alike = |text: &String| {
        let same = text.bytes().zip(given.bytes()).take_while(|(a, b)| a == b);
        same.count()
    };
    texts.sort_by_key(|text| std::cmp::Reverse(alike(text)));
    let more = texts.len() - 4;
    texts.truncate(4);
    format!("it takes {} and {more} more", list(texts, ", "))
}

/// Of numbers those around the given one, where all that is allowed are numbers.
fn around(values: &[Literal], given: &str) -> Option<(Option<f64>, Option<f64>)> {
    let given: f64 = given.parse().ok()?;
    let number = |literal: &Literal| match literal {
        Literal::Integer(number) => Some(*number as f64),
        Literal::Number(number) => Some(*number),
        _ => None,
    };
    let numbers: Vec<f64> = values.iter().map(number).collect::<Option<_>>()?;
    let below = numbers.iter().copied().filter(|number| *number < given);
    let above = numbers.iter().copied().filter(|number| *number > given);
    Some((below.reduce(f64::max), above.reduce(f64::min)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use formwork_template::diagnostics::Span;

    #[test]
    fn what_to_write_instead_is_near() {
        let texts = |all: &[&str]| all.iter().map(|it| Literal::Text((*it).into())).collect();
        let numbers = |all: &[i64]| all.iter().map(|it| Literal::Integer(*it)).collect();
        let many: Vec<String> = (0..20).map(|it| format!("db.r{it}.large")).collect();
        let mut many: Vec<&str> = many.iter().map(String::as_str).collect();
        many.extend(["db.t3.large", "db.t3.micro"]);
        let cases: [(Vec<Literal>, Node, &str); 6] = [
            (
                numbers(&[1, 3, 5, 7, 14]),
                Node::new(8, Span::default()),
                "the nearest that it takes are `7` and `14`",
            ),
            (
                numbers(&[1, 3, 5, 7, 14]),
                Node::new(15, Span::default()),
                "the nearest that it takes is `14`",
            ),
            (
                texts(&["Enabled", "Suspended"]),
                Node::new("enabled", Span::default()),
                "did you mean `Enabled`?",
            ),
            (
                texts(&["S", "N", "B"]),
                Node::new("X", Span::default()),
                "it takes `S`, `N` or `B`",
            ),
            (
                texts(&many),
                Node::new("db.t3.something", Span::default()),
                "it takes `db.t3.large`, `db.t3.micro`, `db.r0.large`, `db.r1.large` and 18 more",
            ),
            (
                numbers(&[1, 3]),
                Node::new("many", Span::default()),
                "it takes `1` or `3`",
            ),
        ];
        for (values, given, expect) in cases {
            assert_eq!(allowed(&values, Some(&given)), expect);
        }
    }
}
