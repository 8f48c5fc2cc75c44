//! The stacks of a blueprint and what flows between them, drawn as text, for Graphviz and for Mermaid.

use std::fmt::Write as _;
use std::time::Duration;

use formwork_blueprint::{Cause, StackGraph, StackKey};
use indexmap::{IndexMap, IndexSet};

use super::durations::rough;

/// Deeper than this, a tree is wider than any window: the stacks are listed instead.
const DEEPEST_TREE: usize = 24;
/// What is drawn: the chosen stacks of a graph, each with what is known of its size.
#[derive(Debug)]
pub struct Drawing<'a> {
    graph: &'a StackGraph,
    sizes: IndexMap<StackKey, Size>,
}

/// The size of a stack.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// How many resources it has.
    pub resources: usize,
    /// How long making it usually takes, where that is known for all its resources.
    pub creation: Option<Duration>,
}

impl<'a> Drawing<'a> {
    /// A drawing of the stacks that `sizes` holds.
    pub fn new(
        graph: &'a StackGraph,
        chosen: &IndexSet<StackKey>,
        size: impl Fn(&StackKey) -> Size,
    ) -> Self {
        let order = graph
            .order()
            .map(|stack| &stack.key)
            .filter(|key| chosen.contains(*key));
        let sizes = order.map(|key| (key.clone(), size(key))).collect();
        Self { graph, sizes }
    }

    fn dependencies(&self, key: &StackKey) -> impl Iterator<Item = &StackKey> {
        self.graph
            .dependencies(key.as_str())
            .filter(|key| self.sizes.contains_key(*key))
    }

    fn dependents(&self, key: &StackKey) -> impl Iterator<Item = &StackKey> {
        self.graph
            .dependents(key.as_str())
            .filter(|key| self.sizes.contains_key(*key))
    }

    /// What flows from one stack to another, each thing once.
    fn flow(&self, dependency: &StackKey, dependent: &StackKey) -> Vec<String> {
        let links = self.graph.links(dependency.as_str(), dependent.as_str());
        let names: IndexSet<String> = links
            .iter()
            .map(|link| match &link.cause {
                Cause::Output(name) => name.clone(),
                Cause::Import(name) => format!("import of {name}"),
                Cause::DependsOn => "depends_on".to_owned(),
            })
            .collect();
        names.into_iter().collect()
    }

    /// For each stack the length of the longest chain that ends in it, in stacks and in time, and the stack before it.
    fn chains(&self) -> IndexMap<&StackKey, Chain<'_>> {
        let mut chains: IndexMap<&StackKey, Chain<'_>> = IndexMap::new();
        for (key, size) in &self.sizes {
            let before = self
                .dependencies(key)
                .filter_map(|dependency| chains.get_key_value(dependency))
                .max_by_key(|(_, chain)| (chain.time, chain.stacks))
                .map(|(key, chain)| (*key, *chain));
            let (stacks, time) =
                before.map_or((0, Duration::ZERO), |(_, chain)| (chain.stacks, chain.time));
            let chain = Chain {
                stacks: stacks + 1,
                time: time + size.creation.unwrap_or_default(),
                before: before.map(|(key, _)| key),
            };
            chains.insert(key, chain);
        }
        chains
    }
}

#[derive(Debug, Clone, Copy)]
struct Chain<'a> {
    stacks: usize,
    time: Duration,
    before: Option<&'a StackKey>,
}

/// The graph as a tree; as a list where it is too deep for one.
pub fn text(drawing: &Drawing<'_>) -> String {
    let deepest = drawing
        .chains()
        .values()
        .map(|chain| chain.stacks)
        .max()
        .unwrap_or(0);
    let rows = match deepest > DEEPEST_TREE {
        true => list(drawing),
        false => tree(drawing),
    };
    let mut out = columns(&rows);
    out.push_str(&closing(drawing));
    out
}

/// A row of the drawing: the stack in its place, its size, its time, what flows to it.
#[derive(Debug, Default)]
struct Row {
    place: String,
    resources: String,
    time: String,
    flow: String,
}

fn list(drawing: &Drawing<'_>) -> Vec<Row> {
    let row = |(key, size): (&StackKey, &Size)| {
        let flow: Vec<String> = drawing
            .dependencies(key)
            .map(|dependency| {
                format!(
                    "{dependency} ({})",
                    drawing.flow(dependency, key).join(", ")
                )
            })
            .collect();
        Row {
            flow: match flow.is_empty() {
                true => String::new(),
                false => format!("after {}", flow.join(", ")),
            },
            ..sized(key.to_string(), *size)
        }
    };
    drawing.sizes.iter().map(row).collect()
}

fn tree(drawing: &Drawing<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut seen = IndexSet::new();
    for key in drawing.sizes.keys() {
        if drawing.dependencies(key).next().is_none() {
            branch(drawing, key, &Indent::default(), &mut seen, &mut rows);
        }
    }
    rows
}

/// How far a row stands to the right, and what leads to it.
#[derive(Debug, Default)]
struct Indent<'a> {
    before: String,
    own: &'static str,
    parent: Option<&'a StackKey>,
}

