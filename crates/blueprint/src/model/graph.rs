//! The graph of stacks and their dependencies.
//!
//! A [`StackGraph`] is acyclic: [`StackGraph::new`] refuses cycles. Building it takes linear time.

use super::{Stack, StackKey};
use formwork_template::diagnostics::Span;
use indexmap::{IndexMap, IndexSet};
use petgraph::Direction;
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// An acyclic graph of stacks.
#[derive(Debug, Default)]
pub struct StackGraph {
    stacks: IndexMap<StackKey, Stack>,
    /// Node `n` is the stack at index `n`. Edges lead from the dependency to the dependent.
    graph: DiGraph<(), Vec<Link>>,
    order: Vec<usize>,
}

/// A reason why a stack depends on another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The cause.
    pub cause: Cause,
    /// The span of the reference.
    pub span: Span,
}

/// The cause of a dependency.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// An output of the dependency is a parameter of the dependent.
    Output(String),
    /// The dependent imports an export of the dependency.
    Import(String),
    /// `depends_on`. No value is passed.
    DependsOn,
}

/// An edge before the graph is built.
#[derive(Debug, Clone)]
pub(crate) struct Edge {
    pub(crate) dependency: StackKey,
    pub(crate) dependent: StackKey,
    pub(crate) link: Link,
}

/// Stacks that depend on each other.
#[derive(Debug)]
pub(crate) struct Cycle {
    /// One cycle: each stack depends on the next, and the last on the first.
    pub(crate) path: Vec<StackKey>,
    /// All links between the stacks of the strongly connected component: dependent, dependency and
    /// reason.
    pub(crate) links: Vec<(StackKey, StackKey, Link)>,
}

impl StackGraph {
    /// Builds the graph. Returns the cycles if there are any.
    pub(crate) fn new(
        stacks: IndexMap<StackKey, Stack>,
        edges: Vec<Edge>,
    ) -> Result<Self, Vec<Cycle>> {
        let keys: IndexSet<&StackKey> = stacks.keys().collect();
        let graph = build(&keys, edges);
        let order = topological(&graph);
        if order.len() < keys.len() {
            return Err(cycles(&keys, &graph));
        }
        Ok(Self {
            stacks,
            graph,
            order,
        })
    }

    /// Returns the cycles among stacks, even if some could not be lowered.
    pub(crate) fn cycles<'k>(
        keys: impl Iterator<Item = &'k StackKey>,
        edges: Vec<Edge>,
    ) -> Vec<Cycle> {
        let keys: IndexSet<&StackKey> = keys.collect();
        cycles(&keys, &build(&keys, edges))
    }

    /// Returns the number of stacks.
    pub fn len(&self) -> usize {
        self.stacks.len()
    }

    /// Returns true if the graph has no stacks.
    pub fn is_empty(&self) -> bool {
        self.stacks.is_empty()
    }

    /// The stacks in the order of the blueprint: inline ones first, then files by name.
    pub fn stacks(&self) -> impl ExactSizeIterator<Item = &Stack> {
        self.stacks.values()
    }

    /// Returns the stack with that key.
    pub fn get(&self, key: &str) -> Option<&Stack> {
        self.stacks.get(key)
    }

    /// The stacks in topological order. The order is deterministic.
    pub fn order(&self) -> impl DoubleEndedIterator<Item = &Stack> + ExactSizeIterator {
        self.order.iter().map(|&index| &self.stacks[index])
    }

    /// The direct dependencies of `key`, in the order of the blueprint.
    pub fn dependencies(&self, key: &str) -> impl Iterator<Item = &StackKey> {
        self.neighbours(key, Direction::Incoming)
    }

    /// The direct dependents of `key`, in the order of the blueprint.
    pub fn dependents(&self, key: &str) -> impl Iterator<Item = &StackKey> {
        self.neighbours(key, Direction::Outgoing)
    }

    /// Returns the reasons why `dependent` depends on `dependency` directly.
    pub fn links(&self, dependency: &str, dependent: &str) -> &[Link] {
        let (Some(from), Some(to)) = (self.index(dependency), self.index(dependent)) else {
            return &[];
        };
        match self.graph.find_edge(from, to) {
            Some(edge) => &self.graph[edge],
            None => &[],
        }
    }

    /// Returns `keys` with all their direct and indirect dependencies.
    pub fn with_dependencies(&self, keys: &IndexSet<StackKey>) -> IndexSet<StackKey> {
        self.reach(keys, Direction::Incoming)
    }

    /// Returns `keys` with all their direct and indirect dependents.
    pub fn with_dependents(&self, keys: &IndexSet<StackKey>) -> IndexSet<StackKey> {
        self.reach(keys, Direction::Outgoing)
    }

    fn index(&self, key: &str) -> Option<NodeIndex> {
        self.stacks.get_index_of(key).map(NodeIndex::new)
    }

    fn neighbours(&self, key: &str, direction: Direction) -> impl Iterator<Item = &StackKey> {
        let mut found: Vec<usize> = self
            .index(key)
            .into_iter()
            .flat_map(|index| self.graph.neighbors_directed(index, direction))
            .map(NodeIndex::index)
            .collect();
        found.sort_unstable();
        found
            .into_iter()
            .filter_map(|index| self.stacks.get_index(index).map(|(key, _)| key))
    }

    fn reach(&self, keys: &IndexSet<StackKey>, direction: Direction) -> IndexSet<StackKey> {
        let mut reached = vec![false; self.stacks.len()];
        let mut open: Vec<NodeIndex> = keys.iter().filter_map(|k| self.index(k.as_str())).collect();
        while let Some(index) = open.pop() {
            if !std::mem::replace(&mut reached[index.index()], true) {
                open.extend(self.graph.neighbors_directed(index, direction));
            }
        }
        self.stacks
            .keys()
            .zip(reached)
            .filter(|(_, reached)| *reached)
            .map(|(key, _)| key.clone())
            .collect()
    }
}

