//! The inputs of one use of a component: declared there, given here, checked where they are given.

use super::variables;
use super::variables::{Declaration, Purpose};
use super::when::off;
use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::Session;
use crate::evaluate::{Evaluator, Found, Place, Shape, Sink};
use crate::model::StackKey;
use crate::scope::symbols::{Declared, Instance, World};
use crate::scope::value::Kind;
use crate::scope::{By, Frame, Given, Input};
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::{Entry, Function, Map, Node, Value};
use std::sync::Arc;

/// One use of a component, on the side that gives.
pub(crate) struct Giving<'a> {
    /// The text that says `use`.
    pub(crate) frame: &'a Frame,
    pub(crate) each: Option<&'a Instance>,
    /// What stands under `inputs`.
    pub(crate) given: Option<&'a Node>,
    /// The component, as a message names it.
    pub(crate) component: &'a str,
    /// Where `use` is written.
    pub(crate) span: Span,
}

/// Gives `frame`, a component's text, its inputs.
pub(crate) fn inputs(
    session: &mut Session<'_>,
    world: &World,
    giving: &Giving<'_>,
    frame: &mut Frame,
) {
    let node = Arc::clone(&frame.node);
    let empty = Map::default();
    let mut table = |node: Option<&'_ Node>| -> Option<Map> {
        Evaluator::new(session, world, None)
            .table(node?, "inputs")
            .cloned()
    };
    let declared = table(node.get("inputs")).unwrap_or(empty);
    let given = table(giving.given).unwrap_or_default();
    unknown(
        session,
        giving.component,
        &declared,
        &given,
        frame.incomplete,
    );
    if let Some(caller) = &frame.caller {
        let places = given
            .iter()
            .map(|(name, entry)| (name.to_owned(), entry.node.span));
        session
            .components
            .given
            .insert(caller.file, places.collect());
    }
    let has_when = |entry: &Entry| entry.node.as_map().is_some_and(|map| map.contains("when"));
    // Those without a `when` first: it is about them that a `when` speaks.
    for later in [false, true] {
        for (name, entry) in declared.iter() {
            if has_when(entry) == later {
                let input = one(
                    session,
                    world,
                    giving,
                    frame,
                    name,
                    entry,
                    given.entry(name),
                );
                frame.inputs.insert(name.to_owned(), input);
            }
        }
    }
}

/// Says which inputs are given that the component does not have.
pub(crate) fn unknown(
    session: &mut Session<'_>,
    component: &str,
    declared: &Map,
    given: &Map,
    incomplete: bool,
) {
    let names: Vec<&str> = declared.keys().collect();
    for (name, entry) in given.iter() {
        if declared.contains(name) || incomplete {
            continue;
        }
        let message = format!("component `{component}` has no input `{name}`");
        let problem = Problem::error(codes::UNKNOWN_INPUT, message).at(entry.key, "");
        let known = match names.is_empty() {
            true => "it has no inputs".to_owned(),
            false => format!("its inputs are {}", crate::syntax::keys::listed(&names)),
        };
        session.report(problem.help(known).suggest(nearest(name, declared.keys())));
    }
}

fn one(
    session: &mut Session<'_>,
    world: &World,
    giving: &Giving<'_>,
    frame: &Frame,
    name: &str,
    entry: &Entry,
    given: Option<&Entry>,
) -> Input {
    let mut input = Input {
        declared: entry.key,
        given: given.map(|given| given.node.span),
        kind: None,
        provides: None,
        resolve: false,
        held: Given::Faulty,
    };
    if crate::model::VariableName::new(name).is_none() {
        let message = format!(
            "`{name}` is no name of an input: small letters, digits and `_`, a letter first"
        );
        session.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
        return input;
    }
    let declaration = variables::declaration(
        session,
        world,
        (name, entry.key),
        &entry.node,
        Purpose::Input(frame),
    );
    let fields = entry
        .node
        .as_map()
        .filter(|_| entry.node.function().is_none());
    input.kind = declaration.kind;
    input.resolve = declaration.resolve;
    input.provides = fields
        .and_then(|map| map.get("provides"))
        .and_then(|node| provides(session, world, node, declaration.kind));
    if let Some(map) = fields
        && let Some(off) = off(session, world, map, Some(frame), None)
    {
        input.held = Given::Off(off);
        return input;
    }
    if declaration.faulty {
        return input;
    }
    if let Some(given) = given {
        let held = held(session, world, giving, &declaration, &given.node);
        // `${none}` is as if it were not given.
        if !matches!(&held, Given::Known(node) if node.value == Value::Null) {
            input.held = held;
            return input;
        }
        input.given = None;
    }
    let default = match fields {
        Some(map) => map.get("default"),
        None => Some(&entry.node),
    };
    input.held = match (declaration.default, default) {
        (Some(known), _) => Given::Known(known.into()),
        (None, Some(node)) => later_default(session, world, frame, node),
        (None, None) => {
            missing(session, giving, name, entry.key, declaration.kind);
            Given::Faulty
        }
    };
    input
}

