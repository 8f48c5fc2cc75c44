//! Converts a resolution to a node, if its position allows it.

use super::requirements::ValueSource;
use super::resolution::{AssetPart, Resolution};
use super::{AllowedValues, At, Evaluated, Evaluator, ValueShape};
use crate::codes;
use crate::model::{ASSET_MARK, AssetName, AssetSource};
use crate::scope::symbols::VariableValue;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node};

impl Evaluator<'_, '_> {
    /// Converts a resolution to a node at the current position.
    #[expect(clippy::too_many_lines, reason = "one arm for each kind of resolution")]
    pub(crate) fn evaluate_resolution(&mut self, resolution: Resolution, at: At<'_>) -> Evaluated {
        let span = at.span;
        if let Some(problem) = self.position_error(&resolution, at) {
            self.context.report(problem);
            return Evaluated::Invalid;
        }
        match resolution {
            Resolution::Value(node) if node.value == formwork_template::Value::Null => {
                Evaluated::Removed
            }
            Resolution::Value(node) => {
                if !self.spend(&node, at) {
                    return Evaluated::Invalid;
                }
                Evaluated::Known(Node::new(node.value.clone(), span))
            }
            Resolution::Removal => Evaluated::Removed,
            Resolution::Invalid | Resolution::Disabled(..) => Evaluated::Invalid,
            Resolution::Resource(id) => {
                Evaluated::Reference(reference(&id, span), ValueShape::Single)
            }
            // Checked before the list is created: hundreds of instances could each create hundreds
            // of items.
            Resolution::Resources(_) | Resolution::Attributes(..) if self.context.is_spent() => {
                Evaluated::Invalid
            }
            Resolution::Resources(ids) => {
                let items: Vec<Node> = ids.iter().map(|id| reference(id, span)).collect();
                self.listed(items, at)
            }
            Resolution::Attribute(id, attribute) => {
                Evaluated::Reference(attribute_of(&id, &attribute, span), ValueShape::Single)
            }
            Resolution::Attributes(ids, attribute) => {
                let one = |id: &String| attribute_of(id, &attribute, span);
                let items: Vec<Node> = ids.iter().map(one).collect();
                self.listed(items, at)
            }
            Resolution::Parameter { name, list } => {
                Evaluated::Reference(reference(&name, span), shape(list))
            }
            Resolution::Pseudo(name) => {
                let list = name == "AWS::NotificationARNs";
                Evaluated::Reference(reference(&name, span), shape(list))
            }
            Resolution::Output {
                stack,
                output,
                list,
            } => {
                let label = self.label(at);
                self.requirements
                    .output_uses
                    .push((stack.clone(), output.clone(), label));
                self.parameter(ValueSource::Output(stack, output), list, label, span)
            }
            Resolution::Secret(variable) => {
                let label = self.label(at);
                self.parameter(ValueSource::Secret(variable), false, label, span)
            }
            Resolution::Asset(name, part) => self.asset(&name, part, at),
            Resolution::Stack(key) => Evaluated::Known(Node::new(key.as_str(), span)),
            Resolution::Component(..) => Evaluated::Invalid, // always refused
            Resolution::Several(resolutions) => self.evaluate_list(resolutions, at),
            Resolution::Deferred(written) => self.evaluate_deferred(&written, at),
        }
    }

    /// Returns a list of references, within the budget.
    fn listed(&mut self, items: Vec<Node>, at: At<'_>) -> Evaluated {
        let node = Node::new(items, at.span);
        match self.spend(&node, at) {
            true => Evaluated::Reference(node, ValueShape::List),
            false => Evaluated::Invalid,
        }
    }

    fn parameter(&mut self, source: ValueSource, list: bool, label: Span, span: Span) -> Evaluated {
        let Some(stack) = self.stack else {
            return Evaluated::Invalid; // outside a stack only known values are allowed
        };
        let name = self.requirements.parameter(stack, source, list, label);
        Evaluated::Reference(reference(&name, span), shape(list))
    }

