//! The names of a whole stack: what its texts bring into one template, and where two of them meet.

use crate::codes;
use crate::evaluate::context::Session;
use crate::scope::symbols::{Declared, DeclaredOutput, Instances};
use crate::scope::{Frame, FrameId};
use formwork_template::Node;
use formwork_template::diagnostics::{Problem, Span};
use indexmap::IndexMap;
use std::collections::HashMap;

/// Takes down the logical ids of all texts, and says where two meet.
pub(crate) fn made_ids(session: &mut Session<'_>, declared: &mut Declared) {
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for frame in &declared.frames {
        for (id, resource) in &frame.resources {
            if matches!(resource.instances, Instances::One) {
                let this = Seen::new(frame, id, resource.span);
                meet(session, &mut seen, frame.global(id), this, None);
            }
        }
    }
    for frame in &mut declared.frames {
        let mut made = HashMap::new();
        for (written, resource) in &frame.resources {
            let Instances::Each(instances) = &resource.instances else {
                continue;
            };
            for instance in instances {
                let this = Seen::new(frame, written, resource.span);
                let id = instance.id.clone();
                if meet(session, &mut seen, id, this, Some(&instance.key)) {
                    let local = &instance.id[frame.prefix.len()..];
                    made.insert(local.to_owned(), resource.span);
                }
            }
        }
        frame.made = made;
    }
    declared.ids = seen.into_iter().map(|(id, seen)| (id, seen.span)).collect();
    more_names(session, declared);
}

/// Who has a name.
struct Seen {
    frame: FrameId,
    written: String,
    span: Span,
}

impl Seen {
    fn new(frame: &Frame, written: &str, span: Span) -> Self {
        Self {
            frame: frame.id,
            written: written.to_owned(),
            span,
        }
    }
}

/// Takes down a logical id; says so when another resource has it.
fn meet(
    session: &mut Session<'_>,
    seen: &mut HashMap<String, Seen>,
    id: String,
    this: Seen,
    key: Option<&str>,
) -> bool {
    let Some(first) = seen.get(&id) else {
        seen.insert(id, this);
        return true;
    };
    let message = format!("two resources would be named `{id}`");
    let label = key.map_or("from here".to_owned(), |key| format!("from `{key}`"));
    let problem = Problem::error(codes::DUPLICATE_LOGICAL_ID, message).at(this.span, label);
    let is_same = first.frame == this.frame && first.written == this.written;
    let problem = match is_same {
        true => problem,
        false => problem.at(first.span, "and from here"),
    };
    session.report(match key {
        Some(_) => {
            problem.help("letters and digits of a `for_each` item name its resource: make them differ")
        }
        None => problem.help(
            "what a component makes is named after the resource that uses it: give that one another name",
        ),
    });
    false
}

/// Takes down parameters, and says where names meet that components bring into the template.
fn more_names(session: &mut Session<'_>, declared: &mut Declared) {
    let mut seen: HashMap<(&str, String), Span> = HashMap::new();
    let mut ids = std::mem::take(&mut declared.ids);
    for frame in &declared.frames {
        let mut sections: Vec<(&str, &str, Span)> = Vec::new();
        for (section, what) in [
            ("parameters", "parameter"),
            ("conditions", "condition"),
            ("mappings", "mapping"),
            ("rules", "rule"),
        ] {
            let table = frame.node.get(section);
            for (name, entry) in table.into_iter().flat_map(Node::entries) {
                sections.push((what, name, entry.key));
            }
        }
        for (what, name, span) in sections {
            let global = frame.global(name);
            let taken = match what {
                "parameter" => ids.insert(global.clone(), span),
                _ => None,
            };
            let first = seen.insert((what, global.clone()), span).or(taken);
            // In a stack without components the template's own checks say it.
            if let (Some(first), true) = (first, declared.frames.len() > 1) {
                let message = format!("{what} `{global}` has the name of another one");
                session.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(span, "this one")
                        .at(first, "and this one"),
                );
            }
        }
    }
    declared.ids = ids;
}

/// The outputs of the stack: its own and those of the component that it is as a whole.
pub(crate) fn stack_outputs(session: &mut Session<'_>, declared: &mut Declared) {
    let own = declared.own();
    let whole = own.whole.map(|whole| declared.frame(whole));
    let mut outputs: IndexMap<String, DeclaredOutput> = IndexMap::new();
    for frame in [Some(own), whole].into_iter().flatten() {
        let table = frame.node.get("outputs").and_then(Node::as_map);
        for (name, off) in &frame.outputs {
            let span = table
                .and_then(|table| table.entry(name))
                .map_or(declared.span, |entry| entry.key);
            let output = DeclaredOutput {
                off: *off,
                list: false,
                span,
                frame: frame.id,
            };
            if let Some(first) = outputs.get(name) {
                let message = format!("output `{name}` has the name of another one");
                session.report(
                    Problem::error(codes::DUPLICATE_LOGICAL_ID, message)
                        .at(first.span, "the stack's own")
                        .at(span, "the component's"),
                );
                continue;
            }
            outputs.insert(name.clone(), output);
        }
    }
    declared.outputs = outputs;
}
