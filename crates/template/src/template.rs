//! Templates: trees with a valid structure, and views of their sections.

use crate::codes;
use crate::diagnostics::{Problem, Span, nearest};
use crate::intrinsic::is_expanded;
use crate::{Entry, Function, Map, Node};

/// A template whose sections and resources have a valid structure.
///
/// It keeps the whole tree, including the parts that have no view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    root: Node,
}

/// A section of a template, in the order of AWS's documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(
    missing_docs,
    reason = "the names are CloudFormation's and say what they are"
)]
pub enum Section {
    AWSTemplateFormatVersion,
    Description,
    Metadata,
    Parameters,
    Rules,
    Mappings,
    Conditions,
    Transform,
    Resources,
    Outputs,
    Hooks,
}

/// A resource of a template.
#[derive(Debug, Clone, Copy)]
pub struct Resource<'a> {
    /// The logical id.
    pub id: &'a str,
    /// The span of the logical id.
    pub id_span: Span,
    /// The whole resource.
    pub node: &'a Node,
    /// The type, such as `AWS::EC2::VPC`.
    pub kind: &'a str,
    map: &'a Map,
}

/// A parameter of a template.
#[derive(Debug, Clone, Copy)]
pub struct Parameter<'a> {
    /// The name.
    pub name: &'a str,
    /// The span of the name.
    pub name_span: Span,
    /// The whole parameter.
    pub node: &'a Node,
}

/// An output of a template.
#[derive(Debug, Clone, Copy)]
pub struct Output<'a> {
    /// The name.
    pub name: &'a str,
    /// The span of the name.
    pub name_span: Span,
    /// The whole output.
    pub node: &'a Node,
}

impl Template {
    /// Creates a template, or returns the problems of its structure.
    pub fn new(root: Node) -> Result<Self, Vec<Problem>> {
        let problems = shape(&root);
        if problems.is_empty() {
            Ok(Self { root })
        } else {
            Err(problems)
        }
    }

    /// Creates a template from a tree with structural problems, to find further problems.
    ///
    /// A resource without a type gets an unknown type, a parameter without a valid type becomes a
    /// string, and an output without a value becomes empty.
    pub fn recover(mut root: Node) -> (Option<Self>, Vec<Problem>) {
        let problems = shape(&root);
        if !problems.is_empty() {
            repair(&mut root);
        }
        let is_shaped = problems.is_empty() || shape(&root).is_empty();
        (is_shaped.then_some(Self { root }), problems)
    }

    /// Returns the whole tree.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// Returns the tree and drops the template.
    pub fn into_root(self) -> Node {
        self.root
    }

    /// Returns a section.
    pub fn section(&self, section: Section) -> Option<&Node> {
        self.root.get(section.key())
    }

    /// Iterates over the entries of a section. A section that is not a table has none.
    pub fn entries(&self, section: Section) -> impl Iterator<Item = (&str, &Entry)> {
        self.section(section).into_iter().flat_map(Node::entries)
    }

    /// Returns the template's description.
    pub fn description(&self) -> Option<&str> {
        self.section(Section::Description)?.as_str()
    }

    /// Iterates over the resources, in order. Loops and macros are left out.
    pub fn resources(&self) -> impl Iterator<Item = Resource<'_>> {
        self.entries(Section::Resources)
            .filter_map(|(id, entry)| Resource::new(id, entry))
    }

    /// Returns the resource with this logical id.
    pub fn resource(&self, id: &str) -> Option<Resource<'_>> {
        let map = self.section(Section::Resources)?.as_map()?;
        let (id, entry) = map.get_key_value(id)?;
        Resource::new(id, entry)
    }

    /// Iterates over the parameters, in order.
    pub fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        self.entries(Section::Parameters)
            .map(|(name, entry)| Parameter {
                name,
                name_span: entry.key,
                node: &entry.node,
            })
    }

    /// Iterates over the outputs, in order. Loops and macros are left out.
    pub fn outputs(&self) -> impl Iterator<Item = Output<'_>> {
        self.entries(Section::Outputs)
            .filter(|(name, _)| !is_expanded(name))
            .map(|(name, entry)| Output {
                name,
                name_span: entry.key,
                node: &entry.node,
            })
    }

    /// Returns whether the stack may have outputs that the template does not list, because of a
    /// loop or a macro.
    pub fn has_generated_outputs(&self) -> bool {
        self.entries(Section::Outputs)
            .any(|(name, _)| is_expanded(name))
            || self
                .section(Section::Transform)
                .is_some_and(generates_outputs)
    }
}

/// Returns whether the macros in a `Transform` may add outputs. AWS's own macros add none, except
/// the one that includes another text.
pub fn generates_outputs(transform: &Node) -> bool {
    let macros = transform
        .as_list()
        .unwrap_or(std::slice::from_ref(transform));
    macros.iter().any(|named| {
        let name = named.get("Name").unwrap_or(named).as_str();
        name.is_none_or(|name| !name.starts_with("AWS::") || name == "AWS::Include")
    })
}

