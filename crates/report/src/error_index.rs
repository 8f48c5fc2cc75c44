//! The error index: the articles of `docs/errors.md`, built into the program.
//!
//! Tests check that every code has an article that opens with the code's own explanation.

use formwork_template::diagnostics::Code;

const PAGE: &str = include_str!("../../../docs/errors.md");

/// The prefix of every code.
pub const PREFIX: &str = "formwork::";

/// The article about a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Article {
    /// The code's name without `formwork::`.
    pub name: &'static str,
    /// The first paragraph.
    pub explanation: &'static str,
    /// The whole article as Markdown.
    pub text: &'static str,
}

/// Returns all codes, sorted by name.
pub fn all_codes() -> Vec<Code> {
    let crates = [
        formwork_template::codes::ALL,
        formwork_lint::codes::ALL,
        formwork_blueprint::codes::ALL,
        crate::codes::ALL,
    ];
    let mut codes: Vec<Code> = crates.into_iter().flatten().copied().collect();
    codes.sort_by_key(|code| code.name);
    codes
}

/// Returns the article about a code; `name` may contain the prefix `formwork::`.
pub fn article(name: &str) -> Option<Article> {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    articles().find(|article| article.name == name)
}

/// Returns the articles in the order of the page.
fn articles() -> impl Iterator<Item = Article> {
    PAGE.split("\n### ").skip(1).filter_map(|part| {
        let (heading, text) = part.split_once('\n')?;
        // The article ends before the next chapter's heading.
        let text = text.split("\n## ").next().unwrap_or(text).trim();
        Some(Article {
            name: heading.trim().strip_prefix(PREFIX)?,
            explanation: text.split("\n\n").next().unwrap_or(text),
            text,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_article_that_opens_with_its_explanation() {
        for code in all_codes() {
            let article = article(code.name).unwrap_or_else(|| panic!("no article on {code}"));
            assert_eq!(article.explanation, code.explanation, "{code}");
        }
    }

    #[test]
    fn every_article_is_about_a_code() {
        let codes = all_codes();
        for article in articles() {
            let known = codes.iter().any(|code| code.name == article.name);
            assert!(known, "unknown code `{}`", article.name);
        }
        assert_eq!(articles().count(), codes.len(), "a code twice");
    }

    #[test]
    fn codes_of_the_command_line_have_no_example() {
        for code in crate::codes::ALL {
            let article = article(code.name).unwrap();
            assert!(!article.text.contains("Wrong:"), "{code}");
        }
    }

    #[test]
    fn an_article_ends_where_the_next_heading_begins() {
        let last = article("formwork::wrong_type").unwrap();
        assert!(!last.text.contains("\n##"), "{}", last.text);
        assert_eq!(article("no_such_code"), None);
    }
}
