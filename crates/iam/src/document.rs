//! A policy document and its statements: parsed from a template, printed as JSON.
//!
//! Parsing keeps what it understands and leaves out the rest. `formwork-lint` reports errors.

use crate::text::Text;
use formwork_template::diagnostics::{FileId, Problem, Span};
use formwork_template::{Function, Intrinsic, Map, Node, Value, read};
use serde_json::{Value as Json, json};

/// The version of the policy language that has variables.
pub const VERSION: &str = "2012-10-17";

/// All versions of the policy language.
pub const VERSIONS: [&str; 2] = ["2008-10-17", VERSION];

/// The elements of a document.
pub const DOCUMENT_ELEMENTS: [&str; 3] = ["Version", "Id", "Statement"];

/// The types of principals.
pub const PRINCIPAL_TYPES: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// A policy document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document<'a> {
    /// The version of the policy language.
    pub version: Option<Text<'a>>,
    /// The statements.
    pub statements: Vec<Statement<'a>>,
}

/// A statement of a policy.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Statement<'a> {
    /// The statement's id.
    pub sid: Option<Text<'a>>,
    /// The effect, `Allow` or `Deny`; `None` for any other value.
    pub effect: Option<Effect>,
    /// `Principal` or `NotPrincipal`.
    pub principals: Option<Element<Principal<'a>>>,
    /// `Action` or `NotAction`.
    pub actions: Option<Element<Text<'a>>>,
    /// `Resource` or `NotResource`.
    pub resources: Option<Element<Text<'a>>>,
    /// The conditions, all of which must hold.
    pub conditions: Vec<Condition<'a>>,
}

/// The effect of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The statement allows its actions.
    Allow,
    /// The statement denies its actions.
    Deny,
}

/// An element of a statement, or its opposite.
#[derive(Debug, Clone, PartialEq)]
pub enum Element<T> {
    /// The element itself: only these.
    Only(Vec<T>),
    /// The opposite, such as `NotAction`: all except these.
    Except(Vec<T>),
}

/// A principal.
#[derive(Debug, Clone, PartialEq)]
pub enum Principal<'a> {
    /// `*`: anyone.
    Any,
    /// The type, such as `Service`, and the name.
    Named(&'a str, Text<'a>),
    /// The type alone, because the names are not a text or a list of texts.
    Unknown(&'a str),
}

/// A condition of a statement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Condition<'a> {
    /// The operator, such as `StringEquals`.
    pub operator: String,
    /// The condition key.
    pub key: String,
    /// The values that the key is compared with.
    pub values: Vec<Text<'a>>,
}

impl Effect {
    /// Parses `Allow` or `Deny`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "Allow" => Some(Self::Allow),
            "Deny" => Some(Self::Deny),
            _ => None,
        }
    }

    /// Returns the effect as it is written in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

impl<'a> Document<'a> {
    /// Returns a document of the current version.
    pub fn new(statements: Vec<Statement<'a>>) -> Self {
        Self {
            version: Some(Text::literal(VERSION)),
            statements,
        }
    }

    /// Parses a policy that is a table. A statement that is not a table is kept without elements.
    pub fn parse(node: &'a Node) -> Option<Self> {
        let map = node.as_map().filter(|_| node.function().is_none())?;
        let statements = map.get("Statement").map(items).unwrap_or_default();
        Some(Self {
            version: map.get("Version").and_then(Text::parse),
            statements: statements
                .iter()
                .map(|statement| Statement::parse(statement).unwrap_or_default())
                .collect(),
        })
    }

    /// Prints the document.
    pub fn to_json(&self) -> Json {
        let mut document = serde_json::Map::new();
        if let Some(version) = &self.version {
            document.insert("Version".to_owned(), json!(version.to_string()));
        }
        let statements = self.statements.iter().map(Statement::to_json);
        document.insert("Statement".to_owned(), statements.collect());
        Json::Object(document)
    }