fn build(keys: &IndexSet<&StackKey>, edges: Vec<Edge>) -> DiGraph<(), Vec<Link>> {
    let mut links: IndexMap<(usize, usize), Vec<Link>> = IndexMap::with_capacity(edges.len());
    for edge in edges {
        let from = keys.get_index_of(&edge.dependency);
        let to = keys.get_index_of(&edge.dependent);
        if let (Some(from), Some(to)) = (from, to) {
            links.entry((from, to)).or_default().push(edge.link);
        }
    }
    let mut graph = DiGraph::with_capacity(keys.len(), links.len());
    keys.iter().for_each(|_| {
        graph.add_node(());
    });
    for ((from, to), links) in links {
        graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), links);
    }
    graph
}

/// Returns a topological order by Kahn's algorithm. The first free stack of the blueprint comes
/// first. Stacks on a cycle or behind one are missing.
fn topological(graph: &DiGraph<(), Vec<Link>>) -> Vec<usize> {
    let mut waits: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.edges_directed(node, Direction::Incoming).count())
        .collect();
    let mut free: BinaryHeap<Reverse<usize>> = (0..waits.len())
        .filter(|&index| waits[index] == 0)
        .map(Reverse)
        .collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(Reverse(index)) = free.pop() {
        order.push(index);
        for dependent in graph.neighbors(NodeIndex::new(index)) {
            waits[dependent.index()] -= 1;
            if waits[dependent.index()] == 0 {
                free.push(Reverse(dependent.index()));
            }
        }
    }
    order
}

/// Returns one cycle for each strongly connected component. Kosaraju's algorithm in petgraph is not
/// recursive, so long chains do not overflow the stack.
fn cycles(keys: &IndexSet<&StackKey>, graph: &DiGraph<(), Vec<Link>>) -> Vec<Cycle> {
    let mut components: Vec<Vec<NodeIndex>> = petgraph::algo::kosaraju_scc(graph)
        .into_iter()
        .filter(|component| component.len() > 1 || graph.contains_edge(component[0], component[0]))
        .collect();
    components
        .iter_mut()
        .for_each(|component| component.sort_unstable());
    components.sort_unstable();
    let mut component_of = vec![usize::MAX; keys.len()];
    for (number, component) in components.iter().enumerate() {
        for node in component {
            component_of[node.index()] = number;
        }
    }
    components
        .iter()
        .enumerate()
        .map(|(number, component)| {
            cycle(keys, graph, component, &|node| {
                component_of[node.index()] == number
            })
        })
        .collect()
}

fn cycle(
    keys: &IndexSet<&StackKey>,
    graph: &DiGraph<(), Vec<Link>>,
    component: &[NodeIndex],
    inside: &dyn Fn(NodeIndex) -> bool,
) -> Cycle {
    let key = |node: NodeIndex| keys[node.index()].clone();
    let mut path = vec![component[0]];
    let mut place = vec![usize::MAX; graph.node_count()];
    place[component[0].index()] = 0;
    let path = loop {
        let last = path[path.len() - 1];
        let next = graph
            .neighbors_directed(last, Direction::Incoming)
            .filter(|node| inside(*node))
            .min()
            .expect("every stack of a strongly connected component depends on another");
        if place[next.index()] != usize::MAX {
            break path.split_off(place[next.index()]);
        }
        place[next.index()] = path.len();
        path.push(next);
    };
    let mut links = Vec::new();
    for &dependent in component {
        let mut edges: Vec<_> = graph
            .edges_directed(dependent, Direction::Incoming)
            .filter(|edge| inside(edge.source()))
            .collect();
        edges.sort_unstable_by_key(|edge| edge.source());
        for edge in edges {
            let (waits, waited_for) = (key(dependent), key(edge.source()));
            let with_keys = |link: &Link| (waits.clone(), waited_for.clone(), link.clone());
            links.extend(edge.weight().iter().map(with_keys));
        }
    }
    Cycle {
        path: path.into_iter().map(key).collect(),
        links,
    }
}
