//! The values that a function may return, as far as they are known before deployment.
//!
//! A value of literals and mappings is certain. A value with a parameter's `Default` or
//! `AllowedValues` may be another at deployment. A value with a resource, an import or an unknown
//! region is not known.

use crate::conditions::{if_branches, is_no_value};
use crate::context::Checker;
use crate::limits::MAX_FUNCTION_VALUES;
use formwork_template::diagnostics::Span;
use formwork_template::parameter::scalar_text;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Intrinsic, Node, Section, Value};

/// A value that a function may return.
#[derive(Debug, Clone)]
pub(super) struct KnownValue {
    pub(super) node: Node,
    /// The span of the parameter's value that it contains.
    pub(super) source: Option<Span>,
}

/// Returns the possible values of a node, or `None` if they are not known.
pub(super) fn values(checker: &Checker<'_>, node: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    let depth = depth.checked_sub(1)?;
    let Some((function, argument)) = node.function() else {
        return literal(checker, node, depth);
    };
    if let Some((_, yes, no)) = if_branches(node) {
        let mut both = Vec::new();
        for branch in [yes, no] {
            if !is_no_value(branch) {
                both.extend(values(checker, branch, depth)?);
            }
        }
        return Some(both);
    }
    let known = match Intrinsic::of(function, argument) {
        Intrinsic::Ref(name) => reference(checker, name, node.span),
        Intrinsic::Sub { text, variables } => sub(checker, text, variables, node.span, depth),
        Intrinsic::Other(Function::Join, argument) => join(checker, argument, depth),
        Intrinsic::Other(Function::Select, argument) => select(checker, argument, depth),
        Intrinsic::Other(Function::Split, argument) => split(checker, argument, depth),
        Intrinsic::Other(Function::FindInMap, argument) => find_in_map(checker, argument, depth),
        _ => None,
    }?;
    (known.len() <= MAX_FUNCTION_VALUES && !known.is_empty()).then_some(known)
}

fn literal(checker: &Checker<'_>, node: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    match &node.value {
        Value::String(text) if text.contains("{{resolve:") => None,
        Value::List(items) if items.iter().any(|item| item.function().is_some()) => {
            let mut lists = vec![(Vec::new(), None)];
            for item in items {
                let values = values(checker, item, depth)?;
                lists = product(&lists, &values, |list: &Vec<Node>, value| {
                    let mut list = list.clone();
                    list.push(value.clone());
                    list
                })?;
            }
            let known = |(list, source)| KnownValue {
                node: Node::new(list, node.span),
                source,
            };
            Some(lists.into_iter().map(known).collect())
        }
        _ => Some(vec![KnownValue {
            node: node.clone(),
            source: None,
        }]),
    }
}

/// Combines every value of the first list with every value of the second.
fn product<T>(
    left: &[(T, Option<Span>)],
    right: &[KnownValue],
    with: impl Fn(&T, &Node) -> T,
) -> Option<Vec<(T, Option<Span>)>> {
    if left.len().saturating_mul(right.len()) > MAX_FUNCTION_VALUES {
        return None;
    }
    let all = left.iter().flat_map(|(value, source)| {
        let with = &with;
        right
            .iter()
            .map(move |that| (with(value, &that.node), source.or(that.source)))
    });
    Some(all.collect())
}

fn reference(checker: &Checker<'_>, name: &str, span: Span) -> Option<Vec<KnownValue>> {
    if name == "AWS::Region" {
        return Some(vec![KnownValue {
            node: Node::new(checker.region?, span),
            source: None,
        }]);
    }
    let parameter = checker.template.parameters().find(|it| it.name == name)?;
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
        // An empty value usually means that the parameter is not used; a condition tests for it.
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
        known.push(KnownValue {
            node,
            source: Some(value.span),
        });
    }
    Some(known)
}

