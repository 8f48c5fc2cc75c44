//! Names of the text itself: its resources and parameters, and what `for_each` made of them.

use super::Scope;
use crate::codes::UNKNOWN_REFERENCE;
use crate::evaluate::resolution::{HEADS, Meaning, Miss};
use crate::model::VariableName;
use crate::scope::Frame;
use crate::scope::symbols::{DeclaredResource, Instance, Instances};

impl Scope<'_> {
    /// A resource or a parameter of this stack.
    pub(crate) fn own(&self, id: &str, rest: &[&str], prefix: &str) -> Result<Meaning, Miss> {
        let Some(stack) = self.stack else {
            let message = format!("`{id}` is not known when rendering, as it must be here");
            let miss = Miss::new(UNKNOWN_REFERENCE, message);
            return Err(miss
                .near(id, HEADS.iter().copied(), "")
                .help("variables (`vars.…`), `env.name` and `each.…` are"));
        };
        let Some(frame) = self.frame else {
            return Err(unknown(id, false));
        };
        if let Some((frame, resource)) = stack.resource(frame, id) {
            return self.declared(frame, id, resource, rest, prefix);
        }
        let whole = frame.whole.map(|whole| stack.frame(whole));
        for frame in [Some(frame), whole].into_iter().flatten() {
            if frame.made.contains_key(id) {
                return Ok(match rest {
                    [] => Meaning::Resource(frame.global(id)),
                    attribute => Meaning::Attribute(frame.global(id), attribute.join(".")),
                });
            }
            match (frame.parameters.get(id), rest) {
                (Some(parameter), []) => {
                    return Ok(Meaning::Parameter {
                        name: frame.global(id),
                        list: parameter.list,
                    });
                }
                (Some(_), _) => {
                    let mut miss = Miss::new(
                        UNKNOWN_REFERENCE,
                        format!("`{id}` is a parameter: it has no attributes"),
                    );
                    miss.instead = Some(id.to_owned());
                    return Err(miss);
                }
                (None, _) => {}
            }
        }
        match frame.incomplete {
            true => Ok(Meaning::Poison),
            false => Err(self.unknown_own(frame, id, rest, prefix)),
        }
    }

    /// A resource, or what a `for_each` or a component made of it.
    fn declared(
        &self,
        frame: &Frame,
        id: &str,
        resource: &DeclaredResource,
        rest: &[&str],
        prefix: &str,
    ) -> Result<Meaning, Miss> {
        if let Some(span) = resource.off {
            return Ok(Meaning::Off(format!("resource `{id}`"), span));
        }
        let is_one = matches!(resource.instances, Instances::One | Instances::Component(_));
        match (&resource.instances, rest) {
            (Instances::Unknown(_), _) => Ok(Meaning::Poison),
            (_, ["*", ..]) if is_one => {
                let mut miss = Miss::new(
                    UNKNOWN_REFERENCE,
                    format!("`{id}` is one resource: `.*` is for those of a `for_each`"),
                );
                miss.instead = Some(format!("{prefix}{id}.{}", rest[1..].join(".")));
                Err(miss)
            }
            (Instances::One, []) => Ok(Meaning::Resource(frame.global(id))),
            (Instances::One, attribute) => {
                Ok(Meaning::Attribute(frame.global(id), attribute.join(".")))
            }
            (Instances::Each(each), []) => Ok(Meaning::Resources(ids(each))),
            (Instances::Each(each), ["*", attribute @ ..]) if !attribute.is_empty() => {
                Ok(Meaning::Attributes(ids(each), attribute.join(".")))
            }
            (Instances::Component(below), rest) => self.component(*below, id, rest, prefix),
            (Instances::Components(each), []) => {
                let all = each
                    .iter()
                    .map(|(_, below)| self.component(*below, id, &[], prefix));
                Ok(Meaning::Several(all.collect::<Result<_, _>>()?))
            }
            (Instances::Components(each), ["*", output @ ..]) if !output.is_empty() => {
                let one = |below| self.component(below, id, output, &format!("{prefix}{id}.*."));
                let all = each.iter().map(|(_, below)| one(*below));
                Ok(Meaning::Several(all.collect::<Result<_, _>>()?))
            }
            (Instances::Each(_) | Instances::Components(_), attribute) => {
                let attribute: Vec<_> = attribute
                    .iter()
                    .filter(|step| **step != "*")
                    .copied()
                    .collect();
                let message = format!("`{id}` is a list of resources, made by `for_each`");
                let mut miss = Miss::new(UNKNOWN_REFERENCE, message);
                miss.instead = Some(format!("{prefix}{id}.*.{}", attribute.join(".")));
                Err(miss)
            }
        }
    }

    fn unknown_own(&self, frame: &Frame, id: &str, rest: &[&str], prefix: &str) -> Miss {
        let resources = frame.resources.keys().map(String::as_str);
        let known = resources.chain(frame.parameters.keys().map(String::as_str));
        let mut miss = unknown(id, frame.caller.is_some()).near(
            id,
            known.chain(HEADS.iter().copied()),
            prefix,
        );
        // What is ours is said without a prefix, and spelled like the table that it points at.
        let bare =
            VariableName::new(id).is_some_and(|name| self.world.variables.contains_key(&name));
        if bare && rest.is_empty() {
            miss.instead = Some(format!("vars.{id}"));
        }
        if frame.inputs.contains_key(id) {
            miss.instead = Some(format!("inputs.{id}"));
        }
        let rest: String = rest.iter().flat_map(|segment| [".", segment]).collect();
        miss.instead = miss.instead.map(|instead| format!("{instead}{rest}"));
        miss
    }
}

fn unknown(id: &str, in_component: bool) -> Miss {
    let place = if in_component { "component" } else { "stack" };
    let message = format!("`{id}` is no resource or parameter of this {place}");
    Miss::new(UNKNOWN_REFERENCE, message)
}

fn ids(instances: &[Instance]) -> Vec<String> {
    instances
        .iter()
        .map(|instance| instance.id.clone())
        .collect()
}
