//! Finds and parses the component of a `use`, and attaches the place of use to its problems.

use crate::codes;
use crate::evaluate::context::LoadContext;
use crate::files::FileKind;
use crate::scope::component_registry::{ComponentId, ComponentText, ParsedComponent};
use crate::scope::value::{copy_with_file, size};
use crate::syntax::document;
use formwork_template::diagnostics::{Problem, Span, nearest};
use std::collections::HashSet;
use std::sync::Arc;

/// The components that are shipped with formwork, by the name that `use` takes.
pub const SHIPPED: &[(&str, &str)] = &[
    (
        "aws/apigateway-account",
        include_str!("../../components/aws/apigateway-account.toml"),
    ),
    (
        "aws/bucket",
        include_str!("../../components/aws/bucket.toml"),
    ),
    (
        "aws/function",
        include_str!("../../components/aws/function.toml"),
    ),
    (
        "aws/instance",
        include_str!("../../components/aws/instance.toml"),
    ),
    ("aws/queue", include_str!("../../components/aws/queue.toml")),
    (
        "aws/rest-api",
        include_str!("../../components/aws/rest-api.toml"),
    ),
    ("aws/table", include_str!("../../components/aws/table.toml")),
    ("aws/vpc", include_str!("../../components/aws/vpc.toml")),
];

impl LoadContext<'_> {
    /// Returns the component that `use` names. Each use gets its own copy of the text.
    pub(crate) fn component(&mut self, name: &str, span: Span) -> Option<ComponentText> {
        let identity = self.identity(name, span)?;
        if !self.components.read.contains_key(&identity) {
            let component = self.read_component(&identity, span);
            self.components.read.insert(identity.clone(), component);
        }
        let component = self.components.read.get(&identity)?.as_ref()?;
        let (size, first) = (component.size, !component.is_used);
        if !first && !self.spend_repeated_bytes(size, span) {
            return None;
        }
        let component = self.components.read.get_mut(&identity)?.as_mut()?;
        component.is_used = true;
        let (original, is_whole) = (component.file, component.is_whole);
        let node = Arc::clone(&component.node);
        let (file, node) = match first {
            true => (original, node),
            false => {
                let file = self.reader.add_copy(original);
                (file, Arc::new(copy_with_file(&node, file)))
            }
        };
        self.components.uses.insert(file, span);
        let name = self.reader.sources.path(file).display().to_string();
        Some(ComponentText {
            identity,
            name,
            file,
            node,
            is_whole,
        })
    }

    fn identity(&mut self, name: &str, span: Span) -> Option<ComponentId> {
        if !name.starts_with("./") && !name.starts_with("../") {
            let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
            if shipped.is_none() {
                self.report(unknown(name, span));
            }
            return shipped.map(|(known, _)| ComponentId::Shipped(known));
        }
        let with_extension = format!("{name}.toml");
        let mut found = self.reader.locate(span.file, name);
        if !matches!(found, Ok((_, FileKind::File))) && !name.ends_with(".toml") {
            let other = self.reader.locate(span.file, &with_extension);
            if matches!(other, Ok((_, FileKind::File))) || found.is_err() {
                found = other;
            }
        }
        let message = match found {
            Ok((path, FileKind::File)) => return Some(ComponentId::File(path)),
            Ok((_, FileKind::Folder)) => {
                format!("expected a component file, found the folder `{name}`")
            }
            Err(message) => message,
        };
        let problem = Problem::error(codes::UNKNOWN_COMPONENT, message).at(span, "");
        self.report(problem.help("a component's path is relative to the file that contains it, and must be inside the blueprint's `root`"));
        None
    }

    fn read_component(&mut self, identity: &ComponentId, span: Span) -> Option<ParsedComponent> {
        let read = match identity {
            // A separate text: a stack's file may use itself as a component.
            ComponentId::File(path) => self
                .reader
                .read(path)
                .map(|file| self.reader.add_copy(file)),
            ComponentId::Shipped(name) => {
                let (_, text) = SHIPPED.iter().find(|(known, _)| known == name)?;
                Ok(self.reader.add_text((*name).to_owned(), (*text).to_owned()))
            }
        };
        let file = match read {
            Ok(file) => file,
            Err(unread) => {
                self.report(unread.problem(Some(span)));
                return None;
            }
        };
        self.components.uses.insert(file, span);
        let text = self.reader.text(file);
        let document = document::read(file, &text);
        self.problems.extend(document.problems);
        Some(ParsedComponent {
            file,
            size: size(&document.root),
            node: Arc::new(document.root),
            is_whole: document.is_whole,
            is_used: false,
        })
    }

    /// Adds the place of use to every problem in a component's text, and removes repeated problems.
    /// Also removes problems that follow from an input that was refused at the call site.
    pub(crate) fn add_call_sites(&mut self) {
        let mut said = HashSet::new();
        let errors = self.problems.iter().filter(|problem| problem.is_error());
        let refused: HashSet<Span> = errors
            .filter_map(|problem| Some(problem.labels.first()?.span))
            .collect();
        let problems = std::mem::take(&mut self.problems);
        for mut problem in problems {
            let Some(first) = problem.labels.first().map(|label| label.span) else {
                self.problems.push(problem);
                continue;
            };
            if !self.components.uses.contains_key(&first.file) {
                self.problems.push(problem);
                continue;
            }
            let path = self.reader.sources.path(first.file).to_owned();
            let fault = (problem.code.name, path, first.start, first.end);
            if !said.insert((fault, problem.message.clone())) {
                continue;
            }
            let given = self.given_at(first);
            let is_own = problem.code == codes::NOT_PROVIDED; // it does not depend on the input's value
            if !is_own && given.iter().any(|span| refused.contains(span)) {
                continue;
            }
            for span in given {
                problem = problem.at(span, "given here");
            }
            let mut chain = Vec::new();
            let mut file = first.file;
            while let Some(span) = self.components.uses.get(&file).copied() {
                chain.push(span);
                file = span.file;
            }
            // The innermost and the outermost use are enough to find the others.
            let ends = [chain.first().copied(), chain.last().copied()];
            for span in ends.into_iter().flatten() {
                if !problem.labels.iter().any(|label| label.span == span) {
                    problem = problem.at(span, "used here");
                }
            }
            self.problems.push(problem);
        }
    }
}

impl LoadContext<'_> {
    /// Returns the spans of the input values that the text at `place` refers to.
    fn given_at(&self, place: Span) -> Vec<Span> {
        let Some(given) = self.components.given.get(&place.file) else {
            return Vec::new();
        };
        let text = self.reader.sources.slice(place);
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let names = text.split("inputs.").skip(1).map(|rest| {
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            &rest[..end]
        });
        let mut found = Vec::new();
        for span in names.filter_map(|name| given.get(name)) {
            if !found.contains(span) {
                found.push(*span);
            }
        }
        found
    }
}

fn unknown(name: &str, span: Span) -> Problem {
    let problem = Problem::error(
        codes::UNKNOWN_COMPONENT,
        format!("unknown component `{name}`"),
    )
    .at(span, "");
    let known: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let shipped = format!("formwork includes {}", crate::syntax::keys::listed(&known));
    let own = name.ends_with(".toml") || !name.starts_with("aws/");
    let help = match own {
        true => format!("the path of a local component begins with `./`, as `./{name}`; {shipped}"),
        false => shipped,
    };
    problem
        .help(help)
        .suggest(nearest(name, known.iter().copied()))
}
