//! From what a name means to the value that stands for it, if it may stand there.

use super::requirements::Source;
use super::resolution::{AssetPart, Meaning};
use super::{Allows, At, Evaluator, Found, Shape};
use crate::codes;
use crate::model::MARK;
use crate::model::{AssetName, AssetSource};
use crate::scope::symbols::Held;
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node};

impl Evaluator<'_, '_> {
    /// The value of `meaning` at this place.
    pub(crate) fn used(&mut self, meaning: Meaning, at: At<'_>) -> Found {
        let span = at.span;
        if let Some(problem) = self.refused(&meaning, at) {
            self.session.report(problem);
            return Found::Poison;
        }
        match meaning {
            Meaning::Value(node) if node.value == formwork_template::Value::Null => Found::Removed,
            Meaning::Value(node) => {
                if !self.afford(&node, at) {
                    return Found::Poison;
                }
                Found::Known(Node::new(node.value.clone(), span))
            }
            Meaning::Removal => Found::Removed,
            Meaning::Poison | Meaning::Off(..) => Found::Poison,
            Meaning::Resource(id) => Found::Reference(reference(&id, span), Shape::One),
            // Not made first and refused then: hundreds of instances would each make hundreds.
            Meaning::Resources(_) | Meaning::Attributes(..) if self.session.is_spent() => {
                Found::Poison
            }
            Meaning::Resources(ids) => {
                let items: Vec<Node> = ids.iter().map(|id| reference(id, span)).collect();
                self.listed(items, at)
            }
            Meaning::Attribute(id, attribute) => {
                Found::Reference(attribute_of(&id, &attribute, span), Shape::One)
            }
            Meaning::Attributes(ids, attribute) => {
                let one = |id: &String| attribute_of(id, &attribute, span);
                let items: Vec<Node> = ids.iter().map(one).collect();
                self.listed(items, at)
            }
            Meaning::Parameter { name, list } => {
                Found::Reference(reference(&name, span), shape(list))
            }
            Meaning::Pseudo(name) => {
                let list = name == "AWS::NotificationARNs";
                Found::Reference(reference(&name, span), shape(list))
            }
            Meaning::Output {
                stack,
                output,
                list,
            } => {
                let label = self.label(at);
                self.sink.uses.push((stack.clone(), output.clone(), label));
                self.parameter(Source::Output(stack, output), list, label, span)
            }
            Meaning::Secret(variable) => {
                let label = self.label(at);
                self.parameter(Source::Secret(variable), false, label, span)
            }
            Meaning::Asset(name, part) => self.asset(&name, part, at),
            Meaning::Stack(key) => Found::Known(Node::new(key.as_str(), span)),
            Meaning::Component(..) => Found::Poison, // always refused
            Meaning::Several(meanings) => self.several(meanings, at),
            Meaning::Written(written) => self.written(&written, at),
        }
    }

    /// A list of references: hundreds of instances may each hold hundreds.
    fn listed(&mut self, items: Vec<Node>, at: At<'_>) -> Found {
        let node = Node::new(items, at.span);
        match self.afford(&node, at) {
            true => Found::Reference(node, Shape::List),
            false => Found::Poison,
        }
    }

    fn parameter(&mut self, source: Source, list: bool, label: Span, span: Span) -> Found {
        let Some(stack) = self.stack else {
            return Found::Poison; // outside of a stack nothing known later is let through
        };
        let name = self.sink.parameter(stack, source, list, label);
        Found::Reference(reference(&name, span), shape(list))
    }

