//! What a component asks for and what it gives, read from its text alone.

use formwork_template::diagnostics::{FileId, Problem};
use formwork_template::{Entry, Node};

use crate::scope::value::ValueType;
use crate::syntax::document;
use crate::syntax::keys::is_upper;

/// A component as its text declares it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interface {
    /// What it is.
    pub description: Option<String>,
    /// What it is given, in the order of the text.
    pub inputs: Vec<InterfaceInput>,
    /// What it gives, in the order of the text.
    pub outputs: Vec<InterfaceOutput>,
    /// Its resources, each with its type, or with the component that it is.
    pub resources: Vec<(String, String)>,
}

/// An input of a component.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InterfaceInput {
    /// Its name.
    pub name: String,
    /// Its type as `type` names it: `string`; that of the default where no type is given.
    pub kind: String,
    /// The value that it has when none is given; nothing where one must be given.
    pub default: Option<Node>,
    /// What it is for.
    pub description: Option<String>,
    /// The least number, or length of a text or list.
    pub min: Option<f64>,
    /// The most of the same.
    pub max: Option<f64>,
    /// The values that it takes; none where any of its type is taken.
    pub one_of: Vec<Node>,
    /// The regular expression that all of a text must match.
    pub pattern: Option<String>,
    /// The outputs that a stack which is given must have.
    pub provides: Vec<String>,
    /// On what it depends whether there is such an input.
    pub when: Option<String>,
}

/// An output of a component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceOutput {
    /// Its name.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// On what it depends whether there is such an output.
    pub when: Option<String>,
}

impl Interface {
    /// Reads a component's text; gives what is wrong with its syntax where it is no TOML.
    pub fn read(file: FileId, text: &str) -> Result<Self, Vec<Problem>> {
        let document = document::read(file, text);
        if document.problems.iter().any(Problem::is_error) {
            return Err(document.problems);
        }
        let root = &document.root;
        let below = |table: &str| root.get(table).into_iter().flat_map(Node::entries);
        let in_file = root.entries().filter(|(name, _)| is_upper(name));
        Ok(Self {
            description: word(root, "description"),
            inputs: below("inputs").map(InterfaceInput::of).collect(),
            outputs: below("outputs").map(InterfaceOutput::of).collect(),
            resources: in_file
                .chain(below("resources"))
                .filter_map(|(id, Entry { node, .. })| {
                    let kind = word(node, "type").or_else(|| word(node, "use"))?;
                    Some((id.to_owned(), kind))
                })
                .collect(),
        })
    }
}

impl InterfaceInput {
    fn of((name, Entry { node, .. }): (&str, &Entry)) -> Self {
        let name = name.to_owned();
        // What is no table is the default itself.
        if node.as_map().is_none() {
            return Self {
                name,
                kind: kind_of(node),
                default: Some(node.clone()),
                ..Self::default()
            };
        }
        let default = node.get("default");
        let items = |key: &str| node.get(key).and_then(Node::as_list).unwrap_or_default();
        let texts = |key: &str| items(key).iter().filter_map(Node::as_str);
        Self {
            name,
            kind: word(node, "type").unwrap_or_else(|| default.map(kind_of).unwrap_or_default()),
            default: default.cloned(),
            description: word(node, "description"),
            min: number(node, "min"),
            max: number(node, "max"),
            one_of: items("one_of").to_vec(),
            pattern: word(node, "pattern"),
            provides: texts("provides").map(str::to_owned).collect(),
            when: word(node, "when"),
        }
    }
}

impl InterfaceOutput {
    fn of((name, Entry { node, .. }): (&str, &Entry)) -> Self {
        Self {
            name: name.to_owned(),
            description: word(node, "description"),
            when: word(node, "when"),
        }
    }
}

fn word(node: &Node, key: &str) -> Option<String> {
    Some(node.get(key)?.as_str()?.to_owned())
}

fn number(node: &Node, key: &str) -> Option<f64> {
    match &node.get(key)?.value {
        formwork_template::Value::Number(number) => number.as_f64(),
        _ => None,
    }
}

fn kind_of(default: &Node) -> String {
    ValueType::of(default)
        .map_or("", ValueType::name)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SHIPPED_COMPONENTS;
    use formwork_template::diagnostics::Sources;

    fn read(text: &str) -> Result<Interface, Vec<Problem>> {
        let file = Sources::default().add("component.toml", text);
        Interface::read(file, text)
    }

    #[test]
    fn a_component_says_what_it_takes_and_gives() {
        let found = read(
            "description = \"A topic\"\n[inputs]\nname = \"news\"\ndays = { type = \"integer\", min = 1, max = 7, when = \"inputs.name == 'x'\" }\n[inputs.network]\ntype = \"stack\"\nprovides = [\"VpcId\"]\n[Topic]\ntype = \"AWS::SNS::Topic\"\n[Jobs]\nuse = \"aws/queue\"\n[outputs]\nArn = \"${Topic}\"\nUrl = { value = \"${Jobs.Url}\", when = \"inputs.days is not none\" }\n",
        )
        .unwrap();
        assert_eq!(found.description.as_deref(), Some("A topic"));
        let [name, days, network] = found.inputs.as_slice() else {
            panic!("{:?}", found.inputs);
        };
        assert_eq!((&*name.name, &*name.kind), ("name", "string"));
        assert_eq!(name.default.as_ref().and_then(Node::as_str), Some("news"));
        assert_eq!(days.default, None);
        assert_eq!((days.min, days.max), (Some(1.0), Some(7.0)));
        assert_eq!(days.when.as_deref(), Some("inputs.name == 'x'"));
        assert_eq!(network.provides, ["VpcId"]);
        let pair = |id: &str, kind: &str| (id.to_owned(), kind.to_owned());
        assert_eq!(
            found.resources,
            [pair("Topic", "AWS::SNS::Topic"), pair("Jobs", "aws/queue")]
        );
        let outputs: Vec<_> = found.outputs.iter().map(|output| &*output.name).collect();
        assert_eq!(outputs, ["Arn", "Url"]);
        assert_eq!(
            found.outputs[1].when.as_deref(),
            Some("inputs.days is not none")
        );
    }

    #[test]
    fn what_is_shipped_is_described_with_a_type_for_each_input() {
        for (name, text) in SHIPPED_COMPONENTS {
            let found = read(text).unwrap();
            assert!(found.description.is_some(), "{name}");
            for input in &found.inputs {
                assert!(
                    !input.kind.is_empty() && input.description.is_some(),
                    "{name}: {input:?}"
                );
            }
            assert!(!found.resources.is_empty() && !found.outputs.is_empty());
        }
    }

    #[test]
    fn what_is_no_toml_says_where() {
        let problems = read("[inputs\n").unwrap_err();
        assert!(problems.iter().any(Problem::is_error));
    }
}