fn branch<'a>(
    drawing: &'a Drawing<'_>,
    key: &'a StackKey,
    indent: &Indent<'a>,
    seen: &mut IndexSet<&'a StackKey>,
    rows: &mut Vec<Row>,
) {
    let place = format!("{}{}{key}", indent.before, indent.own);
    let is_new = seen.insert(key);
    let mut row = match is_new {
        true => sized(place, drawing.sizes[key]),
        false => Row {
            place: format!("{place} (*)"),
            ..Row::default()
        },
    };
    if let Some(parent) = indent.parent {
        row.flow = drawing.flow(parent, key).join(", ");
    }
    rows.push(row);
    if !is_new {
        return;
    }
    let mut children = drawing.dependents(key).peekable();
    let before = match indent.own {
        "├── " => format!("{}│   ", indent.before),
        "└── " => format!("{}    ", indent.before),
        _ => String::new(),
    };
    while let Some(child) = children.next() {
        let own = if children.peek().is_some() {
            "├── "
        } else {
            "└── "
        };
        let indent = Indent {
            before: before.clone(),
            own,
            parent: Some(key),
        };
        branch(drawing, child, &indent, seen, rows);
    }
}

fn sized(place: String, size: Size) -> Row {
    Row {
        place,
        resources: size.resources.to_string(),
        time: size.creation.map(rough).unwrap_or_default(),
        flow: String::new(),
    }
}

fn columns(rows: &[Row]) -> String {
    let width = |of: fn(&Row) -> &String| {
        rows.iter()
            .map(|row| of(row).chars().count())
            .max()
            .unwrap_or(0)
    };
    let (place, resources, time) = (
        width(|row| &row.place),
        width(|row| &row.resources),
        width(|row| &row.time),
    );
    let mut out = String::new();
    for (index, row) in rows.iter().enumerate() {
        // The unit is said once, in the first row.
        let unit = match (index, row.resources.as_str()) {
            (0, "1") => " resource ",
            (0, _) => " resources",
            _ => "          ",
        };
        let mut line = format!("{:<place$}  {:>resources$}{unit}", row.place, row.resources);
        if time > 0 {
            let _ = write!(line, "  {:<time$}", row.time);
        }
        let _ = write!(line, "  {}", row.flow);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The line about the longest chain.
fn closing(drawing: &Drawing<'_>) -> String {
    let chains = drawing.chains();
    let timed = drawing.sizes.values().all(|size| size.creation.is_some());
    let longest = match timed {
        true => chains
            .iter()
            .max_by_key(|(_, chain)| (chain.time, chain.stacks)),
        false => chains.iter().max_by_key(|(_, chain)| chain.stacks),
    };
    let Some((last, chain)) = longest else {
        return "No stacks.\n".to_owned();
    };
    let mut way = vec![last.as_str()];
    let mut at = chain.before;
    while let Some(key) = at {
        way.push(key.as_str());
        at = chains.get(key).and_then(|chain| chain.before);
    }
    way.reverse();
    let way = match way.as_slice() {
        [first, _, .., last] if way.len() > 12 => {
            format!("{first} > … > {last} ({} stacks)", way.len())
        }
        way => way.join(" > "),
    };
    let time = match timed {
        true => format!(", {}", rough(chain.time)),
        false => String::new(),
    };
    format!("Longest chain: {way}{time}.\n")
}

/// The graph for Graphviz.
pub fn dot(drawing: &Drawing<'_>) -> String {
    let mut out = String::from("digraph blueprint {\n  rankdir = LR;\n  node [shape = box];\n");
    for (key, size) in &drawing.sizes {
        let _ = writeln!(
            out,
            "  \"{key}\" [label = \"{key}\\n{}\"];",
            resources(*size)
        );
    }
    for key in drawing.sizes.keys() {
        for dependency in drawing.dependencies(key) {
            let flow = drawing.flow(dependency, key).join("\\n");
            let _ = writeln!(
                out,
                "  \"{dependency}\" -> \"{key}\" [label = \"{}\"];",
                flow.replace('"', "\\\"")
            );
        }
    }
    out.push_str("}\n");
    out
}

/// The graph for Mermaid.
pub fn mermaid(drawing: &Drawing<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    // Mermaid reads some words, as `end`, as its own: the boxes are numbered.
    for (index, (key, size)) in drawing.sizes.iter().enumerate() {
        let _ = writeln!(out, "  s{index}[\"{key}<br/>{}\"]", resources(*size));
    }
    for (index, key) in drawing.sizes.keys().enumerate() {
        for dependency in drawing.dependencies(key) {
            let from = drawing.sizes.get_index_of(dependency).unwrap_or_default();
            let flow = drawing.flow(dependency, key).join("<br/>");
            let _ = writeln!(
                out,
                "  s{from} -->|\"{}\"| s{index}",
                flow.replace('"', "#quot;")
            );
        }
    }
    out
}

fn resources(size: Size) -> String {
    crate::text::plural(size.resources, "resource")
}
