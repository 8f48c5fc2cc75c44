//! CloudFormation's quotas on a template (the page "Understand CloudFormation quotas").

use crate::codes;
use formwork_catalog::limits::{
    DESCRIPTION_BYTES, DYNAMIC_REFERENCES, MAPPINGS, OUTPUTS, PARAMETERS, RESOURCES, TEMPLATE_BYTES,
};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{LogicalId, Node, Section, Template, dynamic_references, write};

/// The maximum number of entries in a section, and their name in messages.
const MAX_ENTRIES: [(Section, usize, &str); 4] = [
    (Section::Parameters, PARAMETERS, "parameters"),
    (Section::Mappings, MAPPINGS, "mappings"),
    (Section::Resources, RESOURCES, "resources"),
    (Section::Outputs, OUTPUTS, "outputs"),
];

/// Reports every quota that `template` exceeds, and every invalid name.
pub(crate) fn check(template: &Template) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut over = |message: String, span: Span, label: &str| {
        problems.push(Problem::error(codes::TEMPLATE_LIMIT, message).at(span, label));
    };
    let size = write::json_compact(template.root()).len();
    if size > TEMPLATE_BYTES {
        let message = format!("the template has {size} bytes, the limit is {TEMPLATE_BYTES}");
        over(message, template.root().span, "");
    }
    for (section, most, what) in MAX_ENTRIES {
        let count = template.entries(section).count();
        if let Some((_, first_over)) = template.entries(section).nth(most) {
            let message = format!("the template has {count} {what}, the limit is {most}");
            over(message, first_over.key, "the first beyond the limit");
        }
    }
    for node in descriptions(template) {
        let length = node.as_str().map_or(0, str::len);
        if length > DESCRIPTION_BYTES {
            let message =
                format!("a description has {length} bytes, the limit is {DESCRIPTION_BYTES}");
            over(message, node.span, "too long");
        }
    }
    let resolved = dynamic(template.root());
    if let Some(span) = resolved.get(DYNAMIC_REFERENCES) {
        let count = resolved.len();
        let message = format!(
            "the template has {count} dynamic references, the limit is {DYNAMIC_REFERENCES}"
        );
        over(message, *span, "the first beyond the limit");
    }
    problems.extend(names(template));
    problems
}

/// Returns the descriptions of the template and of its outputs.
fn descriptions(template: &Template) -> impl Iterator<Item = &Node> {
    let own = template.section(Section::Description);
    let entries = template.entries(Section::Outputs);
    let inner = entries.filter_map(|(_, entry)| entry.node.get("Description"));
    own.into_iter().chain(inner)
}

fn dynamic(root: &Node) -> Vec<Span> {
    let mut found = Vec::new();
    root.walk(&mut |node| {
        let count = node
            .as_str()
            .map_or(0, |text| dynamic_references(text).len());
        found.extend(std::iter::repeat_n(node.span, count));
    });
    found
}

fn names(template: &Template) -> Vec<Problem> {
    let named = [
        Section::Parameters,
        Section::Mappings,
        Section::Conditions,
        Section::Resources,
        Section::Outputs,
    ];
    let mut problems = Vec::new();
    for section in named {
        for (name, entry) in template.entries(section) {
            // The key of a loop contains the loop's own name, and the call of a macro is an entry
            // too.
            if name.starts_with("Fn::") {
                continue;
            }
            // Conditions may contain `&` and `_`: AWS's own quick starts use them and the
            // documentation does not forbid them.
            let plain = match section {
                Section::Conditions => name.replace(['&', '_'], ""),
                _ => name.to_owned(),
            };
            if let Err(error) = LogicalId::new(plain) {
                let problem = Problem::error(codes::TEMPLATE_NAME, error.to_string());
                problems.push(problem.at(entry.key, "invalid name"));
            }
        }
    }
    problems
}
