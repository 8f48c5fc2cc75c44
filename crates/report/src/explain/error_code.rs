//! The page about an error code, from the error index.

use formwork_template::diagnostics::Code;
use serde_json::json;

use crate::error_index::{Article, PREFIX};
use crate::page::{Block, Page};

/// Renders an article as a page.
pub fn page(article: &Article) -> Page {
    let mut page = Page::new(format!("{PREFIX}{}", article.name));
    let mut text = article.text;
    while let Some((before, fenced)) = text.split_once("```") {
        let (before, heading) = split_heading(before.trim_end());
        push_paragraphs(&mut page, before);
        page.blocks.extend(heading.map(Block::Heading));
        let (code, after) = fenced.split_once("```").unwrap_or((fenced, ""));
        let code = code.split_once('\n').map_or(code, |(_, code)| code);
        page.blocks.push(Block::Code(code.trim_end().to_owned()));
        text = after;
    }
    push_paragraphs(&mut page, text);
    page
}

/// Splits off the last line before a code block if it is a heading (`Wrong:` or `Right:`).
fn split_heading(text: &str) -> (&str, Option<String>) {
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let heading = last.strip_suffix(':');
    match heading.filter(|heading| heading.starts_with("Wrong") || heading.starts_with("Right")) {
        Some(heading) => (before, Some(heading.to_owned())),
        None => (text, None),
    }
}

fn push_paragraphs(page: &mut Page, text: &str) {
    let paragraphs = text.split("\n\n").map(str::trim);
    for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
        page.blocks.push(Block::Prose(paragraph.replace('\n', " ")));
    }
}

/// Renders an article as JSON; its text stays Markdown.
pub fn json(article: &Article) -> String {
    let document = json!({
        "format": 1,
        "kind": "code",
        "name": format!("{PREFIX}{}", article.name),
        "explanation": article.explanation,
        "text": article.text,
    });
    format!("{document:#}\n")
}

/// Returns the list of codes with the first sentence of each explanation.
pub fn list(codes: &[Code]) -> Page {
    let mut page = Page::new("Error codes");
    let rows = codes.iter().map(|code| {
        let sentence = code.explanation.split(". ").next();
        vec![
            code.name.to_owned(),
            sentence
                .unwrap_or_default()
                .trim_end_matches('.')
                .to_owned(),
        ]
    });
    page.rows("", rows.collect());
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error_index::article;
    use crate::style::ColorMode;

    #[test]
    fn an_article_has_text_and_examples() {
        let article = article("misplaced_key").unwrap();
        insta::assert_snapshot!(page(&article).text(ColorMode::Plain, 80), @r#"
        formwork::misplaced_key

          A key is under the wrong header. In TOML, everything after a header belongs to
          it until the next one: a property below another table's header becomes part of
          that table.

        Wrong
            description = "Who hears of orders"
            DisplayName = "Orders"
            [Topic]
            type = "AWS::SNS::Topic"

        Right
            description = "Who hears of orders"
            [Topic]
            type = "AWS::SNS::Topic"
            DisplayName = "Orders"

          Write a property below the header of its resource and above the next header.
          The keys for `DependsOn`, `DeletionPolicy` and the other attributes of a
          resource are lower-case: `depends_on`, `deletion_policy`.
        "#);
    }
}