    /// Returns the size as IAM counts it: the characters of the JSON except white space.
    pub fn size(&self) -> usize {
        let text = self.to_json().to_string();
        text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

impl<'a> Statement<'a> {
    /// Parses one statement, or returns `None` if it is not a table.
    pub fn parse(node: &'a Node) -> Option<Self> {
        let map = node.as_map().filter(|_| node.function().is_none())?;
        let conditions = map.get("Condition").and_then(Node::as_map);
        Some(Self {
            sid: map.get("Sid").and_then(Text::parse),
            effect: map
                .get("Effect")
                .and_then(Node::as_str)
                .and_then(Effect::parse),
            principals: element(map, "Principal", "NotPrincipal", principals),
            actions: element(map, "Action", "NotAction", texts),
            resources: element(map, "Resource", "NotResource", texts),
            conditions: conditions.map(parse_conditions).unwrap_or_default(),
        })
    }

    /// Prints the statement; a list of one item is printed as the item.
    pub fn to_json(&self) -> Json {
        let mut statement = serde_json::Map::new();
        if let Some(sid) = &self.sid {
            statement.insert("Sid".to_owned(), json!(sid.to_string()));
        }
        if let Some(effect) = self.effect {
            statement.insert("Effect".to_owned(), json!(effect.as_str()));
        }
        if let Some(principals) = &self.principals {
            let (name, principals) = named("Principal", "NotPrincipal", principals);
            statement.insert(name.to_owned(), principals_to_json(principals));
        }
        let elements = [
            ("Action", "NotAction", &self.actions),
            ("Resource", "NotResource", &self.resources),
        ];
        for (name, opposite, element) in elements {
            if let Some(element) = element {
                let (name, texts) = named(name, opposite, element);
                statement.insert(name.to_owned(), texts_to_json(texts));
            }
        }
        if !self.conditions.is_empty() {
            statement.insert("Condition".to_owned(), conditions_to_json(&self.conditions));
        }
        Json::Object(statement)
    }
}

/// The item or items under an element that takes both.
fn items(node: &Node) -> &[Node] {
    node.as_list().unwrap_or(std::slice::from_ref(node))
}

fn texts(node: &Node) -> Vec<Text<'_>> {
    items(node).iter().filter_map(Text::parse).collect()
}

fn element<'a, T>(
    map: &'a Map,
    name: &str,
    opposite: &str,
    parse: impl Fn(&'a Node) -> Vec<T>,
) -> Option<Element<T>> {
    match (map.get(name), map.get(opposite)) {
        (Some(node), _) => Some(Element::Only(parse(node))),
        (None, Some(node)) => Some(Element::Except(parse(node))),
        (None, None) => None,
    }
}

fn principals(node: &Node) -> Vec<Principal<'_>> {
    let Some(map) = node.as_map().filter(|_| node.function().is_none()) else {
        let is_any = node.as_str() == Some("*");
        return is_any.then_some(Principal::Any).into_iter().collect();
    };
    let mut principals = Vec::new();
    for (kind, entry) in map.iter() {
        let names = items(&entry.node).iter();
        principals.extend(names.map(|name| match Text::parse(name) {
            Some(name) => Principal::Named(kind, name),
            None => Principal::Unknown(kind),
        }));
    }
    principals
}

fn parse_conditions(operators: &Map) -> Vec<Condition<'_>> {
    let mut conditions = Vec::new();
    for (operator, entry) in operators.iter() {
        for (key, entry) in entry.node.entries() {
            conditions.push(Condition {
                operator: operator.to_owned(),
                key: key.to_owned(),
                values: texts(&entry.node),
            });
        }
    }
    conditions
}

fn named<'e, T>(
    name: &'static str,
    opposite: &'static str,
    element: &'e Element<T>,
) -> (&'static str, &'e [T]) {
    match element {
        Element::Only(items) => (name, items),
        Element::Except(items) => (opposite, items),
    }
}

