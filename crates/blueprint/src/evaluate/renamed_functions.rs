//! Renames the targets of CloudFormation functions in a component: they have another name in the
//! template.

use super::Evaluator;
use crate::rename::substituted;
use formwork_template::{Function, Node, Value};
use std::collections::HashMap;

impl Evaluator<'_, '_> {
    /// Returns a function with the names of the template, or none if they are the same. Nested
    /// functions are renamed when they are evaluated.
    pub(crate) fn with_template_names(&self, node: &Node) -> Option<Node> {
        let scope = self.scope.filter(|scope| !scope.prefix.is_empty())?;
        let (function, argument) = node.function()?;
        let rename = |old: &Node, new: String| Node::new(new, old.span);
        let first = || argument.as_list().and_then(<[Node]>::first);
        let replaced = match function {
            Function::Ref => rename(argument, scope.renamed(argument.as_str()?)?),
            Function::Condition => {
                let name = argument.as_str()?;
                rename(argument, scope.condition(name).into_owned())
            }
            Function::If => {
                let name = scope.condition(first()?.as_str()?).into_owned();
                with_first(argument, name)
            }
            Function::FindInMap => {
                let name = scope.mapping(first()?.as_str()?).into_owned();
                with_first(argument, name)
            }
            Function::GetAtt => match argument.as_str() {
                Some(path) => {
                    let (id, rest) = path.split_once('.')?;
                    rename(argument, format!("{}.{rest}", scope.renamed(id)?))
                }
                None => with_first(argument, scope.renamed(first()?.as_str()?)?),
            },
            Function::Sub => {
                let names: HashMap<String, String> = scope
                    .resources
                    .keys()
                    .chain(scope.generated.keys())
                    .chain(scope.parameters.keys())
                    .filter_map(|name| Some((name.clone(), scope.renamed(name)?)))
                    .collect();
                match argument.as_list() {
                    Some([text, values]) => {
                        let new = substituted(text.as_str()?, values.as_map(), &names);
                        Node::new(vec![rename(text, new), values.clone()], argument.span)
                    }
                    _ => rename(argument, substituted(argument.as_str()?, None, &names)),
                }
            }
            _ => return None,
        };
        let key = node.as_map()?.keys().next()?;
        Some(Node::single(key, replaced, node.span))
    }
}

fn with_first(argument: &Node, name: String) -> Node {
    let mut items = argument.as_list().unwrap_or_default().to_vec();
    if let Some(first) = items.first_mut() {
        first.value = Value::String(name);
    }
    Node::new(items, argument.span)
}
