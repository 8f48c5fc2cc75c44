//! Test support: templates from text.

use crate::Template;
use crate::diagnostics::Sources;

/// Parses a template that has no problems.
pub(crate) fn template(text: &str) -> Template {
    let file = Sources::default().add("template.yaml", text);
    let read = crate::read(file, text);
    assert_eq!(read.problems, [], "{text}");
    Template::new(read.node.unwrap()).unwrap()
}