impl Section {
    /// All sections, in order.
    pub const ALL: &[Section] = &[
        Section::AWSTemplateFormatVersion,
        Section::Description,
        Section::Metadata,
        Section::Parameters,
        Section::Rules,
        Section::Mappings,
        Section::Conditions,
        Section::Transform,
        Section::Resources,
        Section::Outputs,
        Section::Hooks,
    ];

    /// Returns the section's key.
    pub fn key(self) -> &'static str {
        match self {
            Section::AWSTemplateFormatVersion => "AWSTemplateFormatVersion",
            Section::Description => "Description",
            Section::Metadata => "Metadata",
            Section::Parameters => "Parameters",
            Section::Rules => "Rules",
            Section::Mappings => "Mappings",
            Section::Conditions => "Conditions",
            Section::Transform => "Transform",
            Section::Resources => "Resources",
            Section::Outputs => "Outputs",
            Section::Hooks => "Hooks",
        }
    }

    /// Returns whether the section must be a table.
    fn is_table(self) -> bool {
        !matches!(
            self,
            Section::AWSTemplateFormatVersion | Section::Description | Section::Transform
        )
    }
}

impl<'a> Resource<'a> {
    fn new(id: &'a str, entry: &'a Entry) -> Option<Self> {
        let map = entry.node.as_map()?;
        Some(Self {
            id,
            id_span: entry.key,
            node: &entry.node,
            kind: map.get("Type")?.as_str()?,
            map,
        })
    }

    /// Returns the properties.
    pub fn properties(&self) -> Option<&'a Map> {
        self.map.get("Properties")?.as_map()
    }

    /// Returns the property at a path, such as `Environment.Variables.LOG_LEVEL`.
    pub fn property(&self, path: &str) -> Option<&'a Node> {
        self.map.get("Properties")?.at(path)
    }

    /// Iterates over the resources in `DependsOn`, which is one name or a list.
    pub fn depends_on(&self) -> impl Iterator<Item = &'a str> {
        let node = self.map.get("DependsOn");
        let one = node.and_then(Node::as_str);
        let many = node.and_then(Node::as_list).unwrap_or_default();
        one.into_iter().chain(many.iter().filter_map(Node::as_str))
    }

    /// Returns the condition.
    pub fn condition(&self) -> Option<&'a str> {
        self.map.get("Condition")?.as_str()
    }

    /// Returns the `DeletionPolicy`: `Delete`, `Retain`, `Snapshot` or `RetainExceptOnCreate`.
    pub fn deletion_policy(&self) -> Option<&'a str> {
        self.map.get("DeletionPolicy")?.as_str()
    }

    /// Returns the `UpdateReplacePolicy`.
    pub fn update_replace_policy(&self) -> Option<&'a str> {
        self.map.get("UpdateReplacePolicy")?.as_str()
    }

    /// Returns another attribute, such as `Metadata` or `CreationPolicy`.
    pub fn attribute(&self, key: &str) -> Option<&'a Node> {
        self.map.get(key)
    }
}

impl<'a> Parameter<'a> {
    /// Returns the type, such as `String` or `CommaDelimitedList`.
    pub fn kind(&self) -> &'a str {
        self.node
            .get("Type")
            .and_then(Node::as_str)
            .expect("a template's parameters have types")
    }

    /// Returns the default value.
    pub fn default(&self) -> Option<&'a Node> {
        self.node.get("Default")
    }

    /// Returns the description.
    pub fn description(&self) -> Option<&'a str> {
        self.node.get("Description")?.as_str()
    }

    /// Returns whether AWS hides the value.
    pub fn is_no_echo(&self) -> bool {
        let node = self.node.get("NoEcho");
        node.and_then(Node::as_bool)
            .or_else(|| Some(node?.as_str()?.eq_ignore_ascii_case("true")))
            .unwrap_or(false)
    }
}

impl<'a> Output<'a> {
    /// Returns the value.
    pub fn value(&self) -> Option<&'a Node> {
        self.node.get("Value")
    }

    /// Returns the name of the export.
    pub fn export(&self) -> Option<&'a Node> {
        self.node.get("Export")?.get("Name")
    }

    /// Returns the condition.
    pub fn condition(&self) -> Option<&'a str> {
        self.node.get("Condition")?.as_str()
    }
}

/// The type of a resource whose own type is invalid. No schema has it.
pub const UNKNOWN_TYPE: &str = "Unread::Resource::Type";

/// Adds the missing keys of resources, parameters and outputs.
fn repair(root: &mut Node) {
    let Some(map) = root.as_map_mut() else { return };
    map.retain(|name, node| {
        let section = Section::ALL.iter().find(|section| section.key() == name);
        section.is_none_or(|section| instead_of_names(*section, node).is_none())
    });
    fill(map, "Resources", lacks_type, "Type", UNKNOWN_TYPE);
    fill(map, "Parameters", lacks_type, "Type", "String");
    fill(map, "Outputs", lacks_value, "Value", "");
}