    /// Returns the problem of a resolution that the position does not allow.
    #[expect(
        clippy::too_many_lines,
        reason = "a table of resolutions and positions"
    )]
    fn position_error(&self, resolution: &Resolution, at: At<'_>) -> Option<Problem> {
        let written = &at.text[at.start..at.end];
        let what = self.position.what;
        if let Resolution::Disabled(name, off) = resolution {
            let message = format!("{name} is disabled by its `when`");
            let problem = Problem::error(codes::TURNED_OFF, message);
            let help =
                "give both the same `when`, or choose in an expression: `${X if … else none}`";
            return Some(
                problem
                    .at(self.label(at), "needs it")
                    .at(*off, "disabled here")
                    .help(help),
            );
        }
        if matches!(resolution, Resolution::Deferred(_) | Resolution::Several(_)) {
            return None; // checked when it is evaluated
        }
        let (code, message, help) = match (resolution, self.position.allowed) {
            (Resolution::Stack(key), allowed) if allowed != AllowedValues::Stack => {
                let message = format!("expected one value for {what}, found the stack `{written}`");
                let stack = self.symbols.stacks.get(key);
                let first = stack.and_then(|stack| stack.outputs.keys().next());
                let name = written.trim_start_matches("${").trim_end_matches('}').trim();
                let instead = first.map(|output| format!("write one of its outputs, as `${{{name}.{output}}}`"));
                (
                    codes::UNKNOWN_OUTPUT,
                    message,
                    instead.unwrap_or_else(|| "a stack is allowed only as a component's input of type `stack`".to_owned()),
                )
            }
            (Resolution::Component(id, outputs), _) => {
                let message = format!("expected a value, found the component `{id}`");
                let help = match outputs.first() {
                    Some((output, _)) => format!("write `${{{id}.{output}}}`"),
                    None => "it has no outputs".to_owned(),
                };
                (codes::UNKNOWN_REFERENCE, message, help)
            }
            (Resolution::Stack(_), _) => return None,
            (_, AllowedValues::Stack) => (
                codes::WRONG_TYPE,
                format!("expected a stack for {what}, found `{written}`"),
                "write `${stacks.KEY}`".to_owned(),
            ),
            (Resolution::Secret(variable), AllowedValues::Known | AllowedValues::Parameters | AllowedValues::Deployed) => (
                codes::SENSITIVE_VALUE,
                format!("`vars.{variable}` is sensitive and not allowed in {what}"),
                "a sensitive value is allowed in properties of resources, alone or inside longer text".to_owned(),
            ),
            (resolution, AllowedValues::Known) if resolution.is_known_after_deploy() && !matches!(resolution, Resolution::Asset(..)) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only after deployment, and {what} must be known when rendering"),
                "variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering".to_owned(),
            ),
            (
                Resolution::Resource(_) | Resolution::Resources(_) | Resolution::Attribute(..) | Resolution::Attributes(..)
                | Resolution::Parameter { .. } | Resolution::Pseudo(_) | Resolution::Asset(..),
                AllowedValues::Parameter,
            ) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only when the stack is deployed, and {what} is sent before"),
                "a parameter's value is known when rendering, or is another stack's output".to_owned(),
            ),
            (Resolution::Resource(_) | Resolution::Resources(_) | Resolution::Attribute(..) | Resolution::Attributes(..), AllowedValues::Parameters) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only after deployment, and {what} can contain only parameters and pseudo parameters"),
                "use a variable, a parameter, or another stack's output (formwork passes it as a parameter)".to_owned(),
            ),
            (Resolution::Asset(..), AllowedValues::Known | AllowedValues::Parameters) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known when the asset is packed, and {what} must be known before"),
                "assets are allowed in properties of resources, in metadata and in outputs".to_owned(),
            ),
            _ => return None,
        };
        Some(
            Problem::error(code, message)
                .at(self.label(at), "")
                .help(help),
        )
    }

    fn asset(&mut self, name: &AssetName, part: AssetPart, at: At<'_>) -> Evaluated {
        let span = at.span;
        let Some(Some(asset)) = self.symbols.assets.get(name) else {
            return Evaluated::Invalid;
        };
        if let (AssetSource::Inline { text, .. }, AssetPart::Whole) = (&asset.source, part) {
            let mut code = Map::default();
            code.insert("ZipFile", span, Node::new(text.as_str(), span));
            return Evaluated::Known(Node::new(code, span));
        }
        if matches!(asset.source, AssetSource::Inline { .. }) {
            let message = format!("asset `{name}` is inline: it is not in a bucket");
            let problem = Problem::error(codes::INLINE_ASSET, message).at(self.label(at), "");
            let help = format!("write `${{assets.{name}}}` as the code, or remove `inline`");
            self.context.report(problem.help(help));
            return Evaluated::Invalid;
        }
        self.requirements.assets.insert(name.clone());
        let mark = |what: &str| Node::new(format!("{ASSET_MARK}{what}:{name}{ASSET_MARK}"), span);
        match part {
            AssetPart::Key => Evaluated::Known(mark("key")),
            AssetPart::Hash => Evaluated::Known(mark("hash")),
            AssetPart::Bucket => self.bucket(span),
            AssetPart::Whole => {
                let bucket = match self.bucket(span) {
                    Evaluated::Known(node) | Evaluated::Reference(node, _) => node,
                    _ => return Evaluated::Invalid,
                };
                let mut code = Map::default();
                code.insert("S3Bucket", span, bucket);
                code.insert("S3Key", span, mark("key"));
                Evaluated::Known(Node::new(code, span))
            }
        }
    }

    fn bucket(&self, span: Span) -> Evaluated {
        match &self.symbols.assets_bucket {
            Some(bucket) => Evaluated::Known(Node::new(bucket.as_str(), span)),
            None => {
                let text = Node::new("formwork-assets-${AWS::AccountId}-${AWS::Region}", span);
                Evaluated::Reference(Node::single("Fn::Sub", text, span), ValueShape::Single)
            }
        }
    }

    /// Marks a variable or an input as used.
    pub(crate) fn mark_used(&mut self, segments: &[&str]) {
        if let ["inputs", name, ..] = segments
            && let Some(scope) = self.scope
            && let Some(input) = scope.inputs.get(*name)
        {
            self.allows_dynamic_references |= input.resolve;
            let file = scope.call_site.as_ref().map(|call_site| call_site.file);
            self.context
                .used_inputs
                .extend(file.map(|file| (file, (*name).to_owned())));
        }
        let ["vars", name, ..] = segments else {
            return;
        };
        if let Some((index, _, held)) = self.symbols.variables.get_full(*name) {
            self.context.used_variables.insert(index);
            self.note_dynamic_reference(held);
        }
    }

    pub(crate) fn note_dynamic_reference(&mut self, held: &VariableValue) {
        if let VariableValue::Known { resolve: true, .. } = held {
            self.allows_dynamic_references = true;
        }
    }
}

fn shape(list: bool) -> ValueShape {
    match list {
        true => ValueShape::List,
        false => ValueShape::Single,
    }
}

fn reference(id: &str, span: Span) -> Node {
    Node::single("Ref", Node::new(id, span), span)
}

fn attribute_of(id: &str, attribute: &str, span: Span) -> Node {
    let path = vec![Node::new(id, span), Node::new(attribute, span)];
    Node::single("Fn::GetAtt", Node::new(path, span), span)
}
