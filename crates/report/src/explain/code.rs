//! A code, as the page of errors explains it.

use formwork_template::diagnostics::Code;
use serde_json::json;

use crate::error_index::{Article, PREFIX};
use crate::page::{Block, Page};

/// The article as a page to read.
pub fn page(article: &Article) -> Page {
    let mut page = Page::new(format!("{PREFIX}{}", article.name));
    let mut text = article.text;
    while let Some((before, fenced)) = text.split_once("```") {
        let (before, heading) = headed(before.trim_end());
        prose(&mut page, before);
        page.blocks.extend(heading.map(Block::Heading));
        let (code, after) = fenced.split_once("```").unwrap_or((fenced, ""));
        let code = code.split_once('\n').map_or(code, |(_, code)| code);
        page.blocks.push(Block::Code(code.trim_end().to_owned()));
        text = after;
    }
    prose(&mut page, text);
    page
}

/// What stands before a fence, and the last line of it where that says `Wrong:` or `Right:`.
fn headed(text: &str) -> (&str, Option<String>) {
    let (before, last) = text.rsplit_once('\n').unwrap_or(("", text));
    let heading = last.strip_suffix(':');
    match heading.filter(|heading| heading.starts_with("Wrong") || heading.starts_with("Right")) {
        Some(heading) => (before, Some(heading.to_owned())),
        None => (text, None),
    }
}

fn prose(page: &mut Page, text: &str) {
    let paragraphs = text.split("\n\n").map(str::trim);
    for paragraph in paragraphs.filter(|paragraph| !paragraph.is_empty()) {
        page.blocks.push(Block::Prose(paragraph.replace('\n', " ")));
    }
}

/// The article for programs: its text is Markdown.
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

/// Every code with what it means, in a line each.
pub fn list(codes: &[Code]) -> Page {
    let mut page = Page::new("The codes of problems");
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
    use crate::style::Paint;

    #[test]
    fn an_article_is_prose_and_examples() {
        let article = article("misplaced_key").unwrap();
        insta::assert_snapshot!(page(&article).text(Paint::Plain, 80), @r#"
        formwork::misplaced_key

          A key stands under the wrong header. In TOML everything after a header belongs
          to it, until the next one: a property written below another table's header
          lands in that table.

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

          A property stands under its resource's header, before the next one.
          `DependsOn`, `DeletionPolicy` and the other attributes of a resource have keys
          in small letters: `depends_on`, `deletion_policy`.
        "#);
    }
}
