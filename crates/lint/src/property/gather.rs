//! What holds between resources: values of a resource and of those that it refers to, set beside
//! one another and checked together.

use super::finding::Step;
use super::message;
use super::walk::{Functions, Mode, Walker};
use crate::found::Found;
use crate::scene::Scene;
use formwork_catalog::schema::{
    FromData, GatheredProperty, GatheredResource, Keyword, Literal, ResourceSchema,
};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Intrinsic, Map, Node, Resource, Value};
use std::sync::Arc;

use super::finding::Fault;
use super::scalar::{key, numeric};

/// Holds what an extension gathers for the value `node` against what it says of that.
pub(super) fn check(
    scene: &Scene<'_>,
    resource: &Resource<'_>,
    owner: &ResourceSchema,
    node: &Node,
    problems: &mut Vec<Problem>,
) {
    let Some(gather) = owner
        .root
        .combined
        .as_ref()
        .and_then(|it| it.gather.as_ref())
    else {
        return;
    };
    let remote = gather.gathered.values().find_map(|gathered| {
        let path = gathered.reference.as_ref()?;
        Some((gathered, path.to_string()))
    });
    let here = Found::all(node);
    let Some((gathered, path)) = remote else {
        return together(scene, resource, owner, &here, None, problems);
    };
    for found in here.at(&path, &scene.conditions) {
        match (found.node, found.referred()) {
            (Some(_), Some(id)) => {
                let Some(target) = scene.template.resource(id) else {
                    continue;
                };
                if is_meant(gathered, &target) {
                    let here = Found {
                        case: found.case.clone(),
                        ..here.clone()
                    };
                    together(scene, resource, owner, &here, Some(target), problems);
                }
            }
            (Some(plain), None) if plain.function().is_none() => {
                together(scene, resource, owner, &here, None, problems);
            }
            _ => {}
        }
    }
}

fn is_meant(gathered: &GatheredResource, target: &Resource<'_>) -> bool {
    gathered
        .kind
        .as_deref()
        .is_none_or(|kind| kind == target.kind)
}

/// One set of gathered values against the schema.
fn together(
    scene: &Scene<'_>,
    resource: &Resource<'_>,
    owner: &ResourceSchema,
    here: &Found<'_>,
    first: Option<Resource<'_>>,
    problems: &mut Vec<Problem>,
) {
    let Some(gather) = owner
        .root
        .combined
        .as_ref()
        .and_then(|it| it.gather.as_ref())
    else {
        return;
    };
    let mut all = Map::default();
    let mut first = first;
    for (name, gathered) in &gather.gathered {
        let target = match &gathered.reference {
            None => None,
            Some(path) => {
                let other = || {
                    let found = here.at(&path.to_string(), &scene.conditions);
                    let target = found
                        .iter()
                        .find_map(|it| scene.template.resource(it.referred()?));
                    target.filter(|target| is_meant(gathered, target))
                };
                // Without the thing referred to nothing of it is gathered.
                let Some(target) = first.take().or_else(other) else {
                    continue;
                };
                Some(target)
            }
        };
        let values = values(scene, here, target.as_ref(), gathered, resource.id_span);
        all.insert(&**name, resource.id_span, values);
    }
    let all = Node::new(all, resource.id_span);
    let mut walker = Walker::new(scene, scene.table.patterns(), owner, here.case.clone());
    walker.data = Some(&all);
    if gather.literals_only {
        walker.functions = Functions::Literal;
    }
    walker.mode = Mode::Ask;
    walker.cases(|walker| walker.value(&gather.schema, &all));
    for mut finding in walker.findings {
        let steps = finding.trail.iter().copied();
        let real = real_trail(&finding.trail, gather);
        finding.trail = real.unwrap_or_else(|| steps.skip(1).collect());
        problems.push(message::problem(&finding, resource.kind));
    }
}

