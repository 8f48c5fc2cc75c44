//! What a blueprint declares, before its values are evaluated: the names that references can mean.

use super::value::poison;
use super::{Frame, FrameId, OWN};
use crate::model::{Asset, AssetName, EnvName, SecretValue, StackKey, VariableName};
use formwork_template::diagnostics::Span;
use formwork_template::{Node, Template};
use indexmap::IndexMap;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Everything that a name can mean.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) variables: IndexMap<VariableName, Held>,
    /// While it is set no variable can be referred to.
    pub(crate) variables_are_being_read: bool,
    pub(crate) environment: Option<EnvName>,
    /// The assets; those that are wrong are there without content.
    pub(crate) assets: IndexMap<AssetName, Option<Asset>>,
    pub(crate) assets_bucket: Option<String>,
    pub(crate) stacks: IndexMap<StackKey, Declared>,
    /// Stacks whose file could not be read: nothing about them is said twice.
    pub(crate) unread_stacks: BTreeSet<String>,
    /// Whether `blueprint.toml` is broken, so that what it declares may be missing here.
    pub(crate) incomplete: bool,
}

/// What a variable holds.
#[derive(Debug)]
pub(crate) enum Held {
    /// A value, and whether `{{resolve:` may stand in it.
    Known { value: Arc<Node>, resolve: bool },
    /// A value that is not to be printed.
    Secret(SecretValue),
    /// Something wrong; it was said.
    Faulty,
}

/// The names of a stack.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) key: StackKey,
    /// Where the key is written.
    pub(crate) span: Span,
    /// Where it was turned off.
    pub(crate) off: Option<Span>,
    /// Whether a part of it could not be read, so that names may be missing here.
    pub(crate) incomplete: bool,
    /// The template, if the stack is an existing one.
    pub(crate) template: Option<Template>,
    /// The texts that it is made of: its own first, then every component that one of them uses.
    pub(crate) frames: Vec<Frame>,
    /// The resources and parameters of all its texts, by the names that CloudFormation hears.
    pub(crate) ids: HashMap<String, Span>,
    pub(crate) outputs: IndexMap<String, DeclaredOutput>,
    /// Whether macros may make outputs that are not among these.
    pub(crate) gains_outputs: bool,
    /// The same stack as it is written a second time, which was said to be wrong.
    pub(crate) again: Option<Box<Declared>>,
}

/// A resource as it is declared.
#[derive(Debug)]
pub(crate) struct DeclaredResource {
    pub(crate) span: Span,
    pub(crate) off: Option<Span>,
    pub(crate) instances: Instances,
}

/// How many resources one table makes.
#[derive(Debug)]
pub(crate) enum Instances {
    /// One, under its own name.
    One,
    /// One for each item.
    Each(Vec<Instance>),
    /// All those of a component.
    Component(FrameId),
    /// Those of a component for each item.
    Components(Vec<(Instance, FrameId)>),
    /// Nobody knows: its `for_each` or `use` is wrong, and that was said. What is made of the
    /// table is checked for an item that nobody knows.
    Unknown(Instance),
}

/// One resource of a `for_each`.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// Its logical id.
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) value: Arc<Node>,
    pub(crate) index: usize,
}

impl Instance {
    /// An item that nobody knows, of the resource that CloudFormation hears of as `id`.
    pub(crate) fn unknown(id: String, span: Span) -> Self {
        Self {
            id,
            key: String::new(),
            value: poison(span).into(),
            index: 0,
        }
    }
}

/// A parameter as it is declared.
#[derive(Debug)]
pub(crate) struct DeclaredParameter {
    pub(crate) list: bool,
}

/// An output as it is declared.
#[derive(Debug, Clone)]
pub(crate) struct DeclaredOutput {
    pub(crate) off: Option<Span>,
    pub(crate) list: bool,
    /// Where it is written.
    pub(crate) span: Span,
    /// The text in which it is written.
    pub(crate) frame: FrameId,
}

impl Declared {
    /// Takes in the same stack as it is written again: others may refer to the outputs of either.
    pub(crate) fn add(&mut self, again: Declared) {
        for (name, output) in &again.outputs {
            self.outputs
                .entry(name.clone())
                .or_insert_with(|| DeclaredOutput {
                    frame: OWN, // where it is not: the text that has it is none of this one's
                    ..output.clone()
                });
        }
        self.again = Some(Box::new(again));
    }

    /// Whether a resource or parameter of the stack has that name.
    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.contains_key(id)
    }

    /// The stack's own text, overlays applied.
    pub(crate) fn node(&self) -> &Node {
        &self.own().node
    }

    /// The stack's own text with its names.
    pub(crate) fn own(&self) -> &Frame {
        &self.frames[0] // never empty: `declare` begins with it
    }

    /// The text that `id` names.
    pub(crate) fn frame(&self, id: FrameId) -> &Frame {
        &self.frames[id.0]
    }
}

impl Declared {
    /// A resource that a text can name, and the text that has it: what stands in the component
    /// that a stack is as a whole has its names in the stack too.
    pub(crate) fn resource<'d>(
        &'d self,
        frame: &'d Frame,
        id: &str,
    ) -> Option<(&'d Frame, &'d DeclaredResource)> {
        if let Some(resource) = frame.resources.get(id) {
            return Some((frame, resource));
        }
        let whole = self.frame(frame.whole?);
        Some((whole, whole.resources.get(id)?))
    }

    /// The logical ids of everything that one name of a text makes.
    pub(crate) fn ids_of(&self, frame: &Frame, id: &str) -> Option<Vec<String>> {
        let (frame, resource) = self.resource(frame, id)?;
        let mut ids = Vec::new();
        self.collect(frame, id, resource, &mut ids);
        Some(ids)
    }

    fn collect(&self, frame: &Frame, id: &str, resource: &DeclaredResource, ids: &mut Vec<String>) {
        if resource.off.is_some() {
            return;
        }
        let mut all_of = |below: FrameId| {
            let below = self.frame(below);
            for (id, resource) in &below.resources {
                self.collect(below, id, resource, ids);
            }
        };
        match &resource.instances {
            Instances::Component(below) => all_of(*below),
            Instances::Components(each) => each.iter().for_each(|(_, below)| all_of(*below)),
            Instances::One | Instances::Unknown(_) => ids.push(frame.global(id)),
            Instances::Each(each) => ids.extend(each.iter().map(|each| each.id.clone())),
        }
    }
}

/// Whether a parameter of that type holds a list.
pub(crate) fn is_list_type(kind: &str) -> bool {
    kind == "CommaDelimitedList"
        || kind.starts_with("List<")
        || kind.contains("Value<List<")
        || kind.contains("Value<CommaDelimitedList")
}
