//! A component that a stack uses as a resource: its inputs, and what it made.

use formwork_blueprint::ComponentUse;
use serde_json::Value;

use super::stack::{StackView, member};
use crate::explain::as_json;
use crate::explain::value::{Explained, Kind, Member, Source};

impl StackView<'_, '_> {
    /// The component of that name; nothing where the stack as a whole is one.
    pub(super) fn component_named(&self, name: &str) -> Option<Explained> {
        let mut used = self.stack.components.iter();
        used.find(|used| used.prefix == name && !name.is_empty())
            .map(|used| self.of_component(used))
    }

    /// What the component is given, or has by itself.
    pub(super) fn inputs(&self, used: &ComponentUse) -> Vec<Member> {
        let inputs = used.inputs.iter();
        inputs
            .map(|(name, input)| {
                let stack = || Some(format!("${{stacks.{}}}", input.stack.as_ref()?).into());
                let value = input.value.as_ref().map(as_json).or_else(stack);
                let place = self.view.place(input.given.unwrap_or(input.declared));
                member("inputs", name, value.unwrap_or(Value::Null), place)
            })
            .collect()
    }

    fn of_component(&self, used: &ComponentUse) -> Explained {
        let written = self.view.place(used.span);
        let mut members = self.inputs(used);
        for resource in self.template().resources() {
            let is_of_it = |source: &Source| source.place == written;
            // Those of another item of a `for_each` come through the same place.
            if resource.id.starts_with(&used.prefix)
                && self.through(resource.id_span).iter().any(is_of_it)
            {
                let place = self.view.place(resource.id_span);
                members.push(member(
                    "resources",
                    resource.id,
                    resource.kind.into(),
                    place,
                ));
            }
        }
        Explained {
            about: used.component.clone(),
            written,
            members,
            ..Explained::new(Kind::Component, self.name(&used.prefix))
        }
    }
}
