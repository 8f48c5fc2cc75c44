//! What is on the two sides of a component: its outputs to who uses it, its inputs to itself.

use super::{Scope, inside};
use crate::codes::{NOT_PROVIDED, UNKNOWN_INPUT, UNKNOWN_OUTPUT, UNKNOWN_REFERENCE};
use crate::evaluate::resolution::{Meaning, Miss};
use crate::scope::{By, Frame, FrameId, Given};
use formwork_template::{Node, Value};

impl Scope<'_> {
    /// A component's use, or one of its outputs.
    pub(crate) fn component(
        &self,
        below: FrameId,
        id: &str,
        rest: &[&str],
        prefix: &str,
    ) -> Result<Meaning, Miss> {
        let Some(stack) = self.stack else {
            return Ok(Meaning::Poison);
        };
        let frame = stack.frame(below);
        let name = match rest {
            [] => {
                let output = |name: &String| {
                    let meaning = self.component(below, id, &[name], prefix).ok()?;
                    Some((name.clone(), meaning))
                };
                let outputs = frame.outputs.keys().filter_map(output).collect();
                return Ok(Meaning::Component(id.to_owned(), outputs));
            }
            [name] => *name,
            [name, ..] => {
                let message = format!("`{id}.{}` goes deeper than an output", rest.join("."));
                let mut miss = Miss::new(UNKNOWN_OUTPUT, message);
                miss.instead = Some(format!("{prefix}{id}.{name}"));
                return Err(miss);
            }
        };
        let component = frame.caller.as_ref().map_or("", |caller| &caller.component);
        match (frame.outputs.get(name), frame.output(name)) {
            (Some(Some(off)), _) => Ok(Meaning::Off(
                format!("output `{name}` of component `{component}`"),
                *off,
            )),
            (Some(None), Some(node)) => Ok(self.meaning_of(node, below, By::Itself)),
            (Some(None), None) => Ok(Meaning::Poison),
            (None, _) if frame.incomplete => Ok(Meaning::Poison),
            (None, _) => {
                let known = frame.outputs.keys().map(String::as_str);
                let miss = Miss::new(
                    UNKNOWN_OUTPUT,
                    format!("`{id}` is a component, `{component}`, without an output `{name}`"),
                );
                let names: Vec<&str> = frame.outputs.keys().map(String::as_str).collect();
                Err(miss.near(name, known, &format!("{prefix}{id}.")).help(
                    match names.is_empty() {
                        true => "it has no outputs".to_owned(),
                        false => format!("its outputs are {}", names.join(", ")),
                    },
                ))
            }
        }
    }

    /// An input of the component at hand.
    pub(crate) fn input(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        let Some(frame) = self.frame.filter(|frame| frame.caller.is_some()) else {
            let miss = Miss::new(UNKNOWN_INPUT, "`inputs` mean something only in a component");
            return Err(miss.help("here stand variables, `vars.…`; what a component is given stands under `inputs`, without `${inputs.…}`"));
        };
        let [name, path @ ..] = rest else {
            return Err(Miss::new(UNKNOWN_INPUT, "`inputs` alone names no input"));
        };
        let Some(input) = frame.inputs.get(*name) else {
            if frame.incomplete {
                return Ok(Meaning::Poison);
            }
            let known = frame.inputs.keys().map(String::as_str);
            let miss = Miss::new(
                UNKNOWN_INPUT,
                format!("the component has no input `{name}`"),
            );
            return Err(miss
                .near(name, known, "inputs.")
                .help(format!("declare it: `[inputs]` with `{name} = …`")));
        };
        match &input.held {
            // In what was not given nothing is: it is left out like the input itself.
            Given::Known(value) if value.value == Value::Null => Ok(Meaning::Value(value.clone())),
            Given::Known(value) => inside(value, path, &format!("inputs.{name}")),
            Given::Off(span) => Ok(Meaning::Off(format!("input `{name}`"), *span)),
            Given::Faulty => Ok(Meaning::Poison),
            Given::Stack(key) => match (path, &input.provides) {
                ([], _) => Ok(Meaning::Stack(key.clone())),
                ([output, ..], Some(provides))
                    if !provides.iter().any(|(known, _)| known == output) =>
                {
                    let known = provides.iter().map(|(name, _)| name.as_str());
                    let message = format!("`{output}` is not among what `{name}` provides");
                    Err(Miss::new(NOT_PROVIDED, message)
                        .near(output, known, &format!("inputs.{name}."))
                        .help(format!("add it to the `provides` of input `{name}`")))
                }
                _ => {
                    let whole: Vec<&str> = std::iter::once(key.as_str())
                        .chain(path.iter().copied())
                        .collect();
                    self.output(&whole)
                }
            },
            Given::Later(node, by) => self.later(frame, name, node, *by, path),
        }
    }

    /// What lies at `path` inside of an input that is known later.
    fn later(
        &self,
        frame: &Frame,
        name: &str,
        node: &Node,
        by: By,
        path: &[&str],
    ) -> Result<Meaning, Miss> {
        let mut node = node;
        for step in path {
            let next = match &node.value {
                Value::Map(map) if node.function().is_none() => map.get(step),
                Value::List(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
                _ => None,
            };
            let Some(next) = next else {
                let message = format!("input `{name}` holds no `{step}` that could be looked up");
                return Err(Miss::new(UNKNOWN_REFERENCE, message));
            };
            node = next;
        }
        Ok(self.meaning_of(node, frame.id, by))
    }
}
