//! What functions give where that is known: the values are held against the schema too.
//!
//! A value made of literals and mappings alone is certain, and wrong is wrong. One made of a
//! parameter's `Default` or `AllowedValues` may be another at deployment: that is warned of. What
//! hangs on a resource, an import or an unknown region is not known.

use super::finding::{Fault, Finding, Resolved};
use super::walk::{Walker, branches, is_no_value};
use super::{message, reason};
use crate::scene::Scene;
use formwork_catalog::schema::{Schema, Type};
use formwork_template::diagnostics::Span;
use formwork_template::parameter::scalar_text;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Intrinsic, Node, Section, Value};

/// More values than these of one function are not tried.
const MOST_VALUES: usize = 64;

/// Functions within functions are followed so far.
const MOST_DEPTH: usize = 16;

/// A value that a function may give.
#[derive(Debug, Clone)]
struct Known {
    node: Node,
    /// The parameter's value that it was made of.
    given: Option<Span>,
}

/// Holds what the function gives against the schema, as far as it is known.
pub(super) fn check<'a>(walker: &mut Walker<'a>, schema: &'a Schema, node: &'a Node) {
    if !says_something(schema) {
        return;
    }
    let Some(known) = values(walker.scene, node, MOST_DEPTH) else {
        return;
    };
    let mut wrong = Vec::new();
    for known in &known {
        match fault(walker, schema, known) {
            Some(resolved) => wrong.push(resolved),
            // Which of several certain values it will be is not known: one that fits is enough.
            None if known.given.is_none() => return,
            None => {}
        }
    }
    for resolved in wrong.into_iter().take(1) {
        walker.wrong(Fault::Resolved(Box::new(resolved)), node);
    }
}

/// Whether the schema asks for more than a text.
fn says_something(schema: &Schema) -> bool {
    schema.values.is_some()
        || schema.pattern.is_some()
        || schema.format.is_some()
        || !schema.length.is_open()
        || !schema.range.is_open()
        || schema.items.is_some()
        || schema.combined.is_some()
        || !schema.types.is_any() && !schema.types.names(Type::String)
}

fn fault(walker: &Walker<'_>, schema: &Schema, known: &Known) -> Option<Resolved> {
    let mut aside = Walker::new(
        walker.scene,
        walker.patterns,
        walker.owner,
        walker.case.clone(),
    )
    .under(walker.trail.iter().copied());
    aside.value(schema, &known.node);
    let finding: &Finding<'_> = aside.findings.first()?;
    let mut said = message::said(finding, &walker.owner.name);
    said.message += &reason::words(&finding.reasons);
    Some(Resolved {
        value: shown(&known.node),
        said,
        given: known.given,
    })
}

fn shown(node: &Node) -> String {
    scalar_text(node).unwrap_or_else(|| formwork_template::write::json_compact(node))
}

/// The values that a node may have; nothing where they are not known.
fn values(scene: &Scene<'_>, node: &Node, depth: usize) -> Option<Vec<Known>> {
    let depth = depth.checked_sub(1)?;
    let Some((function, argument)) = node.function() else {
        return literal(scene, node, depth);
    };
    if let Some((_, yes, no)) = branches(node) {
        let mut both = Vec::new();
        for branch in [yes, no] {
            if !is_no_value(branch) {
                both.extend(values(scene, branch, depth)?);
            }
        }
        return Some(both);
    }
    let known = match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => reference(scene, name, node.span),
        Intrinsic::Sub { text, variables } => sub(scene, text, variables, node.span, depth),
        Intrinsic::Other(Function::Join, argument) => join(scene, argument, depth),
        Intrinsic::Other(Function::Select, argument) => select(scene, argument, depth),
        Intrinsic::Other(Function::Split, argument) => split(scene, argument, depth),
        Intrinsic::Other(Function::FindInMap, argument) => find_in_map(scene, argument, depth),
        _ => None,
    }?;
    (known.len() <= MOST_VALUES && !known.is_empty()).then_some(known)
}

fn literal(scene: &Scene<'_>, node: &Node, depth: usize) -> Option<Vec<Known>> {
    match &node.value {
        Value::String(text) if text.contains("{{resolve:") => None,
        Value::List(items) if items.iter().any(|item| item.function().is_some()) => {
            let mut lists = vec![(Vec::new(), None)];
            for item in items {
                let values = values(scene, item, depth)?;
                lists = product(&lists, &values, |list: &Vec<Node>, value| {
                    let mut list = list.clone();
                    list.push(value.clone());
                    list
                })?;
            }
            let known = |(list, given)| Known {
                node: Node::new(list, node.span),
                given,
            };
            Some(lists.into_iter().map(known).collect())
        }
        _ => Some(vec![Known {
            node: node.clone(),
            given: None,
        }]),
    }
}

/// Each of these with each of those.
fn product<T>(
    these: &[(T, Option<Span>)],
    those: &[Known],
    with: impl Fn(&T, &Node) -> T,
) -> Option<Vec<(T, Option<Span>)>> {
    if these.len().saturating_mul(those.len()) > MOST_VALUES {
        return None;
    }
    let all = these.iter().flat_map(|(this, given)| {
        let with = &with;
        those
            .iter()
            .map(move |that| (with(this, &that.node), given.or(that.given)))
    });
    Some(all.collect())
}