    /// Why `meaning` may not stand here.
    fn refused(&self, meaning: &Meaning, at: At<'_>) -> Option<Problem> {
        let written = &at.text[at.start..at.end];
        let what = self.place.what;
        if let Meaning::Off(name, off) = meaning {
            let message = format!("{name} is turned off by its `when`");
            let problem = Problem::error(codes::TURNED_OFF, message);
            let help =
                "give both the same `when`, or choose in an expression: `${X if … else none}`";
            return Some(
                problem
                    .at(self.label(at), "needs it")
                    .at(*off, "off here")
                    .help(help),
            );
        }
        if matches!(meaning, Meaning::Written(_) | Meaning::Several(_)) {
            return None; // judged by what it turns out to be
        }
        let (code, message, help) = match (meaning, self.place.allows) {
            (Meaning::Stack(key), allows) if allows != Allows::Stack => {
                let message = format!("`{written}` is a whole stack, and {what} is one value");
                let stack = self.world.stacks.get(key);
                let first = stack.and_then(|stack| stack.outputs.keys().next());
                let name = written.trim_start_matches("${").trim_end_matches('}').trim();
                let instead = first.map(|output| format!("write one of its outputs, as `${{{name}.{output}}}`"));
                (
                    codes::UNKNOWN_OUTPUT,
                    message,
                    instead.unwrap_or_else(|| "a whole stack stands only as a component's input of type `stack`".to_owned()),
                )
            }
            (Meaning::Component(id, outputs), _) => {
                let message = format!("`{id}` is a component: a value is one of its outputs");
                let help = match outputs.first() {
                    Some((output, _)) => format!("write `${{{id}.{output}}}`"),
                    None => "it has no outputs".to_owned(),
                };
                (codes::UNKNOWN_REFERENCE, message, help)
            }
            (Meaning::Stack(_), _) => return None,
            (_, Allows::Stack) => (
                codes::WRONG_TYPE,
                format!("`{written}` is no stack, and {what} takes a whole one"),
                "write `${stacks.KEY}`".to_owned(),
            ),
            (Meaning::Secret(variable), Allows::Known | Allows::Parameters | Allows::Deployed) => (
                codes::SENSITIVE_VALUE,
                format!("`vars.{variable}` is sensitive and cannot stand in {what}"),
                "a sensitive value stands in resources' properties, as a whole reference or inside longer text".to_owned(),
            ),
            (meaning, Allows::Known) if meaning.is_opaque() && !matches!(meaning, Meaning::Asset(..)) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only after deployment, and {what} must be known when rendering"),
                "variables (`${vars.…}`), `${env.name}` and `${each.…}` are known when rendering".to_owned(),
            ),
            (
                Meaning::Resource(_) | Meaning::Resources(_) | Meaning::Attribute(..) | Meaning::Attributes(..)
                | Meaning::Parameter { .. } | Meaning::Pseudo(_) | Meaning::Asset(..),
                Allows::Parameter,
            ) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only when the stack is deployed, and {what} is sent before"),
                "a parameter takes what is known when rendering, or another stack's output".to_owned(),
            ),
            (Meaning::Resource(_) | Meaning::Resources(_) | Meaning::Attribute(..) | Meaning::Attributes(..), Allows::Parameters) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known only after deployment, and {what} takes parameters and pseudo parameters at most"),
                "use a variable, a parameter, or another stack's output (which comes as a parameter)".to_owned(),
            ),
            (Meaning::Asset(..), Allows::Known | Allows::Parameters) => (
                codes::KNOWN_TOO_LATE,
                format!("`{written}` is known when the asset is packed, and {what} must be known before"),
                "assets stand in resources' properties, metadata and outputs".to_owned(),
            ),
            _ => return None,
        };
        Some(
            Problem::error(code, message)
                .at(self.label(at), "")
                .help(help),
        )
    }

    fn asset(&mut self, name: &AssetName, part: AssetPart, at: At<'_>) -> Found {
        let span = at.span;
        let Some(Some(asset)) = self.world.assets.get(name) else {
            return Found::Poison;
        };
        if let (AssetSource::Inline { text, .. }, AssetPart::Whole) = (&asset.source, part) {
            let mut code = Map::default();
            code.insert("ZipFile", span, Node::new(text.as_str(), span));
            return Found::Known(Node::new(code, span));
        }
        if matches!(asset.source, AssetSource::Inline { .. }) {
            let message = format!("asset `{name}` is inline: it lies in no bucket");
            let problem = Problem::error(codes::INLINE_ASSET, message).at(self.label(at), "");
            let help =
                format!("write `${{assets.{name}}}` where the code goes, or take `inline` away");
            self.session.report(problem.help(help));
            return Found::Poison;
        }
        self.sink.assets.insert(name.clone());
        let mark = |what: &str| Node::new(format!("{MARK}{what}:{name}{MARK}"), span);
        match part {
            AssetPart::Key => Found::Known(mark("key")),
            AssetPart::Hash => Found::Known(mark("hash")),
            AssetPart::Bucket => self.bucket(span),
            AssetPart::Whole => {
                let bucket = match self.bucket(span) {
                    Found::Known(node) | Found::Reference(node, _) => node,
                    _ => return Found::Poison,
                };
                let mut code = Map::default();
                code.insert("S3Bucket", span, bucket);
                code.insert("S3Key", span, mark("key"));
                Found::Known(Node::new(code, span))
            }
        }
    }

    fn bucket(&self, span: Span) -> Found {
        match &self.world.assets_bucket {
            Some(bucket) => Found::Known(Node::new(bucket.as_str(), span)),
            None => {
                let text = Node::new("formwork-assets-${AWS::AccountId}-${AWS::Region}", span);
                Found::Reference(Node::single("Fn::Sub", text, span), Shape::One)
            }
        }
    }

    /// Remembers that a variable is used.
    pub(crate) fn mark_used(&mut self, segments: &[&str]) {
        if let ["inputs", name, ..] = segments
            && let Some(frame) = self.frame
            && let Some(input) = frame.inputs.get(*name)
        {
            self.resolves |= input.resolve;
            let file = frame.caller.as_ref().map(|caller| caller.file);
            self.session
                .used_inputs
                .extend(file.map(|file| (file, (*name).to_owned())));
        }
        let ["vars", name, ..] = segments else {
            return;
        };
        if let Some((index, _, held)) = self.world.variables.get_full(*name) {
            self.session.used.insert(index);
            self.note_resolving(held);
        }
    }

    pub(crate) fn note_resolving(&mut self, held: &Held) {
        if let Held::Known { resolve: true, .. } = held {
            self.resolves = true;
        }
    }
}

fn shape(list: bool) -> Shape {
    match list {
        true => Shape::List,
        false => Shape::One,
    }
}

fn reference(id: &str, span: Span) -> Node {
    Node::single("Ref", Node::new(id, span), span)
}

fn attribute_of(id: &str, attribute: &str, span: Span) -> Node {
    let path = vec![Node::new(id, span), Node::new(attribute, span)];
    Node::single("Fn::GetAtt", Node::new(path, span), span)
}
