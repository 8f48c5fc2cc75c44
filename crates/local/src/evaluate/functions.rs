//! Each function but `Ref` and `Fn::GetAtt`.

use super::{Error, Evaluation, Value, cidr, zones};
use base64::Engine as _;
use formwork_template::intrinsic::Attribute;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Map, Node};

/// A list of texts of which some may be unknown.
type Texts = Option<Vec<String>>;

impl Evaluation<'_> {
    /// What a function other than `Fn::If` comes to.
    pub(super) fn call(&self, function: Function, argument: &Node) -> Result<Value, Error> {
        match function {
            Function::Base64 => self.base64(argument),
            Function::Cidr => self.cidr(argument),
            Function::FindInMap => self.find_in_map(argument),
            Function::GetAZs => self.get_azs(argument),
            Function::ImportValue => self.import_value(argument),
            Function::Join => self.join(argument),
            Function::Length => self.length(argument),
            Function::Select => self.select(argument),
            Function::Split => self.split(argument),
            Function::ToJsonString => self.json_string(argument),
            Function::And | Function::Or | Function::Not | Function::Equals => {
                Err(Error::Malformed(format!(
                    "{} can only be used in the Conditions block of the template",
                    function.key()
                )))
            }
            Function::ForEach | Function::GetStackOutput | Function::Transform => {
                Err(Error::Unsupported(function.key().to_owned()))
            }
            Function::Ref
            | Function::GetAtt
            | Function::Sub
            | Function::If
            | Function::Condition => Err(malformed(function)),
        }
    }

    /// `Fn::If`: only the branch that is taken is looked at.
    pub(super) fn choose(&self, argument: &Node) -> Result<Option<Value>, Error> {
        let Some([condition, then, otherwise]) = argument.as_list() else {
            return Err(malformed(Function::If));
        };
        let name = condition.as_str().ok_or_else(|| malformed(Function::If))?;
        let holds = self.conditions.admits(Some(name))?;
        self.value(if holds { then } else { otherwise })
    }

    /// `Fn::Sub`.
    pub(super) fn sub(&self, text: &str, variables: Option<&Map>) -> Result<Value, Error> {
        let mut result = String::new();
        let mut known = true;
        for part in parts(text) {
            match part {
                Part::Literal(literal) => result.push_str(literal),
                Part::Escaped(name) => {
                    result.push_str("${");
                    result.push_str(name);
                    result.push('}');
                }
                Part::Reference { name, .. } => match self.sub_name(name, variables)? {
                    Some(value) => result.push_str(&value),
                    None => known = false,
                },
            }
        }
        if !known {
            return Ok(Value::Unknown);
        }
        self.dynamic_references(&result)
    }

    /// The text of a name in an `Fn::Sub`; `None` while it is unknown.
    fn sub_name(&self, name: &str, variables: Option<&Map>) -> Result<Option<String>, Error> {
        let value = match variables.and_then(|variables| variables.get(name)) {
            Some(node) => self.value(node)?,
            None => match name.split_once('.') {
                Some((resource, attribute)) => {
                    Some(self.attribute(resource, Attribute::Name(attribute))?)
                }
                None => self.reference(name)?,
            },
        };
        match value {
            Some(Value::Unknown) => Ok(None),
            value => {
                let text = value.and_then(|value| value.to_text());
                text.map(Some).ok_or_else(|| {
                    Error::Malformed(format!(
                        "variable {name} in Fn::Sub expression does not resolve to a string"
                    ))
                })
            }
        }
    }

    fn base64(&self, argument: &Node) -> Result<Value, Error> {
        let encoded = |text| base64::engine::general_purpose::STANDARD.encode(text);
        let text = self.text(argument, Function::Base64)?;
        Ok(text.map_or(Value::Unknown, |text| Value::String(encoded(text))))
    }

    fn cidr(&self, argument: &Node) -> Result<Value, Error> {
        let wrong = || malformed(Function::Cidr);
        let items = argument.as_list().ok_or_else(wrong)?;
        let (block, count, bits) = match items {
            [block, count] => (block, count, None),
            [block, count, bits] => (block, count, Some(bits)),
            _ => return Err(wrong()),
        };
        let Some(block) = self.text(block, Function::Cidr)? else {
            return Ok(Value::Unknown);
        };
        let Some(count) = self.text(count, Function::Cidr)? else {
            return Ok(Value::Unknown);
        };
        // Without the third argument a block has 8 bits for hosts.
        let bits = match bits {
            Some(bits) => match self.text(bits, Function::Cidr)? {
                Some(bits) => bits,
                None => return Ok(Value::Unknown),
            },
            None => "8".to_owned(),
        };
        let (Ok(count), Ok(bits)) = (count.parse(), bits.parse()) else {
            return Err(wrong());
        };
        let blocks = cidr::blocks(&block, count, bits);
        blocks.map(Value::from).ok_or_else(|| {
            Error::Malformed(format!(
                "Fn::Cidr cannot create {count} blocks with {bits} host bits in {block}"
            ))
        })
    }

    fn find_in_map(&self, argument: &Node) -> Result<Value, Error> {
        let wrong = || malformed(Function::FindInMap);
        let items = argument.as_list().ok_or_else(wrong)?;
        let (keys, default) = match items {
            [_, _, _] => (items, None),
            [keys @ .., options] if keys.len() == 3 => (keys, options.get("DefaultValue")),
            _ => return Err(wrong()),
        };
        let mut texts = Vec::new();
        for key in keys {
            match self.text(key, Function::FindInMap)? {
                Some(text) => texts.push(text),
                None => return Ok(Value::Unknown),
            }
        }
        let found = texts
            .iter()
            .try_fold(self.mappings, |node, key| Some(node?.get(key)))
            .flatten();
        match found.or(default) {
            Some(node) => self.value(node)?.ok_or_else(wrong),
            None => Err(Error::NoMapping(texts.join("::"))),
        }
    }

    fn get_azs(&self, argument: &Node) -> Result<Value, Error> {
        Ok(match self.text(argument, Function::GetAZs)? {
            None => Value::Unknown,
            Some(region) if region.is_empty() => Value::from(self.place.zones()),
            Some(region) => Value::from(zones(&region)),
        })
    }

    fn import_value(&self, argument: &Node) -> Result<Value, Error> {
        match self.text(argument, Function::ImportValue)? {
            None => Ok(Value::Unknown),
            Some(name) => self.lookup.export(&name).ok_or(Error::NoExport(name)),
        }
    }

    fn join(&self, argument: &Node) -> Result<Value, Error> {
        let Some([delimiter, items]) = argument.as_list() else {
            return Err(malformed(Function::Join));
        };
        let Some(delimiter) = self.text(delimiter, Function::Join)? else {
            return Ok(Value::Unknown);
        };
        match self.texts(items, Function::Join)? {
            Some(texts) => self.dynamic_references(&texts.join(&delimiter)),
            None => Ok(Value::Unknown),
        }
    }

    fn length(&self, argument: &Node) -> Result<Value, Error> {
        match self.value(argument)? {
            Some(Value::Unknown) => Ok(Value::Unknown),
            Some(Value::List(items)) => Ok(Value::Number(items.len().into())),
            _ => Err(malformed(Function::Length)),
        }
    }

    fn select(&self, argument: &Node) -> Result<Value, Error> {
        let wrong = || malformed(Function::Select);
        let Some([index, items]) = argument.as_list() else {
            return Err(wrong());
        };
        let Some(index) = self.text(index, Function::Select)? else {
            return Ok(Value::Unknown);
        };
        let items = match self.value(items)? {
            Some(Value::Unknown) => return Ok(Value::Unknown),
            Some(Value::List(items)) => items,
            _ => return Err(wrong()),
        };
        let position: usize = index.parse().map_err(|_| wrong())?;
        items.get(position).cloned().ok_or(Error::NoItem(index))
    }

    fn split(&self, argument: &Node) -> Result<Value, Error> {
        let Some([delimiter, text]) = argument.as_list() else {
            return Err(malformed(Function::Split));
        };
        let delimiter = self.text(delimiter, Function::Split)?;
        let text = self.text(text, Function::Split)?;
        let (Some(delimiter), Some(text)) = (delimiter, text) else {
            return Ok(Value::Unknown);
        };
        if delimiter.is_empty() {
            return Err(malformed(Function::Split));
        }
        Ok(Value::List(
            text.split(&delimiter).map(Value::from).collect(),
        ))
    }

    fn json_string(&self, argument: &Node) -> Result<Value, Error> {
        match self.value(argument)? {
            Some(value @ (Value::Map(_) | Value::List(_))) if value.has_unknown() => {
                Ok(Value::Unknown)
            }
            Some(value @ (Value::Map(_) | Value::List(_))) => {
                Ok(Value::String(value.to_json().to_string()))
            }
            Some(Value::Unknown) => Ok(Value::Unknown),
            _ => Err(malformed(Function::ToJsonString)),
        }
    }

    /// The text of an argument that must be a scalar; `None` while it is unknown.
    pub(super) fn text(&self, node: &Node, function: Function) -> Result<Option<String>, Error> {
        match self.value(node)? {
            Some(Value::Unknown) => Ok(None),
            Some(value) => value.to_text().map(Some).ok_or_else(|| malformed(function)),
            None => Err(malformed(function)),
        }
    }

    /// The texts of an argument that must be a list of scalars; `None` while one is unknown.
    fn texts(&self, node: &Node, function: Function) -> Result<Texts, Error> {
        let items = match self.value(node)? {
            Some(Value::Unknown) => return Ok(None),
            Some(Value::List(items)) => items,
            _ => return Err(malformed(function)),
        };
        if items.contains(&Value::Unknown) {
            return Ok(None);
        }
        let texts: Texts = items.iter().map(Value::to_text).collect();
        texts.map(Some).ok_or_else(|| malformed(function))
    }
}

