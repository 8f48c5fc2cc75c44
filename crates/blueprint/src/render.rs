//! From a checked stack to its template.

use crate::model::{Known, Rendered, Stack};
use std::collections::BTreeMap;
use template::Template;

/// Makes the template of `stack` with what is known put in.
pub(crate) fn render(stack: &Stack, _known: &Known<'_>) -> Rendered {
    let template =
        Template::new(stack.body.root.clone()).expect("a checked stack has a template's shape");
    Rendered {
        template,
        open: Vec::new(),
        written: BTreeMap::new(),
    }
}
