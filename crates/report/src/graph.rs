//! The graph of stacks as text, for Graphviz and for Mermaid.

use std::time::Duration;

use formwork_blueprint::{Cause, StackGraph, StackKey};
use indexmap::{IndexMap, IndexSet};

use crate::limits::MAX_TREE_DEPTH;
use crate::time_format::estimate;

/// The selected stacks of a graph, with their sizes.
#[derive(Debug)]
pub struct GraphDrawing<'a> {
    graph: &'a StackGraph,
    sizes: IndexMap<StackKey, StackSize>,
}

/// The size of a stack.
#[derive(Debug, Clone, Copy)]
pub struct StackSize {
    /// The number of resources.
    pub resources: usize,
    /// The typical time to create the stack, if it is known for all its resources.
    pub creation: Option<Duration>,
}

impl<'a> GraphDrawing<'a> {
    /// Creates a drawing of the `chosen` stacks.
    pub fn new(
        graph: &'a StackGraph,
        chosen: &IndexSet<StackKey>,
        size: impl Fn(&StackKey) -> StackSize,
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

    /// Returns the names of the values that flow from one stack to another, without duplicates.
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

    /// Returns for each stack the longest chain that ends in it: its length, its time and the stack before.
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

/// Renders the graph as a tree, or as a list if a tree would be too deep.
pub fn text(drawing: &GraphDrawing<'_>) -> String {
    let deepest = drawing
        .chains()
        .values()
        .map(|chain| chain.stacks)
        .max()
        .unwrap_or(0);
    let rows = match deepest > MAX_TREE_DEPTH {
        true => list(drawing),
        false => tree(drawing),
    };
    let mut out = format_rows(&rows);
    out.push_str(&longest_chain_line(drawing));
    out
}

/// A row of the text: the stack in the tree, its size, its time, and the values that flow to it.
#[derive(Debug, Default)]
struct GraphRow {
    place: String,
    resources: String,
    time: String,
    flow: String,
}

fn list(drawing: &GraphDrawing<'_>) -> Vec<GraphRow> {
    let row = |(key, size): (&StackKey, &StackSize)| {
        let flow: Vec<String> = drawing
            .dependencies(key)
            .map(|dependency| {
                format!(
                    "{dependency} ({})",
                    drawing.flow(dependency, key).join(", ")
                )
            })
            .collect();
        GraphRow {
            flow: match flow.is_empty() {
                true => String::new(),
                false => format!("after {}", flow.join(", ")),
            },
            ..row_with_size(key.to_string(), *size)
        }
    };
    drawing.sizes.iter().map(row).collect()
}

fn tree(drawing: &GraphDrawing<'_>) -> Vec<GraphRow> {
    let mut rows = Vec::new();
    let mut seen = IndexSet::new();
    for key in drawing.sizes.keys() {
        if drawing.dependencies(key).next().is_none() {
            add_branch(drawing, key, &Indent::default(), &mut seen, &mut rows);
        }
    }
    rows
}

/// The position of a row in the tree.
#[derive(Debug, Default)]
struct Indent<'a> {
    before: String,
    connector: &'static str,
    parent: Option<&'a StackKey>,
}

fn add_branch<'a>(
    drawing: &'a GraphDrawing<'_>,
    key: &'a StackKey,
    indent: &Indent<'a>,
    seen: &mut IndexSet<&'a StackKey>,
    rows: &mut Vec<GraphRow>,
) {
    let place = format!("{}{}{key}", indent.before, indent.connector);
    let is_new = seen.insert(key);
    let mut row = match is_new {
        true => row_with_size(place, drawing.sizes[key]),
        false => GraphRow {
            place: format!("{place} (*)"),
            ..GraphRow::default()
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
    let before = match indent.connector {
        "├── " => format!("{}│   ", indent.before),
        "└── " => format!("{}    ", indent.before),
        _ => String::new(),
    };
    while let Some(child) = children.next() {
        let connector = if children.peek().is_some() {
            "├── "
        } else {
            "└── "
        };
        let indent = Indent {
            before: before.clone(),
            connector,
            parent: Some(key),
        };
        add_branch(drawing, child, &indent, seen, rows);
    }
}

fn row_with_size(place: String, size: StackSize) -> GraphRow {
    GraphRow {
        place,
        resources: size.resources.to_string(),
        time: size.creation.map(estimate).unwrap_or_default(),
        flow: String::new(),
    }
}

fn format_rows(rows: &[GraphRow]) -> String {
    let width = |of: fn(&GraphRow) -> &String| {
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
        // Only the first row shows the unit.
        let unit = match (index, row.resources.as_str()) {
            (0, "1") => " resource ",
            (0, _) => " resources",
            _ => "          ",
        };
        let mut line = format!("{:<place$}  {:>resources$}{unit}", row.place, row.resources);
        if time > 0 {
            line.push_str(&format!("  {:<time$}", row.time));
        }
        line.push_str(&format!("  {}", row.flow));
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Returns the line about the longest chain.
fn longest_chain_line(drawing: &GraphDrawing<'_>) -> String {
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
    let mut stacks = vec![last.as_str()];
    let mut at = chain.before;
    while let Some(key) = at {
        stacks.push(key.as_str());
        at = chains.get(key).and_then(|chain| chain.before);
    }
    stacks.reverse();
    let stacks = match stacks.as_slice() {
        [first, _, .., last] if stacks.len() > 12 => {
            format!("{first} > … > {last} ({} stacks)", stacks.len())
        }
        stacks => stacks.join(" > "),
    };
    let time = match timed {
        true => format!(", {}", estimate(chain.time)),
        false => String::new(),
    };
    format!("Longest chain: {stacks}{time}.\n")
}

/// Renders the graph for Graphviz.
pub fn dot(drawing: &GraphDrawing<'_>) -> String {
    let mut out = String::from("digraph blueprint {\n  rankdir = LR;\n  node [shape = box];\n");
    for (key, size) in &drawing.sizes {
        out.push_str(&format!(
            "  \"{key}\" [label = \"{key}\\n{}\"];\n",
            resources(*size)
        ));
    }
    for key in drawing.sizes.keys() {
        for dependency in drawing.dependencies(key) {
            let flow = drawing.flow(dependency, key).join("\\n");
            out.push_str(&format!(
                "  \"{dependency}\" -> \"{key}\" [label = \"{}\"];\n",
                flow.replace('"', "\\\"")
            ));
        }
    }
    out.push_str("}\n");
    out
}

/// Renders the graph for Mermaid.
pub fn mermaid(drawing: &GraphDrawing<'_>) -> String {
    let mut out = String::from("flowchart LR\n");
    // Some words, such as `end`, are keywords of Mermaid: the boxes get numbers as names.
    for (index, (key, size)) in drawing.sizes.iter().enumerate() {
        out.push_str(&format!("  s{index}[\"{key}<br/>{}\"]\n", resources(*size)));
    }
    for (index, key) in drawing.sizes.keys().enumerate() {
        for dependency in drawing.dependencies(key) {
            let from = drawing.sizes.get_index_of(dependency).unwrap_or_default();
            let flow = drawing.flow(dependency, key).join("<br/>");
            out.push_str(&format!(
                "  s{from} -->|\"{}\"| s{index}\n",
                flow.replace('"', "#quot;")
            ));
        }
    }
    out
}

fn resources(size: StackSize) -> String {
    crate::text::plural(size.resources, "resource")
}
