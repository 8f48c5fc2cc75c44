//! No sibling modules form a cycle, in any folder of any crate.
//!
//! At each level the direct children of a crate or module are compared. A child counts with all the
//! modules inside it. A parent and its own children may use each other. Re-exports are followed to
//! the module that defines the item. Test code does not count.
//!
//! The test reads tokens, not types: a method call on a type of another module is not a use.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot read the workspace has failed"
)]

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs;
use std::path::Path;

/// The names from the crate's root to a module; empty for the root.
type ModulePath = Vec<String>;

/// The text of each module of one crate.
type Sources = BTreeMap<ModulePath, String>;

#[test]
fn sibling_modules_form_no_cycle() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut cycles = Vec::new();
    for entry in fs::read_dir(crates).unwrap() {
        let folder = entry.unwrap().path();
        let source_folder = folder.join("src");
        if source_folder.is_dir() {
            let mut sources = Sources::new();
            read_modules(&source_folder, &mut Vec::new(), &mut sources);
            let name = folder.file_name().unwrap().to_string_lossy();
            let found = find_cycles(&sources);
            cycles.extend(found.iter().map(|cycle| format!("{name}: {cycle}")));
        }
    }
    assert!(cycles.is_empty(), "\n{}\n", cycles.join("\n"));
}

/// Reads the modules of a folder. Files and folders of tests are left out.
fn read_modules(folder: &Path, parent: &mut ModulePath, sources: &mut Sources) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name == "tests" || name == "testing" {
            continue;
        }
        let is_root = parent.is_empty() && (name == "lib" || name == "main");
        if path.is_dir() {
            parent.push(name);
            read_modules(&path, parent, sources);
            parent.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let mut module = parent.clone();
            if !is_root && name != "mod" {
                module.push(name);
            }
            sources.insert(module, fs::read_to_string(&path).unwrap());
        }
    }
}

/// A path that a module names, from the crate's root.
#[derive(Debug, Clone)]
struct Use {
    from: ModulePath,
    path: Vec<String>,
    /// The name under which a `pub use` exports the path from `from`.
    exported_as: Option<String>,
}

/// One line for each group of sibling modules that form a cycle: the shortest cycle with a use for
/// each of its edges.
fn find_cycles(sources: &Sources) -> Vec<String> {
    let mut uses = Vec::new();
    let mut test_modules = BTreeSet::new();
    for (module, text) in sources {
        let tokens: TokenStream = text.parse().unwrap();
        let mut scanner = Scanner {
            uses: &mut uses,
            test_modules: &mut test_modules,
        };
        scanner.scan(tokens, module);
    }
    let is_test = |module: &[String]| test_modules.iter().any(|test| module.starts_with(test));
    let modules: BTreeSet<&ModulePath> = sources.keys().filter(|one| !is_test(one)).collect();
    uses.retain(|one| modules.contains(&one.from));
    let exports = exports(&uses, &modules);
    let mut levels: BTreeMap<ModulePath, Graph> = BTreeMap::new();
    for one in &uses {
        let target = resolve(&one.path, &modules, &exports);
        let common = one.from.iter().zip(&target);
        let depth = common.take_while(|(left, right)| left == right).count();
        if depth < one.from.len() && depth < target.len() {
            let level = levels.entry(one.from[..depth].to_vec()).or_default();
            let edges = level.entry(one.from[depth].clone()).or_default();
            let example = format!("{} uses {}", one.from.join("::"), one.path.join("::"));
            edges.entry(target[depth].clone()).or_insert(example);
        }
    }
    let mut lines = Vec::new();
    for (parent, graph) in &levels {
        for cycle in shortest_cycles(graph) {
            let edge = |at: usize| &graph[&cycle[at]][&cycle[(at + 1) % cycle.len()]];
            let edges: Vec<&str> = (0..cycle.len()).map(|at| edge(at).as_str()).collect();
            let parent = match parent.is_empty() {
                true => "the crate".to_owned(),
                false => parent.join("::"),
            };
            lines.push(format!(
                "{} form a cycle in {parent}: {}",
                cycle.join(", "),
                edges.join("; ")
            ));
        }
    }
    lines
}

/// The re-exports of each module: the exported name and the path that it means.
type Exports = BTreeMap<ModulePath, BTreeMap<String, Vec<String>>>;