/// The way to a gathered value from its own resource's properties.
fn real_trail<'a>(
    trail: &[Step<'a>],
    gather: &'a formwork_catalog::schema::Gather,
) -> Option<Box<[Step<'a>]>> {
    let (Step::Name(entry), Step::Name(property)) = (trail.first()?, trail.get(1)?) else {
        return None;
    };
    let gathered = gather.gathered.get(*entry)?;
    let GatheredProperty::Property(path, _) = gathered.properties.get(*property)? else {
        return None;
    };
    let steps = path.steps().iter().map(|step| match step {
        formwork_catalog::schema::PropertyStep::Name(name) => Step::Name(name),
        formwork_catalog::schema::PropertyStep::Each => Step::Index(0),
    });
    Some(steps.chain(trail[2..].iter().copied()).collect())
}

fn values(
    scene: &Scene<'_>,
    here: &Found<'_>,
    target: Option<&Resource<'_>>,
    gathered: &GatheredResource,
    span: Span,
) -> Node {
    let mut map = Map::default();
    for (name, property) in &gathered.properties {
        let value = match property {
            GatheredProperty::Type => target.map(|target| Node::new(target.kind, span)),
            GatheredProperty::Property(path, default) => {
                let path = path.to_string();
                let found = match target {
                    Some(target) => scene.properties(target, &path),
                    None => here.at(&path, &scene.conditions),
                };
                let there = found.iter().find_map(|found| found.node.cloned());
                there.or_else(|| default.as_ref().map(|literal| written(literal, span)))
            }
        };
        if let Some(value) = value {
            map.insert(&**name, value.span, value);
        }
    }
    Node::new(map, span)
}

fn written(literal: &Literal, span: Span) -> Node {
    let value = match literal {
        Literal::Text(text) => Value::from(&**text),
        Literal::Integer(number) => Value::from(*number),
        Literal::Number(number) => {
            serde_json::Number::from_f64(*number).map_or(Value::Null, Value::from)
        }
        Literal::Boolean(truth) => Value::from(*truth),
        Literal::Null => Value::Null,
    };
    Node::new(value, span)
}

impl<'a> Walker<'a> {
    /// Holds a value against keywords whose values were gathered.
    pub(super) fn against_data(&mut self, keywords: &'a [FromData], node: &'a Node) {
        for keyword in keywords {
            let (entry, property) = &keyword.pointer;
            let given = self.data.and_then(|data| data.get(entry)?.get(property));
            let Some(given) = given.filter(|given| self.can_be_compared(given, node)) else {
                self.unknown = true;
                continue;
            };
            let mut expected = key(given);
            if let Some(lookup) = &keyword.lookup {
                let Some(found) = lookup.get(expected.as_str()) else {
                    self.unknown = true;
                    continue;
                };
                expected = Arc::clone(found).to_string();
            }
            let number = expected.parse::<f64>().ok().zip(numeric(node));
            let fits = match keyword.keyword {
                Keyword::Const => key(node) == expected,
                Keyword::Minimum => number.is_none_or(|(least, number)| number >= least),
                Keyword::ExclusiveMinimum => number.is_none_or(|(least, number)| number > least),
                Keyword::Pattern => self.patterns.finds(&expected, &key(node)) != Some(false),
            };
            if !fits {
                let expected = match given.intrinsic() {
                    Some(Intrinsic::Ref(name)) => name.to_owned(),
                    _ => expected,
                };
                self.wrong(Fault::Unlike(expected, given.span), node);
            }
        }
    }

    /// Whether both are written out, or both refer to resources, which are one or two.
    fn can_be_compared(&self, given: &Node, node: &Node) -> bool {
        let refers = |node: &Node| match node.intrinsic() {
            Some(Intrinsic::Ref(name)) => self.scene.template.resource(name).is_some(),
            _ => false,
        };
        let is_written = |node: &Node| node.function().is_none();
        (is_written(given) && is_written(node)) || (refers(given) && refers(node))
    }
}
