//! What a name in `${…}` means, before it is asked whether it may stand where it stands.

use super::written::Written;
use crate::load::frame::{By, Frame, FrameId, Given};
use crate::load::world::{Declared, DeclaredResource, Held, Instance, Instances, World};
use crate::model::{AssetName, StackKey, VariableName};
use template::source::{Code, Span, nearest};
use template::{Node, PSEUDO_PARAMETERS, Value};

/// What a name means.
#[derive(Debug, Clone)]
pub(crate) enum Meaning {
    /// A value known when rendering.
    Value(Node),
    /// The value of a sensitive variable.
    Secret(VariableName),
    /// A resource of this stack.
    Resource(String),
    /// All that a `for_each` made of a resource.
    Resources(Vec<String>),
    /// A resource's attribute.
    Attribute(String, String),
    /// The attribute of all that a `for_each` made.
    Attributes(Vec<String>, String),
    /// A parameter of this stack.
    Parameter {
        /// Its name.
        name: String,
        /// Whether its value is a list.
        list: bool,
    },
    /// A pseudo parameter.
    Pseudo(String),
    /// `AWS::NoValue`.
    Removal,
    /// An output of a stack.
    Output {
        /// The stack.
        stack: StackKey,
        /// The output.
        output: String,
        /// Whether it is a list.
        list: bool,
    },
    /// A whole stack.
    Stack(StackKey),
    /// A component's use, by its outputs.
    Component(String, Vec<(String, Meaning)>),
    /// Several values, as one list.
    Several(Vec<Meaning>),
    /// A value that is written in another text.
    Written(Written),
    /// An asset, or a part of what is known of it.
    Asset(AssetName, AssetPart),
    /// Something that `when` turned off, and where.
    Off(String, Span),
    /// Something that is wrong itself: what follows from it is not said.
    Poison,
}

/// What of an asset is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssetPart {
    /// What a Lambda's `Code` takes.
    Whole,
    /// The bucket.
    Bucket,
    /// The key in the bucket.
    Key,
    /// The hash of the content.
    Hash,
}

/// Why a name means nothing.
#[derive(Debug, Clone)]
pub(crate) struct Miss {
    pub(crate) code: Code,
    pub(crate) message: String,
    /// What to write instead, without `${}`.
    pub(crate) instead: Option<String>,
    /// What else to do.
    pub(crate) help: Option<String>,
}

/// Where a name is looked up.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) world: &'a World,
    pub(crate) stack: Option<&'a Declared>,
    pub(crate) frame: Option<&'a Frame>,
    pub(crate) each: Option<&'a Instance>,
}

/// The names that are ours in a reference.
pub(crate) const HEADS: &[&str] = &[
    "vars",
    "env",
    "each",
    "assets",
    "stacks",
    "resources",
    "inputs",
];

impl Meaning {
    /// Whether it is known only after deployment.
    pub(crate) fn is_opaque(&self) -> bool {
        !matches!(self, Meaning::Value(_) | Meaning::Poison | Meaning::Removal)
    }
}