fn missing(
    session: &mut Session<'_>,
    giving: &Giving<'_>,
    name: &str,
    declared: Span,
    kind: Option<Kind>,
) {
    let component = giving.component;
    let message = format!("component `{component}` needs the input `{name}`");
    let problem = Problem::error(codes::MISSING_INPUT, message)
        .at(giving.span, "")
        .at(declared, "declared here");
    let wanted = kind.map_or("a value", Kind::wanted);
    session.report(problem.help(format!("give it {wanted}: `inputs.{name} = …`")));
}

fn provides(
    session: &mut Session<'_>,
    world: &World,
    node: &Node,
    kind: Option<Kind>,
) -> Option<Vec<(String, Span)>> {
    if kind.is_some_and(|kind| kind != Kind::Stack) {
        let message = "`provides` is for inputs of type `stack`";
        session.report(Problem::error(codes::BAD_VARIABLE, message).at(node.span, ""));
        return None;
    }
    Some(Evaluator::new(session, world, None).known_texts(node, "`provides`"))
}

/// A default that only the deployment knows, or nothing at all.
fn later_default(session: &mut Session<'_>, world: &World, frame: &Frame, node: &Node) -> Given {
    let mut evaluator = Evaluator::new(session, world, None);
    evaluator.frame = Some(frame);
    match evaluator.scope().is_known(node) {
        true => Given::Known(Arc::default()), // `${none}`, or something wrong that was said
        false => Given::Later(Arc::new(node.clone()), By::Itself),
    }
}

/// What a given value is, judged where it is written if it is known already.
fn held(
    session: &mut Session<'_>,
    world: &World,
    giving: &Giving<'_>,
    declaration: &Declaration,
    node: &Node,
) -> Given {
    let mut evaluator = Evaluator::new(session, world, None);
    evaluator.frame = Some(giving.frame);
    evaluator.each = giving.each;
    if declaration.kind == Some(Kind::Stack) || !evaluator.scope().is_known(node) {
        return Given::Later(Arc::new(node.clone()), By::Caller);
    }
    let before = evaluator.session.problems.len();
    // A text that is written here may hold what a value that comes in may not.
    let known = match node.as_str() {
        Some(text) if !crate::evaluate::text::has_references(text) => Some(node.clone()),
        _ => evaluator.at(Place::known("an input"), node),
    };
    if session.problems.len() > before {
        return Given::Faulty;
    }
    let Some(known) = known else {
        return Given::Known(Arc::default());
    };
    let mut is_poisoned = false;
    known.walk(&mut |node| is_poisoned |= crate::scope::value::is_poison(node));
    if is_poisoned {
        return Given::Faulty;
    }
    let is_good = declaration.judge(session, &known, node.span);
    for problem in session.problems.iter_mut().skip(before) {
        *problem = problem.clone().at(declaration.span, "declared here");
    }
    let is_affordable = session.spend(crate::scope::value::size(&known), node.span);
    match is_good && is_affordable {
        true => Given::Known(known.into()),
        false => Given::Faulty,
    }
}

/// Finds the stacks that inputs are, when all stacks are declared, and checks what they provide.
pub(crate) fn stacks(session: &mut Session<'_>, world: &mut World) {
    let mut found: Vec<(StackKey, usize, String, Given)> = Vec::new();
    let keys: Vec<StackKey> = world.stacks.keys().cloned().collect();
    for key in keys {
        let count = world.stacks.get(&key).map_or(0, |stack| stack.frames.len());
        // A component hands on what it was given: so those around it come first.
        for index in 0..count {
            let Some(stack) = world.stacks.get(&key) else {
                continue;
            };
            for (name, input) in &stack.frames[index].inputs {
                if input.kind == Some(Kind::Stack)
                    && let Given::Later(node, by) = &input.held
                {
                    let held = stack_of(session, world, stack, index, input, node, *by);
                    found.push((key.clone(), index, name.clone(), held));
                }
            }
            for (key, index, name, held) in found.drain(..) {
                let stack = world.stacks.get_mut(&key);
                let frame = stack.and_then(|stack| stack.frames.get_mut(index));
                if let Some(input) = frame.and_then(|frame| frame.inputs.get_mut(&name)) {
                    input.held = held;
                }
            }
        }
    }
}

