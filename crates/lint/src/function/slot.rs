//! The parts of functions' arguments: whether each is of a kind, and from a function, that it may be.

use super::grammar::{self, Asks, Form, Slot};
use super::kinds::Kinds;
use crate::codes;
use crate::scene::Scene;
use formwork_catalog::regions::Region;
use formwork_template::diagnostics::Problem;
use formwork_template::intrinsic::{Attribute, RULE_FUNCTIONS};
use formwork_template::parameter::is_list_type;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Intrinsic, Node, Section, dynamic_references};

/// Where in a template a function stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a rule.
    Rule,
    /// In a condition.
    Condition,
    /// In a resource or an output.
    Value,
}

/// Checks the parts of an argument that has its function's form.
pub(super) fn arguments(
    function: Function,
    argument: &Node,
    place: Place,
    scene: &Scene<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut checker = Checker {
        function,
        place,
        scene,
        problems,
    };
    let items = argument.as_list().unwrap_or_default();
    match grammar::form(function, scene.language) {
        Form::One(slot) => checker.slot(argument, slot),
        Form::Each(slots, _) => {
            for (item, slot) in items.iter().zip(slots) {
                checker.slot(item, slot);
            }
            checker.index(items);
        }
        Form::Same(slot, _, most) => {
            for item in items.iter().take(most) {
                checker.slot(item, slot);
            }
            if let Some(default) = items.get(most) {
                checker.keys(default, &["DefaultValue"], 1, None);
            }
        }
        Form::Keys(keys, needed, slot) => checker.keys(argument, keys, needed, Some(slot)),
        Form::Own if function == Function::Sub => checker.sub(argument),
        Form::Own if function == Function::GetAtt => {
            if let Some(attribute) = items.get(1) {
                checker.slot(attribute, &grammar::ATTRIBUTE);
            }
        }
        Form::Own => {}
    }
}

/// The kinds of value that a function gives.
pub(crate) fn gives(function: Function, argument: &Node, scene: &Scene<'_>) -> Kinds {
    match Intrinsic::of(function, argument) {
        Intrinsic::Ref("AWS::NoValue") => Kinds::ANY,
        Intrinsic::Ref("AWS::NotificationARNs") => Kinds::LIST,
        Intrinsic::Ref(name) => {
            let parameters = scene.template.section(Section::Parameters);
            let parameter = parameters.and_then(|section| section.get(name));
            let kind = parameter.and_then(|parameter| parameter.get("Type")?.as_str());
            match kind.is_some_and(is_list_type) {
                true => Kinds::LIST,
                false => Kinds::TEXT,
            }
        }
        Intrinsic::GetAtt {
            resource,
            attribute: Attribute::Name(attribute),
        } => attribute_kinds(resource, attribute, scene),
        _ if function == Function::FindInMap => {
            mapped(argument, scene).unwrap_or_else(|| grammar::gives(function))
        }
        _ => grammar::gives(function),
    }
}

/// The kind of the value that a mapping has, where the keys are written out.
fn mapped(argument: &Node, scene: &Scene<'_>) -> Option<Kinds> {
    let [mapping, first, second] = argument.as_list()? else {
        return None;
    };
    let mappings = scene.template.section(Section::Mappings)?;
    let mapping = mappings.get(mapping.as_str()?)?;
    let value = mapping.get(first.as_str()?)?.get(second.as_str()?)?;
    value.function().is_none().then(|| Kinds::of(value))
}

/// The kinds of a resource's attribute, as far as the table knows them.
fn attribute_kinds(resource: &str, attribute: &str, scene: &Scene<'_>) -> Kinds {
    let resource = scene.template.resource(resource);
    let schema = resource.and_then(|resource| scene.table.resource(resource.kind));
    let attribute = schema.and_then(|schema| schema.attribute(attribute));
    attribute.map_or(Kinds::ANY, |attribute| Kinds::of_types(attribute.kind))
}

struct Checker<'s, 'a, 'p> {
    function: Function,
    place: Place,
    scene: &'s Scene<'a>,
    problems: &'p mut Vec<Problem>,
}