fn texts_to_json(texts: &[Text<'_>]) -> Json {
    match texts {
        [one] => json!(one.to_string()),
        all => all.iter().map(Text::to_string).collect(),
    }
}

fn principals_to_json(principals: &[Principal<'_>]) -> Json {
    let mut by_type: Vec<(&str, Vec<Text<'_>>)> = Vec::new();
    for principal in principals {
        match principal {
            Principal::Any => return json!("*"),
            Principal::Unknown(_) => {}
            Principal::Named(kind, name) => match by_type.iter_mut().find(|(it, _)| it == kind) {
                Some((_, names)) => names.push(name.clone()),
                None => by_type.push((kind, vec![name.clone()])),
            },
        }
    }
    let entries = by_type.into_iter();
    let entries = entries.map(|(kind, names)| (kind.to_owned(), texts_to_json(&names)));
    Json::Object(entries.collect())
}

fn conditions_to_json(conditions: &[Condition<'_>]) -> Json {
    let mut operators = serde_json::Map::new();
    for condition in conditions {
        let keys = operators
            .entry(condition.operator.clone())
            .or_insert_with(|| json!({}));
        keys[&condition.key] = texts_to_json(&condition.values);
    }
    Json::Object(operators)
}

/// The form in which a property holds a policy.
#[derive(Debug, Clone, PartialEq)]
pub enum PolicySource {
    /// A table, or a value that is not a text.
    Table,
    /// A text that is known only after deployment.
    Unknown,
    /// The table that a text of JSON contains. Every part has the span of the whole text.
    Parsed(Node),
    /// A text that is not JSON, with the reason.
    Invalid(String),
    /// A text of JSON with a function in it, which CloudFormation does not evaluate there.
    Function(&'static str),
}

impl PolicySource {
    /// Parses `node` if it is a text of JSON, also with references in it.
    pub fn parse(node: &Node) -> Self {
        let (text, references) = match (node.intrinsic(), node.as_str()) {
            (None, Some(text)) => (text, References::None),
            // A variable of `Fn::Sub` may be replaced by any piece of JSON.
            (Some(Intrinsic::Sub { text, variables }), _) => match variables {
                Some(_) => (text, References::Variables),
                None => (text, References::Names),
            },
            (Some(Intrinsic::Other(Function::ToJsonString, table)), _) => {
                return Self::Parsed(table.clone());
            }
            (Some(_), _) => return Self::Unknown,
            (None, None) => return Self::Table,
        };
        // Dynamic references and names outside of quotes are not JSON until they are resolved.
        if text.contains("{{resolve:") || references == References::Variables {
            return Self::Unknown;
        }
        let parsed = read::read_json(FileId::default(), text);
        match parsed.node {
            Some(mut tree) if !parsed.problems.iter().any(Problem::is_error) => {
                if let Some(key) = first_function(&tree) {
                    return Self::Function(key);
                }
                set_span(&mut tree, node.span, references);
                Self::Parsed(tree)
            }
            _ if references == References::Names => Self::Unknown,
            _ => {
                let mut messages = parsed.problems.into_iter().map(|problem| problem.message);
                Self::Invalid(messages.next().unwrap_or_default())
            }
        }
    }
}

/// The references that a text of JSON may contain.
#[derive(Clone, Copy, PartialEq)]
enum References {
    None,
    /// Names of the template, as in `Fn::Sub` without variables.
    Names,
    /// Names and variables of an `Fn::Sub`.
    Variables,
}

/// Returns the key of the first function in a tree.
fn first_function(tree: &Node) -> Option<&'static str> {
    let mut first = None;
    tree.walk(&mut |node| match node.function() {
        Some((Function::Condition, _)) | None => {}
        Some((function, _)) => {
            first.get_or_insert(function.key());
        }
    });
    first
}

/// Gives every part of `node` the same span, and turns texts with references into `Fn::Sub`.
fn set_span(node: &mut Node, span: Span, references: References) {
    node.span = span;
    match &mut node.value {
        Value::List(items) => items
            .iter_mut()
            .for_each(|item| set_span(item, span, references)),
        Value::Map(map) => {
            for (_, entry) in map.iter_mut() {
                entry.key = span;
                set_span(&mut entry.node, span, references);
            }
        }
        Value::String(text) if references == References::Names && text.contains("${") => {
            let text = std::mem::take(text);
            *node = Node::single("Fn::Sub", Node::new(text, span), span);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parsed_document_is_printed_as_it_was() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Principal":{"Service":["a.amazonaws.com","b.amazonaws.com"]},"NotAction":"s3:*","Resource":["*","arn:aws:s3:::a"],"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}},{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}"#;
        let node = read(FileId::default(), text).node.unwrap();
        let document = Document::parse(&node).unwrap();
        assert_eq!(document.to_json().to_string(), text);
        assert_eq!(document.size(), text.len());
    }

    #[test]
    fn a_text_of_json_is_a_policy_too() {
        let parse = |text: &str| {
            let node = read(FileId::default(), text).node.unwrap();
            PolicySource::parse(&node)
        };
        assert!(matches!(
            parse(r#"'{"Version": "a"}'"#),
            PolicySource::Parsed(_)
        ));
        assert!(matches!(
            parse(r#"!Sub '{"Version": "${a}"}'"#),
            PolicySource::Parsed(_)
        ));
        assert_eq!(parse("!Ref a"), PolicySource::Unknown);
        assert_eq!(parse("{Version: a}"), PolicySource::Table);
        assert!(matches!(parse("'{'"), PolicySource::Invalid(_)));
        let function = PolicySource::Function("Ref");
        assert_eq!(parse(r#"'{"Id": {"Ref": "a"}}'"#), function);
    }
}