fn reference(scene: &Scene<'_>, name: &str, span: Span) -> Option<Vec<Known>> {
    if name == "AWS::Region" {
        return Some(vec![Known {
            node: Node::new(scene.region?, span),
            given: None,
        }]);
    }
    let parameter = scene.template.parameters().find(|it| it.name == name)?;
    if parameter.kind().starts_with("AWS::SSM::") {
        return None;
    }
    let allowed = parameter.node.get("AllowedValues").and_then(Node::as_list);
    let values: Vec<&Node> = match allowed.filter(|allowed| !allowed.is_empty()) {
        Some(allowed) => allowed.iter().collect(),
        None => parameter.default().into_iter().collect(),
    };
    let mut known = Vec::new();
    for value in values {
        let text = scalar_text(value)?;
        // An empty value stands for none: a condition asks for it.
        if text.is_empty() {
            continue;
        }
        let node = match parameter.is_list() {
            true => {
                let items = text
                    .split(',')
                    .map(|item| Node::new(item.trim(), value.span));
                Node::new(items.collect::<Vec<_>>(), value.span)
            }
            false => Node::new(text, value.span),
        };
        known.push(Known {
            node,
            given: Some(value.span),
        });
    }
    Some(known)
}

fn sub(
    scene: &Scene<'_>,
    text: &str,
    variables: Option<&formwork_template::Map>,
    span: Span,
    depth: usize,
) -> Option<Vec<Known>> {
    let mut texts = vec![(String::new(), None)];
    for part in parts(text) {
        let values = match part {
            Part::Literal(literal) => {
                texts
                    .iter_mut()
                    .for_each(|(text, _)| text.push_str(literal));
                continue;
            }
            Part::Escaped(name) => {
                let name = format!("${{{name}}}");
                texts.iter_mut().for_each(|(text, _)| text.push_str(&name));
                continue;
            }
            Part::Reference { name, .. } => {
                match variables.and_then(|variables| variables.get(name)) {
                    Some(own) => values(scene, own, depth)?,
                    None => reference(scene, name, span)?,
                }
            }
        };
        if values
            .iter()
            .any(|value| scalar_text(&value.node).is_none())
        {
            return None;
        }
        texts = product(&texts, &values, |text, value| {
            format!("{text}{}", scalar_text(value).unwrap_or_default())
        })?;
    }
    // What `{{resolve:…}}` gives is known to AWS alone.
    if texts.iter().any(|(text, _)| text.contains("{{resolve:")) {
        return None;
    }
    Some(
        texts
            .into_iter()
            .map(|(text, given)| Known {
                node: Node::new(text, span),
                given,
            })
            .collect(),
    )
}

fn join(scene: &Scene<'_>, argument: &Node, depth: usize) -> Option<Vec<Known>> {
    let [delimiter, list] = argument.as_list()? else {
        return None;
    };
    let delimiter = delimiter.as_str()?;
    let lists = values(scene, list, depth)?;
    let mut known = Vec::new();
    for list in lists {
        let items = list.node.as_list()?.iter().map(scalar_text);
        let text = items.collect::<Option<Vec<_>>>()?.join(delimiter);
        if text.contains("{{resolve:") {
            return None;
        }
        known.push(Known {
            node: Node::new(text, argument.span),
            given: list.given,
        });
    }
    Some(known)
}

fn select(scene: &Scene<'_>, argument: &Node, depth: usize) -> Option<Vec<Known>> {
    let [index, list] = argument.as_list()? else {
        return None;
    };
    let index: usize = scalar_text(index)?.parse().ok()?;
    // The other items need not be known.
    if let Some(items) = list.as_list() {
        return values(scene, items.get(index)?, depth);
    }
    let lists = values(scene, list, depth)?;
    let pick = |list: &Known| {
        Some(Known {
            node: list.node.as_list()?.get(index)?.clone(),
            given: list.given,
        })
    };
    lists.iter().map(pick).collect()
}

fn split(scene: &Scene<'_>, argument: &Node, depth: usize) -> Option<Vec<Known>> {
    let [delimiter, text] = argument.as_list()? else {
        return None;
    };
    let delimiter = delimiter
        .as_str()
        .filter(|delimiter| !delimiter.is_empty())?;
    let texts = values(scene, text, depth)?;
    let list = |known: &Known| {
        let items = known.node.as_str()?.split(delimiter);
        let items: Vec<Node> = items.map(|item| Node::new(item, text.span)).collect();
        Some(Known {
            node: Node::new(items, argument.span),
            given: known.given,
        })
    };
    texts.iter().map(list).collect()
}

fn find_in_map(scene: &Scene<'_>, argument: &Node, depth: usize) -> Option<Vec<Known>> {
    let [mapping, first, second] = argument.as_list()? else {
        return None;
    };
    let mapping = scene
        .template
        .section(Section::Mappings)?
        .get(mapping.as_str()?)?
        .as_map()?;
    let firsts: Vec<(String, Option<Span>)> = match first.intrinsic() {
        Some(Intrinsic::Ref(name)) if name.starts_with("AWS::") => {
            let region = scene.region.filter(|_| name == "AWS::Region");
            match region.filter(|region| mapping.contains(region)) {
                Some(region) => vec![(region.to_owned(), None)],
                None => mapping.keys().map(|key| (key.to_owned(), None)).collect(),
            }
        }
        _ => keys(scene, first, depth)?,
    };
    let seconds = keys(scene, second, depth)?;
    let mut known = Vec::new();
    for (first, given) in &firsts {
        for (second, also_given) in &seconds {
            // A key that is not there is said elsewhere.
            if let Some(node) = mapping.get(first).and_then(|level| level.get(second)) {
                known.push(Known {
                    node: node.clone(),
                    given: given.or(*also_given),
                });
            }
        }
    }
    Some(known)
}

fn keys(scene: &Scene<'_>, node: &Node, depth: usize) -> Option<Vec<(String, Option<Span>)>> {
    let known = values(scene, node, depth)?;
    known
        .iter()
        .map(|known| Some((scalar_text(&known.node)?, known.given)))
        .collect()
}
