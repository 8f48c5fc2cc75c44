//! Renames parameters and resources of a template, with all references to them.

use formwork_template::sub::{self, Part};
use formwork_template::{Entry, Function, Intrinsic, Map, Node, Value};
use std::collections::HashMap;

/// Renames all references, including those in `DependsOn`. The keys of the resources do not change:
/// see [`rename_resources`].
pub(crate) fn rename(root: &mut Node, names: &HashMap<String, String>) {
    references(root, names);
    let resources = root.as_map_mut().and_then(|map| map.get_mut("Resources"));
    for (_, entry) in resources
        .and_then(Node::as_map_mut)
        .into_iter()
        .flat_map(Map::iter_mut)
    {
        let Some(node) = entry
            .node
            .as_map_mut()
            .and_then(|map| map.get_mut("DependsOn"))
        else {
            continue;
        };
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| text(item, names)),
            _ => text(node, names),
        }
    }
}

/// Renames the resources. Their order does not change.
pub(crate) fn rename_resources(root: &mut Node, names: &HashMap<String, String>) {
    let Some(resources) = root.as_map_mut().and_then(|map| map.get_mut("Resources")) else {
        return;
    };
    let Some(map) = resources.as_map_mut() else {
        return;
    };
    let old = std::mem::take(map);
    *map = old
        .into_iter()
        .map(|(key, entry): (String, Entry)| (names.get(&key).cloned().unwrap_or(key), entry))
        .collect();
}

/// Renames the targets of all functions at or below `node`.
pub(crate) fn references(node: &mut Node, names: &HashMap<String, String>) {
    let function = node.function().map(|(function, _)| function);
    let replaced = match node.intrinsic() {
        Some(Intrinsic::Sub { text, variables }) => Some(substituted(text, variables, names)),
        _ => None,
    };
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| references(item, names)),
        Value::Map(map) => {
            for (_, entry) in map.iter_mut() {
                match function {
                    Some(Function::Ref) => text(&mut entry.node, names),
                    Some(Function::GetAtt) => attribute(&mut entry.node, names),
                    Some(Function::Sub) => {
                        if let Some(replaced) = &replaced {
                            sub_text(&mut entry.node, replaced, names);
                        }
                    }
                    _ => references(&mut entry.node, names),
                }
            }
        }
        _ => {}
    }
}

fn text(node: &mut Node, names: &HashMap<String, String>) {
    if let Some(name) = node.as_str().and_then(|old| names.get(old)) {
        node.value = Value::String(name.clone());
    }
}

fn attribute(node: &mut Node, names: &HashMap<String, String>) {
    match &mut node.value {
        Value::List(items) => {
            if let Some((first, rest)) = items.split_first_mut() {
                text(first, names);
                rest.iter_mut().for_each(|item| references(item, names));
            }
        }
        Value::String(path) => {
            let renamed = path
                .split_once('.')
                .and_then(|(id, rest)| Some(format!("{}.{rest}", names.get(id)?)));
            if let Some(renamed) = renamed {
                *path = renamed;
            }
        }
        _ => {}
    }
}

fn sub_text(argument: &mut Node, replaced: &str, names: &HashMap<String, String>) {
    match &mut argument.value {
        Value::List(items) => {
            if let Some((first, rest)) = items.split_first_mut() {
                first.value = Value::String(replaced.to_owned());
                rest.iter_mut().for_each(|item| references(item, names));
            }
        }
        _ => argument.value = Value::String(replaced.to_owned()),
    }
}

/// Renames the references in the text of an `Fn::Sub`. `own` are its variables.
pub(crate) fn substituted(
    text: &str,
    own: Option<&Map>,
    names: &HashMap<String, String>,
) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for part in sub::parts(text) {
        let Part::Reference { name, range } = part else {
            continue;
        };
        let (id, rest) = match name.split_once('.') {
            Some((id, rest)) => (id, Some(rest)),
            None => (name, None),
        };
        let renamed = names
            .get(id)
            .filter(|_| !own.is_some_and(|own| own.contains(name)));
        if let Some(renamed) = renamed {
            out.push_str(&text[from..range.start]);
            out.push_str("${");
            out.push_str(renamed);
            if let Some(rest) = rest {
                out.push('.');
                out.push_str(rest);
            }
            out.push('}');
            from = range.end;
        }
    }
    out.push_str(&text[from..]);
    out
}