fn sub(
    checker: &Checker<'_>,
    text: &str,
    variables: Option<&formwork_template::Map>,
    span: Span,
    depth: usize,
) -> Option<Vec<KnownValue>> {
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
                    Some(own) => values(checker, own, depth)?,
                    None => reference(checker, name, span)?,
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
    // The value of `{{resolve:…}}` is known only after deployment.
    if texts.iter().any(|(text, _)| text.contains("{{resolve:")) {
        return None;
    }
    Some(
        texts
            .into_iter()
            .map(|(text, source)| KnownValue {
                node: Node::new(text, span),
                source,
            })
            .collect(),
    )
}

fn join(checker: &Checker<'_>, argument: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    let [delimiter, list] = argument.as_list()? else {
        return None;
    };
    let delimiter = delimiter.as_str()?;
    let lists = values(checker, list, depth)?;
    let mut known = Vec::new();
    for list in lists {
        let items = list.node.as_list()?.iter().map(scalar_text);
        let text = items.collect::<Option<Vec<_>>>()?.join(delimiter);
        if text.contains("{{resolve:") {
            return None;
        }
        known.push(KnownValue {
            node: Node::new(text, argument.span),
            source: list.source,
        });
    }
    Some(known)
}

fn select(checker: &Checker<'_>, argument: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    let [index, list] = argument.as_list()? else {
        return None;
    };
    let index: usize = scalar_text(index)?.parse().ok()?;
    // The other items need not be known.
    if let Some(items) = list.as_list() {
        return values(checker, items.get(index)?, depth);
    }
    let lists = values(checker, list, depth)?;
    let pick = |list: &KnownValue| {
        Some(KnownValue {
            node: list.node.as_list()?.get(index)?.clone(),
            source: list.source,
        })
    };
    lists.iter().map(pick).collect()
}

fn split(checker: &Checker<'_>, argument: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    let [delimiter, text] = argument.as_list()? else {
        return None;
    };
    let delimiter = delimiter
        .as_str()
        .filter(|delimiter| !delimiter.is_empty())?;
    let texts = values(checker, text, depth)?;
    let list = |known: &KnownValue| {
        let items = known.node.as_str()?.split(delimiter);
        let items: Vec<Node> = items.map(|item| Node::new(item, text.span)).collect();
        Some(KnownValue {
            node: Node::new(items, argument.span),
            source: known.source,
        })
    };
    texts.iter().map(list).collect()
}

fn find_in_map(checker: &Checker<'_>, argument: &Node, depth: usize) -> Option<Vec<KnownValue>> {
    let [mapping, first, second] = argument.as_list()? else {
        return None;
    };
    let mapping = checker
        .template
        .section(Section::Mappings)?
        .get(mapping.as_str()?)?
        .as_map()?;
    let firsts: Vec<(String, Option<Span>)> = match first.intrinsic() {
        Some(Intrinsic::Ref(name)) if name.starts_with("AWS::") => {
            let region = checker.region.filter(|_| name == "AWS::Region");
            match region.filter(|region| mapping.contains(region)) {
                Some(region) => vec![(region.to_owned(), None)],
                None => mapping.keys().map(|key| (key.to_owned(), None)).collect(),
            }
        }
        _ => keys(checker, first, depth)?,
    };
    let seconds = keys(checker, second, depth)?;
    let mut known = Vec::new();
    for (first, source) in &firsts {
        for (second, second_source) in &seconds {
            // A missing key is reported separately.
            if let Some(node) = mapping.get(first).and_then(|level| level.get(second)) {
                known.push(KnownValue {
                    node: node.clone(),
                    source: source.or(*second_source),
                });
            }
        }
    }
    Some(known)
}

fn keys(checker: &Checker<'_>, node: &Node, depth: usize) -> Option<Vec<(String, Option<Span>)>> {
    let known = values(checker, node, depth)?;
    known
        .iter()
        .map(|known| Some((scalar_text(&known.node)?, known.source)))
        .collect()
}