fn exports(uses: &[Use], modules: &BTreeSet<&ModulePath>) -> Exports {
    let mut exports = Exports::new();
    for one in uses {
        if let Some(name) = &one.exported_as
            && !containing_module(&one.path, modules).is_empty()
        {
            let names = exports.entry(one.from.clone()).or_default();
            names.insert(name.clone(), one.path.clone());
        }
    }
    exports
}

/// Returns the module that defines the item at `path`.
fn resolve(path: &[String], modules: &BTreeSet<&ModulePath>, exports: &Exports) -> ModulePath {
    let mut path = path.to_vec();
    // A chain of re-exports is short; the bound ends one that refers to itself.
    for _ in 0..8 {
        let module = containing_module(&path, modules);
        let name = path.get(module.len());
        let exported = name.and_then(|name| exports.get(&module)?.get(name));
        let Some(exported) = exported.filter(|exported| **exported != path) else {
            return module;
        };
        let rest = path.split_off(module.len() + 1);
        path = exported.clone();
        path.extend(rest);
    }
    containing_module(&path, modules)
}

/// Returns the longest prefix of `path` that is a module.
fn containing_module(path: &[String], modules: &BTreeSet<&ModulePath>) -> ModulePath {
    let mut module = path.to_vec();
    while !module.is_empty() && !modules.contains(&module) {
        module.pop();
    }
    module
}

/// Collects the uses of a module from its tokens.
struct Scanner<'a> {
    uses: &'a mut Vec<Use>,
    test_modules: &'a mut BTreeSet<ModulePath>,
}

impl Scanner<'_> {
    fn scan(&mut self, tokens: TokenStream, module: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        let mut is_public = false;
        while at < tokens.len() {
            at = match &tokens[at] {
                TokenTree::Punct(hash) if hash.as_char() == '#' && is_test_only(&tokens, at) => {
                    self.skip_item(&tokens, at + 2, module)
                }
                TokenTree::Ident(word) if word == "use" => {
                    let end = find_semicolon(&tokens, at);
                    let tree = &tokens[at + 1..end];
                    self.use_tree(tree, &[], module, is_public);
                    end
                }
                TokenTree::Ident(word) if word == "mod" && has_body(&tokens, at) => {
                    let inner = [module, &[tokens[at + 1].to_string()]].concat();
                    if let TokenTree::Group(body) = &tokens[at + 2] {
                        self.scan(body.stream(), &inner);
                    }
                    at + 3
                }
                TokenTree::Ident(word) if is_path_root(word) && is_separator(&tokens, at + 1) => {
                    let (path, end) = read_path(&tokens, at);
                    self.add(&path, module, None);
                    end
                }
                TokenTree::Group(group) => {
                    self.scan(group.stream(), module);
                    is_public &= group.delimiter() == Delimiter::Parenthesis;
                    at += 1;
                    continue;
                }
                TokenTree::Ident(word) if word == "pub" => {
                    is_public = true;
                    at += 1;
                    continue;
                }
                _ => at + 1,
            };
            is_public = false;
        }
    }

    /// Returns the position after the item at `at`, which only tests contain.
    fn skip_item(&mut self, tokens: &[TokenTree], at: usize, module: &[String]) -> usize {
        let is_end = |token: &TokenTree| match token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        let end = tokens[at..].iter().position(is_end);
        let end = end.map_or(tokens.len(), |length| at + length + 1);
        for (keyword, name) in tokens[at..end].iter().zip(&tokens[at..end][1..]) {
            if keyword.to_string() == "mod" {
                let test = [module, &[name.to_string()]].concat();
                self.test_modules.insert(test);
            }
        }
        end
    }

    /// Adds every path of a `use` tree.
    fn use_tree(&mut self, tree: &[TokenTree], prefix: &[String], module: &[String], public: bool) {
        let mut path = prefix.to_vec();
        let mut alias = None;
        let mut tokens = tree.iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(word) if word == "as" => {
                    alias = tokens.next().map(ToString::to_string);
                }
                TokenTree::Ident(word) => path.push(word.to_string()),
                TokenTree::Group(group) => {
                    let branches: Vec<TokenTree> = group.stream().into_iter().collect();
                    let is_comma = |token: &TokenTree| token.to_string() == ",";
                    for branch in branches.split(is_comma).filter(|one| !one.is_empty()) {
                        self.use_tree(branch, &path, module, public);
                    }
                    return;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
            path.pop();
        }
        let name = alias.or_else(|| path.last().cloned()).filter(|_| public);
        self.add(&path, module, name);
    }

    /// Adds a path, made absolute. A first name that is not a keyword may be a child module.
    fn add(&mut self, path: &[String], module: &[String], exported_as: Option<String>) {
        let mut base = module.to_vec();
        let mut names = path.iter().peekable();
        match names.peek().map(|name| name.as_str()) {
            Some("crate") => {
                names.next();
                base.clear();
            }
            Some("self") => {
                names.next();
            }
            _ => {}
        }
        while names.next_if(|name| *name == "super").is_some() {
            base.pop();
        }
        base.extend(names.cloned());
        self.uses.push(Use {
            from: module.to_vec(),
            path: base,
            exported_as,
        });
    }
}