fn lacks_type(node: &Node) -> bool {
    node.get("Type").and_then(Node::as_str).is_none()
}

fn lacks_value(node: &Node) -> bool {
    node.get("Value").is_none()
}

/// Sets the key in each entry that lacks it.
fn fill(root: &mut Map, section: &str, lacks: impl Fn(&Node) -> bool, key: &str, value: &str) {
    let table = root.get_mut(section).and_then(Node::as_map_mut);
    for (name, entry) in table.into_iter().flat_map(Map::iter_mut) {
        if is_expanded(name) || !lacks(&entry.node) {
            continue;
        }
        let mut map = match entry.node.function() {
            None => entry.node.as_map().cloned().unwrap_or_default(),
            Some(_) => Map::default(),
        };
        map.remove(key);
        map.insert(key, entry.key, Node::new(value, entry.key));
        entry.node = Node::new(map, entry.node.span);
    }
}

/// Returns the function in place of a section's entries, if one is there. Resources, parameters and
/// outputs are checked one by one instead.
fn instead_of_names(section: Section, node: &Node) -> Option<&'static str> {
    let has_names = [Section::Conditions, Section::Mappings, Section::Rules].contains(&section);
    let (function, _) = node.function().filter(|_| has_names)?;
    (function != Function::Transform).then_some(function.key())
}

fn shape(root: &Node) -> Vec<Problem> {
    let wrong = |message: String, span: Span, label: &str| {
        Problem::error(codes::TEMPLATE_SHAPE, message).at(span, label)
    };
    let Some(map) = root.as_map() else {
        let message = format!("invalid template: expected a table, found {}", root.kind());
        return vec![wrong(message, root.span, "")];
    };
    let mut problems = Vec::new();
    for section in Section::ALL.iter().filter(|section| section.is_table()) {
        let Some(node) = map.get(section.key()) else {
            continue;
        };
        if node.as_map().is_none() {
            let message = format!(
                "`{}`: expected a table, found {}",
                section.key(),
                node.kind()
            );
            problems.push(wrong(message, node.span, "expected a table"));
        }
        if let Some(function) = instead_of_names(*section, node) {
            let message = format!(
                "`{}`: expected a table of names, found `{function}`",
                section.key()
            );
            problems.push(wrong(message, node.span, "expected names"));
        }
    }
    let table = |key: &str| map.get(key).and_then(Node::as_map);
    if table("Resources").is_none_or(Map::is_empty) && problems.is_empty() {
        let message = "a template must have at least one resource".to_owned();
        problems.push(wrong(message, root.span, ""));
    }
    for (section, what) in [("Resources", "resource"), ("Parameters", "parameter")] {
        for (name, entry) in table(section).into_iter().flat_map(Map::iter) {
            if is_expanded(name) && section == "Resources" {
                continue; // others stand in its place before it is a resource
            }
            if is_expanded(name) {
                let message = format!("`{name}` is not allowed in `Parameters`");
                let problem = wrong(message, entry.key, "not allowed here");
                problems.push(problem.help("declare each parameter separately"));
            } else if lacks_type(&entry.node) {
                let message = format!("missing `Type` of {what} `{name}`");
                problems.push(wrong(message, entry.key, "`Type` is missing"));
            }
        }
    }
    for (name, entry) in table("Outputs").into_iter().flat_map(Map::iter) {
        if !is_expanded(name) && lacks_value(&entry.node) {
            let message = format!("missing `Value` of output `{name}`");
            problems.push(wrong(message, entry.key, "`Value` is missing"));
        }
    }
    // The checks of a valid template also report unknown sections.
    if !problems.is_empty() {
        report_unknown_sections(map, &mut problems);
    }
    problems
}

/// Reports the sections that CloudFormation does not know.
pub fn report_unknown_sections(root: &Map, problems: &mut Vec<Problem>) {
    let sections: Vec<&str> = Section::ALL.iter().map(|section| section.key()).collect();
    report_unknown_keys(root, &sections, "a template", problems);
}

/// Reports the keys of `map` that are not in `known`. `owner` names the table, with its article.
pub fn report_unknown_keys(map: &Map, known: &[&str], owner: &str, problems: &mut Vec<Problem>) {
    for (key, entry) in map.iter() {
        if known.contains(&key) || key.starts_with("Fn::") || is_custom_version(map, key) {
            continue;
        }
        let message = format!("unknown key `{key}` in {owner}");
        let problem = Problem::error(codes::TEMPLATE_KEY, message)
            .at(entry.key, "unknown")
            .suggest(nearest(key, known.iter().copied()));
        problems.push(problem);
    }
}

/// Returns whether `key` is the `Version` of a custom resource, which the documentation does not
/// list.
fn is_custom_version(resource: &Map, key: &str) -> bool {
    let kind = resource.get("Type").and_then(Node::as_str);
    let custom =
        |kind: &str| kind.starts_with("Custom::") || kind == "AWS::CloudFormation::CustomResource";
    key == "Version" && kind.is_some_and(custom)
}
