//! The interface of a component, as its text declares it. Nothing is evaluated.

use formwork_template::diagnostics::{FileId, Problem};
use formwork_template::{Entry, Node};

use crate::scope::value::ValueType;
use crate::syntax::document;
use crate::syntax::keys::is_upper;

/// The interface of a component.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Interface {
    /// The description.
    pub description: Option<String>,
    /// The inputs, in text order.
    pub inputs: Vec<InterfaceInput>,
    /// The outputs, in text order.
    pub outputs: Vec<InterfaceOutput>,
    /// The resources: the name, and the type or the component.
    pub resources: Vec<(String, String)>,
}

/// An input of a component.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct InterfaceInput {
    /// The input's name.
    pub name: String,
    /// The name of the type, as in `string`. Without a `type`, that of the default.
    pub kind: String,
    /// The default. None for a required input.
    pub default: Option<Node>,
    /// The description.
    pub description: Option<String>,
    /// The smallest number or shortest length.
    pub min: Option<f64>,
    /// The greatest number or length.
    pub max: Option<f64>,
    /// The allowed values. Empty if all values are allowed.
    pub one_of: Vec<Node>,
    /// The regular expression that the whole text must match.
    pub pattern: Option<String>,
    /// The outputs that a stack must have.
    pub provides: Vec<String>,
    /// The condition of the input.
    pub when: Option<String>,
}

/// An output of a component.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InterfaceOutput {
    /// The output's name.
    pub name: String,
    /// The description.
    pub description: Option<String>,
    /// The condition of the output.
    pub when: Option<String>,
}

impl Interface {
    /// Parses a component. Returns the syntax errors if it is not valid TOML.
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
        // A value that is not a table is the default.
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