fn is_path_root(word: &proc_macro2::Ident) -> bool {
    word == "crate" || word == "super" || word == "self"
}

/// Returns `true` if `::` begins at `at`.
fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    let is_colon = |at: usize| matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(at) && is_colon(at + 1)
}

/// Returns the names of the path at `at` and the position after it.
fn read_path(tokens: &[TokenTree], mut at: usize) -> (Vec<String>, usize) {
    let mut path = vec![tokens[at].to_string()];
    while is_separator(tokens, at + 1)
        && let Some(TokenTree::Ident(name)) = tokens.get(at + 3)
    {
        path.push(name.to_string());
        at += 3;
    }
    (path, at + 1)
}

fn find_semicolon(tokens: &[TokenTree], at: usize) -> usize {
    let is_end =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let length = tokens[at..].iter().position(is_end);
    length.map_or(tokens.len(), |length| at + length)
}

/// Returns `true` if the module at `at` is written in place: `mod name { … }`.
fn has_body(tokens: &[TokenTree], at: usize) -> bool {
    matches!(tokens.get(at + 2), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace)
}

/// Returns `true` if `#[cfg(test)]` begins at `at`.
fn is_test_only(tokens: &[TokenTree], at: usize) -> bool {
    let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) else {
        return false;
    };
    let text = attribute.stream().to_string();
    text.split_whitespace().collect::<String>() == "cfg(test)"
}

/// The edges of one level: for each module the modules that it uses, with an example.
type Graph = BTreeMap<String, BTreeMap<String, String>>;

/// Returns the shortest cycle of each group of modules that reach each other.
fn shortest_cycles(graph: &Graph) -> Vec<Vec<String>> {
    let cycles: Vec<Vec<String>> = graph
        .keys()
        .filter_map(|start| path_back_to(start, graph))
        .collect();
    let mut shortest: Vec<Vec<String>> = Vec::new();
    let mut covered: BTreeSet<String> = BTreeSet::new();
    let mut by_length: Vec<&Vec<String>> = cycles.iter().collect();
    by_length.sort_by_key(|cycle| cycle.len());
    for cycle in by_length {
        if !cycle.iter().any(|module| covered.contains(module)) {
            // All that reach this cycle and are reached by it belong to the same group.
            let first = &cycle[0];
            let reached = reachable(first, graph);
            let is_mutual = |module: &&String| reachable(module, graph).contains(first);
            covered.extend(reached.iter().filter(is_mutual).cloned());
            shortest.push(cycle.clone());
        }
    }
    shortest
}

/// Returns the shortest path from `start` back to `start`, without the repeated end.
fn path_back_to(start: &str, graph: &Graph) -> Option<Vec<String>> {
    let mut queue = VecDeque::from([vec![start.to_owned()]]);
    let mut seen = BTreeSet::new();
    while let Some(path) = queue.pop_front() {
        for next in graph.get(path.last()?).into_iter().flat_map(BTreeMap::keys) {
            if next == start {
                return Some(path);
            }
            if seen.insert(next.clone()) {
                queue.push_back([path.as_slice(), std::slice::from_ref(next)].concat());
            }
        }
    }
    None
}