impl Checker<'_, '_, '_> {
    fn push(&mut self, node: &Node, message: String, label: impl Into<String>) {
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        self.problems.push(problem.at(node.span, label));
    }

    fn slot(&mut self, node: &Node, slot: &Slot) {
        let key = self.function.key();
        let called = node
            .function()
            .filter(|(function, _)| *function != Function::Condition || slot.kinds == Kinds::TRUTH);
        if let Some((function, argument)) = called {
            self.given(node, function, argument, slot);
            return;
        }
        if let Some(name) = node.unknown_function() {
            let known_here = self.place == Place::Rule && RULE_FUNCTIONS.contains(&name);
            // One that does not exist, or not here, is reported for itself.
            if known_here && !slot.kinds.meets(Kinds::TRUTH) && slot.functions.is_empty() {
                self.push(
                    node,
                    format!("the {} of `{key}` must be written out", slot.name),
                    name,
                );
            }
            return;
        }
        let kind = Kinds::of(node);
        if !slot.kinds.meets(kind) {
            let message = format!(
                "the {} of `{key}` is {}, not {}",
                slot.name,
                slot.kinds,
                node.kind()
            );
            self.push(node, message, format!("must be {}", slot.kinds));
            return;
        }
        self.asked(node, slot);
        if let (Some(item_slot), Some(items)) = (slot.items, node.as_list()) {
            for item in items {
                self.slot(item, item_slot);
            }
        }
    }

    fn given(&mut self, node: &Node, function: Function, argument: &Node, slot: &Slot) {
        let key = self.function.key();
        if !slot.functions.contains(&function) {
            // A table may have a key of that name.
            if slot.kinds.meets(Kinds::TABLE) {
                return;
            }
            let message = format!(
                "the {} of `{key}` cannot come from `{}`",
                slot.name,
                function.key()
            );
            let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
            let help = match slot.functions {
                [] => "write it out".to_owned(),
                known => {
                    let keys: Vec<&str> = known.iter().map(|function| function.key()).collect();
                    format!("it can come from {}", keys.join(", "))
                }
            };
            self.problems
                .push(problem.at(node.span, "not from this function").help(help));
            return;
        }
        if let (Function::If, Some([_, yes, no])) = (function, argument.as_list()) {
            self.slot(yes, slot);
            self.slot(no, slot);
            return;
        }
        let gives = gives(function, argument, self.scene);
        if !slot.kinds.meets(gives) {
            let message = format!(
                "the {} of `{key}` is {}, and `{}` gives {gives}",
                slot.name,
                slot.kinds,
                function.key()
            );
            self.push(node, message, format!("must be {}", slot.kinds));
        }
    }

    /// What is asked of a value that is written out.
    fn asked(&mut self, node: &Node, slot: &Slot) {
        let key = self.function.key();
        let text = formwork_template::parameter::scalar_text(node);
        let wrong = match (slot.asks, text.as_deref()) {
            (Asks::Integer(least, most), Some(text)) => {
                let number = text.parse::<i64>().ok();
                let fits = number.is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| match most {
                    i64::MAX => format!("a whole number from {least} on"),
                    _ => format!("a whole number from {least} to {most}"),
                })
            }
            (Asks::AddressBlock, Some(text)) => {
                (!is_address_block(text)).then(|| "an IPv4 block, as `10.0.0.0/16`".to_owned())
            }
            (Asks::Region, Some(text)) => (!text.is_empty() && Region::named(text).is_none())
                .then(|| "a region's name, or empty for the stack's own".to_owned()),
            (Asks::Filled, _) => {
                let empty = node.as_list().is_some_and(<[Node]>::is_empty)
                    || node.as_map().is_some_and(formwork_template::Map::is_empty);
                empty.then(|| "not empty".to_owned())
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            let message = match text {
                Some(text) => format!("the {} of `{key}` is {wrong}, not `{text}`", slot.name),
                None => format!("the {} of `{key}` is {wrong}", slot.name),
            };
            self.push(node, message, "here");
        }
        let resolved = self.function == Function::Split && slot.name == "text";
        if let Some(text) = node.as_str().filter(|_| resolved)
            && !dynamic_references(text).is_empty()
        {
            let message = "`Fn::Split` splits a dynamic reference before it is resolved".to_owned();
            self.push(node, message, "not resolved yet");
        }
    }

    /// That an `Fn::Select` of a list that is written out has that item.
    fn index(&mut self, items: &[Node]) {
        let (Function::Select, [index, list]) = (self.function, items) else {
            return;
        };
        let number = formwork_template::parameter::scalar_text(index)
            .and_then(|text| text.parse::<i64>().ok());
        let (Some(number), Some(list)) = (number, list.as_list()) else {
            return;
        };
        let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
        if number >= count {
            let message = format!("`Fn::Select` asks for item {number} of a list of {count}");
            self.push(index, message, "the first item is 0");
        }
    }

    fn keys(&mut self, node: &Node, keys: &[&str], needed: usize, slot: Option<&Slot>) {
        let key = self.function.key();
        let Some(map) = node.as_map() else {
            let message = format!("`{key}` takes a table there, not {}", node.kind());
            self.push(node, message, "must be a table");
            return;
        };
        for name in keys.iter().take(needed).filter(|name| !map.contains(name)) {
            self.push(node, format!("`{key}` needs `{name}`"), "not there");
        }
        for (name, entry) in map.iter() {
            match (keys.contains(&name), slot) {
                (false, _) => {
                    let message = format!("`{key}` has no `{name}`");
                    let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
                    let near = formwork_template::diagnostics::nearest(name, keys.iter().copied());
                    let problem = problem.at(entry.key, "unknown here").suggest(near);
                    self.problems.push(problem);
                }
                (true, Some(slot)) => self.slot(&entry.node, slot),
                (true, None) => {}
            }
        }
    }

    /// The values of an `Fn::Sub`'s own names, and the kinds of what its text refers to.
    fn sub(&mut self, argument: &Node) {
        let Intrinsic::Sub { text, variables } = Intrinsic::of(Function::Sub, argument) else {
            return;
        };
        for (_, entry) in variables.into_iter().flat_map(formwork_template::Map::iter) {
            self.slot(&entry.node, &grammar::SUB_VALUE);
        }
        for part in parts(text) {
            let Part::Reference { name, .. } = part else {
                continue;
            };
            if variables.is_some_and(|own| own.contains(name)) {
                continue;
            }
            let kinds = match name.split_once('.') {
                Some((resource, attribute)) => attribute_kinds(resource, attribute, self.scene),
                None => {
                    let node = Node::new(name, argument.span);
                    gives(Function::Ref, &node, self.scene)
                }
            };
            if !kinds.meets(Kinds::TEXT) {
                let message = format!("`${{{name}}}` is {kinds}, and cannot stand in a text");
                let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
                let help = format!(
                    "give `Fn::Sub` a name of its own for it, with an `Fn::Join` of `{name}`"
                );
                self.problems
                    .push(problem.at(argument.span, "not a text").help(help));
            }
        }
    }
}

/// Whether `text` is an IPv4 block.
fn is_address_block(text: &str) -> bool {
    if !dynamic_references(text).is_empty() {
        return true;
    }
    text.split_once('/').is_some_and(|(address, bits)| {
        address.parse::<std::net::Ipv4Addr>().is_ok()
            && bits.parse::<u8>().is_ok_and(|bits| bits <= 32)
    })
}