fn stack_of(
    session: &mut Session<'_>,
    world: &World,
    stack: &Declared,
    index: usize,
    input: &Input,
    node: &Node,
    by: By,
) -> Given {
    let frame = &stack.frames[index];
    let mut evaluator = Evaluator::new(session, world, Some(stack));
    let Some(scope) = evaluator.scope().of(frame.id, by) else {
        return Given::Faulty;
    };
    evaluator.frame = scope.frame;
    evaluator.each = scope.each;
    evaluator.place = Place::STACK;
    let key = match evaluator.value(node) {
        Found::Known(known) => match known.as_str().and_then(StackKey::new) {
            Some(key) if world.stacks.contains_key(&key) && node.as_str() != Some(key.as_str()) => {
                key
            }
            _ => {
                let problem = wrong_type("the input", "a whole stack", &known);
                session.report(
                    problem
                        .at(input.declared, "declared here")
                        .help("write `${stacks.KEY}`"),
                );
                return Given::Faulty;
            }
        },
        Found::Reference(..) | Found::Removed => {
            let problem = wrong_type("the input", "a whole stack", node);
            session.report(problem.help("write `${stacks.KEY}`"));
            return Given::Faulty;
        }
        Found::Poison => return Given::Faulty,
    };
    let component = frame.caller.as_ref().map_or("", |caller| &caller.component);
    let given = &world.stacks[&key];
    for (output, span) in input.provides.iter().flatten() {
        let held = given.outputs.get(output);
        let message = match held {
            Some(output) if output.off.is_none() => continue,
            None if given.incomplete || given.gains_outputs => continue,
            Some(_) => format!(
                "output `{output}` of stack `{key}` is turned off, and component `{component}` needs it"
            ),
            None => format!(
                "stack `{key}` has no output `{output}`, which component `{component}` needs"
            ),
        };
        let problem = Problem::error(codes::NOT_PROVIDED, message)
            .at(node.span, "")
            .at(*span, "needed here");
        let near = nearest(output, given.outputs.keys().map(String::as_str));
        session.report(match near {
            Some(near) if held.is_none() => problem.help(format!("it has `{near}`")),
            _ => problem.help(format!("add it to the `[outputs]` of stack `{key}`")),
        });
    }
    Given::Stack(key)
}

/// Checks the inputs of a text that are known only when all names are.
pub(crate) fn check(evaluator: &mut Evaluator<'_, '_>, frame: &Frame) {
    let outside = (evaluator.frame, evaluator.each);
    for (name, input) in &frame.inputs {
        let Given::Later(node, by) = &input.held else {
            continue;
        };
        let Some(scope) = evaluator.scope().of(frame.id, *by) else {
            continue;
        };
        // What is made for it is made again where it is used.
        let sink = std::mem::take(&mut evaluator.sink);
        evaluator.frame = scope.frame;
        evaluator.each = scope.each;
        evaluator.place = Place::INPUT;
        let found = evaluator.value(node);
        (evaluator.frame, evaluator.each) = outside;
        let made: Sink = std::mem::replace(&mut evaluator.sink, sink);
        drop(made);
        if let Some(kind) = input.kind
            && let Some(is) = misfit(kind, &found)
        {
            let message = format!("the input `{name}` is {}, not {is}", kind.wanted());
            let problem = Problem::error(codes::WRONG_TYPE, message)
                .at(node.span, format!("must be {}", kind.wanted()))
                .at(input.declared, "declared here");
            evaluator.session.report(problem);
        }
    }
}

/// What a value is that an input of that kind does not take.
fn misfit(kind: Kind, found: &Found) -> Option<&'static str> {
    let is_text = |node: &Node| {
        matches!(
            node.function(),
            Some((Function::Sub | Function::Join | Function::Base64, _))
        )
    };
    match (kind, found) {
        (Kind::List, Found::Reference(_, Shape::List)) => None,
        (Kind::List, Found::Reference(node, Shape::One)) => match node.function() {
            Some((Function::Ref, _)) => Some("a single value"),
            _ if is_text(node) => Some("a text"),
            _ => None,
        },
        (Kind::Map, Found::Reference(_, Shape::List)) => Some("a list"),
        (Kind::Map, Found::Reference(node, Shape::One)) => match node.function() {
            Some((Function::Ref, _)) => Some("a single value"),
            _ if is_text(node) => Some("a text"),
            _ => None,
        },
        (Kind::List | Kind::Map, Found::Known(node)) => match (kind, &node.value) {
            (Kind::List, Value::List(_)) | (Kind::Map, Value::Map(_)) => None,
            _ => Some(node.kind()),
        },
        (_, Found::Reference(_, Shape::List)) => Some("a list"),
        (_, Found::Known(node)) => match (&node.value, kind) {
            (Value::String(_), Kind::String)
            | (Value::Bool(_), Kind::Boolean)
            | (Value::Number(_), Kind::Integer | Kind::Number) => None,
            _ => Some(node.kind()),
        },
        _ => None,
    }
}