fn reachable(start: &str, graph: &Graph) -> BTreeSet<String> {
    let mut open = vec![start];
    let mut seen = BTreeSet::new();
    while let Some(module) = open.pop() {
        for next in graph.get(module).into_iter().flat_map(BTreeMap::keys) {
            if seen.insert(next.clone()) {
                open.push(next);
            }
        }
    }
    seen
}

/// Checks the cycles of a crate of small files; `expected` is what each cycle's line begins with.
#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let sources = files.iter().map(|(path, text)| {
        let names = path.split("::").filter(|name| !name.is_empty());
        (names.map(str::to_owned).collect(), (*text).to_owned())
    });
    let cycles = find_cycles(&sources.collect());
    let starts = cycles.iter().map(|line| line.split(": ").next().unwrap());
    assert_eq!(starts.collect::<Vec<_>>(), expected, "{cycles:#?}");
}

#[test]
fn a_line_of_modules_is_accepted() {
    let root = ("", "mod a; mod b; mod c;");
    check(&[root, ("a", ""), ("b", "use crate::a::A;")], &[]);
    check(
        &[
            root,
            ("a", "use super::b::{self, B};"),
            ("b", "use super::c;"),
            ("c", ""),
        ],
        &[],
    );
}

#[test]
fn two_modules_that_use_each_other_are_reported() {
    let cycle = ["a, b form a cycle in the crate"];
    let used = ("b", "fn b() { super::a::run(); }");
    check(&[("", ""), ("a", "use crate::b::B;"), used], &cycle);
    check(&[("", ""), ("a", "use crate::{c, b::B};"), used], &cycle);
    check(
        &[("", ""), ("a", "fn a() { call!(crate::b::B) }"), used],
        &cycle,
    );
}

#[test]
fn the_edges_of_a_cycle_are_named() {
    let files = [("a", "use crate::b::B;"), ("b", "use crate::a::A;")];
    let sources = files.map(|(name, text)| (vec![name.to_owned()], text.to_owned()));
    assert_eq!(
        find_cycles(&Sources::from(sources)),
        ["a, b form a cycle in the crate: a uses b::B; b uses a::A"]
    );
}

#[test]
fn a_module_counts_with_its_children() {
    check(
        &[
            ("", ""),
            ("a", ""),
            ("a::inner", "use crate::b::B;"),
            ("b", ""),
            ("b::inner", "use crate::a::A;"),
        ],
        &["a, b form a cycle in the crate"],
    );
    check(
        &[
            ("", ""),
            ("a", "use self::one::One;"),
            ("a::one", "use super::two::Two; use super::A;"),
            ("a::two", "use super::one::One;"),
        ],
        &["one, two form a cycle in a"],
    );
}

#[test]
fn a_parent_and_its_child_may_use_each_other() {
    check(
        &[
            ("", "use a::A;"),
            ("a", "use self::inner::Inner; use crate::Root;"),
            ("a::inner", "use super::A; use crate::Root;"),
        ],
        &[],
    );
}

#[test]
fn re_exports_are_followed() {
    let cycle = ["a, b form a cycle in the crate"];
    let user = ("a", "use crate::B; pub struct A;");
    let used = ("b", "use crate::a::A; pub struct B;");
    check(&[("", "pub use b::B;"), user, used], &cycle);
    check(
        &[("", "pub(crate) use self::b::{B, C};"), user, used],
        &cycle,
    );
    check(
        &[
            ("", "pub use b::Original as B;"),
            user,
            ("b", "use crate::a::A; pub struct Original;"),
        ],
        &cycle,
    );
    check(
        &[
            ("", "pub use c::B;"),
            user,
            ("b", "use crate::a::A;"),
            ("c", "pub use super::b::B;"),
        ],
        &cycle,
    );
}

#[test]
fn test_code_does_not_count() {
    let user = ("a", "use crate::b::B;");
    let tests = "#[cfg(test)] mod tests { use crate::a::A; }";
    check(&[("", ""), user, ("b", tests)], &[]);
    check(
        &[("", "#[cfg(test)] mod b;"), user, ("b", "use crate::a::A;")],
        &[],
    );
    check(
        &[("", ""), user, ("b", "#[cfg(test)] use crate::a::A;")],
        &[],
    );
    check(
        &[("", ""), user, ("b", "/// [`crate::a::A`]\nfn b() {}")],
        &[],
    );
}