impl Miss {
    pub(crate) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            instead: None,
            help: None,
        }
    }

    fn near<'a>(
        mut self,
        given: &str,
        known: impl IntoIterator<Item = &'a str>,
        prefix: &str,
    ) -> Self {
        self.instead = nearest(given, known).map(|name| format!("{prefix}{name}"));
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

use crate::codes::{
    KNOWN_TOO_LATE, NOT_PROVIDED, UNKNOWN_ASSET, UNKNOWN_INPUT, UNKNOWN_OUTPUT, UNKNOWN_REFERENCE,
    UNKNOWN_STACK, UNKNOWN_VARIABLE,
};

impl<'a> Scope<'a> {
    /// What the name means that these segments spell.
    pub(crate) fn resolve(&self, segments: &[&str]) -> Result<Meaning, Miss> {
        match segments {
            ["vars", rest @ ..] => self.variable(rest),
            ["env", rest @ ..] => self.environment(rest),
            ["each", rest @ ..] => self.each(rest),
            ["assets", rest @ ..] => self.asset(rest),
            ["stacks", rest @ ..] => self.output(rest),
            ["resources", id, rest @ ..] => self.own(id, rest, "resources."),
            ["inputs", rest @ ..] => self.input(rest),
            [id, rest @ ..] => self.own(id, rest, ""),
            [] => Err(Miss::new(
                UNKNOWN_REFERENCE,
                "nothing stands between the braces",
            )),
        }
    }

    fn variable(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        let [name, path @ ..] = rest else {
            return Err(Miss::new(
                UNKNOWN_VARIABLE,
                "`vars` alone names no variable",
            ));
        };
        let Some(held) = self.world.variables.get(*name) else {
            if self.world.incomplete {
                return Ok(Meaning::Poison);
            }
            let known = self.world.variables.keys().map(VariableName::as_str);
            let miss = Miss::new(UNKNOWN_VARIABLE, format!("there is no variable `{name}`"));
            return Err(match self.world.variables_are_being_read {
                true => Miss::new(
                    UNKNOWN_VARIABLE,
                    "the value of a variable cannot refer to another variable",
                ),
                false => miss.near(name, known, "vars.").help(format!(
                    "declare it: `[vars]` with `{name} = …` in blueprint.toml"
                )),
            });
        };
        match held {
            Held::Known { value, .. } => inside(value, path, &format!("vars.{name}")),
            Held::Secret(secret) => Ok(Meaning::Secret(secret.variable().clone())),
            Held::Faulty => Ok(Meaning::Poison),
        }
    }

    fn environment(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        match (rest, &self.world.environment) {
            (["name"], Some(name)) => Ok(Meaning::Value(Node::new(name.as_str(), Span::default()))),
            (["name"], None) => Ok(Meaning::Value(Node::default())),
            _ => {
                let miss = Miss::new(UNKNOWN_REFERENCE, "an environment has only its `name`");
                Err(miss.near("name", ["name"], "env."))
            }
        }
    }

    fn each(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        let Some(instance) = self.each else {
            let miss = Miss::new(
                UNKNOWN_REFERENCE,
                "`each` means something only in a resource with `for_each`",
            );
            return Err(miss);
        };
        match rest {
            ["key"] => Ok(Meaning::Value(Node::new(
                instance.key.as_str(),
                instance.value.span,
            ))),
            ["index"] => Ok(Meaning::Value(Node::new(
                instance.index as i64,
                instance.value.span,
            ))),
            ["value", path @ ..] => inside(&instance.value, path, "each.value"),
            _ => {
                let given = rest.first().copied().unwrap_or_default();
                let miss = Miss::new(UNKNOWN_REFERENCE, "`each` has `key`, `value` and `index`");
                Err(miss.near(given, ["key", "value", "index"], "each."))
            }
        }
    }

    fn asset(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        let [name, part @ ..] = rest else {
            return Err(Miss::new(UNKNOWN_ASSET, "`assets` alone names no asset"));
        };
        let own = self.frame.and_then(|frame| frame.assets.get(*name));
        let found = own
            .and_then(|own| self.world.assets.get_key_value(own))
            .or_else(|| self.world.assets.get_key_value(*name));
        let Some((asset, held)) = found else {
            if self.world.incomplete {
                return Ok(Meaning::Poison);
            }
            let known = self.world.assets.keys().map(AssetName::as_str);
            let miss = Miss::new(UNKNOWN_ASSET, format!("there is no asset `{name}`"));
            return Err(miss.near(name, known, "assets.").help(format!(
                "declare it: `[assets.{name}]` with `path = …` or `crate = …`"
            )));
        };
        if held.is_none() {
            return Ok(Meaning::Poison);
        }
        let part = match part {
            [] => AssetPart::Whole,
            ["bucket"] => AssetPart::Bucket,
            ["key"] => AssetPart::Key,
            ["hash"] => AssetPart::Hash,
            [other, ..] => {
                let miss = Miss::new(
                    UNKNOWN_ASSET,
                    format!("an asset has no `{other}`, but `bucket`, `key` and `hash`"),
                );
                return Err(miss.near(
                    other,
                    ["bucket", "key", "hash"],
                    &format!("assets.{name}."),
                ));
            }
        };
        Ok(Meaning::Asset(asset.clone(), part))
    }

    fn output(&self, rest: &[&str]) -> Result<Meaning, Miss> {
        if self.stack.is_none() {
            let message = "outputs of stacks are known only after deployment, and what stands here must be known when rendering";
            return Err(Miss::new(KNOWN_TOO_LATE, message));
        }
        let [key, rest @ ..] = rest else {
            return Err(Miss::new(UNKNOWN_STACK, "`stacks` alone names no stack"));
        };
        let Some(stack) = self.world.stacks.get(*key) else {
            if self.world.incomplete || self.world.unread_stacks.contains(*key) {
                return Ok(Meaning::Poison);
            }
            let known = self.world.stacks.keys().map(StackKey::as_str);
            let rest: String = rest.iter().flat_map(|segment| [".", segment]).collect();
            let mut miss = Miss::new(UNKNOWN_STACK, format!("there is no stack `{key}`"))
                .near(key, known, "stacks.");
            miss.instead = miss.instead.map(|instead| format!("{instead}{rest}"));
            return Err(miss);
        };
        if let Some(span) = stack.off {
            return Ok(Meaning::Off(format!("stack `{key}`"), span));
        }
        let name = match rest {
            [name] => *name,
            [] => return Ok(Meaning::Stack(stack.key.clone())),
            _ => {
                let message = format!(
                    "`stacks.{key}.{}` goes deeper than an output",
                    rest.join(".")
                );
                return Err(Miss::new(UNKNOWN_OUTPUT, message));
            }
        };
        match stack.outputs.get(name) {
            Some(output) => match output.off {
                Some(span) => Ok(Meaning::Off(
                    format!("output `{name}` of stack `{key}`"),
                    span,
                )),
                None => Ok(Meaning::Output {
                    stack: stack.key.clone(),
                    output: name.to_owned(),
                    list: output.list,
                }),
            },
            None if stack.incomplete => Ok(Meaning::Poison),
            None => {
                let known = stack.outputs.keys().map(String::as_str);
                let miss = Miss::new(
                    UNKNOWN_OUTPUT,
                    format!("stack `{key}` has no output `{name}`"),
                );
                Err(miss
                    .near(name, known, &format!("stacks.{key}."))
                    .help(format!("add it to the `[outputs]` of stack `{key}`")))
            }
        }
    }

    /// A resource or a parameter of this stack.
    fn own(&self, id: &str, rest: &[&str], prefix: &str) -> Result<Meaning, Miss> {
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
            (Instances::Unknown, _) => Ok(Meaning::Poison),
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

    /// A component's use, or one of its outputs.
    fn component(
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
    fn input(&self, rest: &[&str]) -> Result<Meaning, Miss> {
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
            Given::Known(value) if value.value == Value::Null => {
                Ok(Meaning::Value(value.clone()))
            }
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

/// What the pseudo parameter of that name means.
pub(crate) fn pseudo(name: &str) -> Result<Meaning, Miss> {
    match name {
        "AWS::NoValue" => Ok(Meaning::Removal),
        _ if PSEUDO_PARAMETERS.contains(&name) => Ok(Meaning::Pseudo(name.to_owned())),
        _ => {
            let miss = Miss::new(
                UNKNOWN_REFERENCE,
                format!("there is no pseudo parameter `{name}`"),
            );
            Err(miss.near(name, PSEUDO_PARAMETERS.iter().copied(), ""))
        }
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

/// What lies at `path` inside of a known value.
fn inside(value: &Node, path: &[&str], name: &str) -> Result<Meaning, Miss> {
    let mut node = value;
    for (depth, step) in path.iter().enumerate() {
        let next = match &node.value {
            Value::Map(map) => map.get(step),
            Value::List(items) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| items.get(index)),
            _ => None,
        };
        let Some(next) = next else {
            let so_far: String = path[..depth].iter().flat_map(|step| [".", step]).collect();
            let miss = Miss::new(
                UNKNOWN_REFERENCE,
                format!("`{name}{so_far}` is {} without `{step}`", node.kind()),
            );
            let known: Vec<&str> = node
                .as_map()
                .into_iter()
                .flat_map(|map| map.keys())
                .collect();
            return Err(miss.near(step, known, &format!("{name}{so_far}.")));
        };
        node = next;
    }
    Ok(Meaning::Value(node.clone()))
}