/// The error for an argument that has not the form it must have, in CloudFormation's words where
/// they are known.
pub(super) fn malformed(function: Function) -> Error {
    let message = match function {
        Function::Ref => "All 'Ref' functions must reference a name given as a string".to_owned(),
        Function::GetAtt => "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute".to_owned(),
        Function::Sub => "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string".to_owned(),
        Function::Join => "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined.".to_owned(),
        Function::Select => "every Fn::Select object requires two non-null parameters, the first is the integer index and the second is the list to select from or a function that returns one".to_owned(),
        Function::Split => "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.".to_owned(),
        Function::FindInMap => "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value".to_owned(),
        Function::Cidr => "every Fn::Cidr object requires two parameters, (1) Cidr block, (2) count, and optionally (3) cidrBits".to_owned(),
        Function::Base64 => "every Fn::Base64 object must have a String-typed value.".to_owned(),
        Function::ImportValue => "the attribute in Fn::ImportValue must be a string or a function that returns a string".to_owned(),
        Function::If => "Fn::If requires a list argument with three parameters: the condition's name and two values".to_owned(),
        Function::Not => "Fn::Not requires a list argument with one function token".to_owned(),
        Function::Equals => "Fn::Equals requires a list argument with two string parameters".to_owned(),
        Function::And | Function::Or => format!("every {} object requires a list of at least 2 and at most 10 boolean parameters", function.key()),
        other => format!("{} does not have the argument it needs", other.key()),
    };
    Error::Malformed(message)
}
