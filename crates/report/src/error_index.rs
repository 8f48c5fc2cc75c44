//! The page of errors, `docs/errors.md`, as part of the program: what every code means, and how it looks.
//!
//! The page is the one source: tests hold that it opens every article with the code's own explanation.

use formwork_template::diagnostics::Code;

const PAGE: &str = include_str!("../../../docs/errors.md");

/// What every code's heading begins with.
pub const PREFIX: &str = "formwork::";

/// What the page says about one code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Article {
    /// The code's name without `formwork::`.
    pub name: &'static str,
    /// Its first paragraph: what the code means.
    pub explanation: &'static str,
    /// All of it, in Markdown.
    pub text: &'static str,
}

/// Every code of the program, sorted by name.
pub fn codes() -> Vec<Code> {
    let rooms = [
        formwork_template::codes::ALL,
        formwork_lint::codes::ALL,
        formwork_blueprint::codes::ALL,
        crate::codes::ALL,
    ];
    let mut codes: Vec<Code> = rooms.into_iter().flatten().copied().collect();
    codes.sort_by_key(|code| code.name);
    codes
}

/// What the page says about a code, named with or without `formwork::`.
pub fn article(name: &str) -> Option<Article> {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    articles().find(|article| article.name == name)
}

/// The articles, in the page's order.
fn articles() -> impl Iterator<Item = Article> {
    PAGE.split("\n### ").skip(1).filter_map(|part| {
        let (heading, text) = part.split_once('\n')?;
        // The next chapter's heading and introduction are no part of it.
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
        for code in codes() {
            let article = article(code.name).unwrap_or_else(|| panic!("no article on {code}"));
            assert_eq!(article.explanation, code.explanation, "{code}");
        }
    }

    #[test]
    fn every_article_is_about_a_code() {
        let codes = codes();
        for article in articles() {
            let known = codes.iter().any(|code| code.name == article.name);
            assert!(known, "`{}` is no code", article.name);
        }
        assert_eq!(articles().count(), codes.len(), "a code twice");
    }

    #[test]
    fn no_example_shows_what_is_no_fault_of_a_blueprint() {
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
