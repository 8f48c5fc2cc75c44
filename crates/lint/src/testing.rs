//! Templates for this crate's tests.

use formwork_template::Template;
use formwork_template::diagnostics::Sources;

/// Parses a template without problems.
pub(crate) fn template(text: &str) -> Template {
    let file = Sources::default().add("template.yaml", text);
    let read = formwork_template::read(file, text);
    assert_eq!(read.problems, [], "{text}");
    Template::new(read.node.unwrap()).unwrap()
}
