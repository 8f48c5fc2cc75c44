//! The functions other than `Ref` and `Fn::GetAtt`.

use super::{Error, EvaluatedValue, Evaluator, cidr};
use crate::intrinsic::Attribute;
use crate::sub::{Part, parts};
use crate::{Function, Map, Node};
use base64::Engine as _;

/// A list of texts, or `None` when one of them is unknown.
type Texts = Option<Vec<String>>;

impl Evaluator<'_> {
    /// Evaluates a function other than `Ref`, `Fn::GetAtt`, `Fn::Sub` and `Fn::If`.
    pub(super) fn call(
        &self,
        function: Function,
        argument: &Node,
    ) -> Result<EvaluatedValue, Error> {
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

    /// Evaluates `Fn::If`. Only the chosen branch is evaluated.
    pub(super) fn choose(&self, argument: &Node) -> Result<Option<EvaluatedValue>, Error> {
        let Some([condition, then, otherwise]) = argument.as_list() else {
            return Err(malformed(Function::If));
        };
        let name = condition.as_str().ok_or_else(|| malformed(Function::If))?;
        let holds = self.conditions.admits(Some(name))?;
        self.evaluate(if holds { then } else { otherwise })
    }

    /// Evaluates `Fn::Sub`.
    pub(super) fn sub(&self, text: &str, variables: Option<&Map>) -> Result<EvaluatedValue, Error> {
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
            return Ok(EvaluatedValue::Unknown);
        }
        self.resolve_dynamic_references(&result)
    }

    /// Returns the text of a name in an `Fn::Sub`, or `None` when it is unknown.
    fn sub_name(&self, name: &str, variables: Option<&Map>) -> Result<Option<String>, Error> {
        let value = match variables.and_then(|variables| variables.get(name)) {
            Some(node) => self.evaluate(node)?,
            None => match name.split_once('.') {
                Some((resource, attribute)) => {
                    Some(self.attribute(resource, Attribute::Name(attribute))?)
                }
                None => self.reference(name)?,
            },
        };
        match value {
            Some(EvaluatedValue::Unknown) => Ok(None),
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

    fn base64(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        let encoded = |text| base64::engine::general_purpose::STANDARD.encode(text);
        let text = self.text(argument, Function::Base64)?;
        Ok(text.map_or(EvaluatedValue::Unknown, |text| {
            EvaluatedValue::String(encoded(text))
        }))
    }

    fn cidr(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        let wrong = || malformed(Function::Cidr);
        let items = argument.as_list().ok_or_else(wrong)?;
        let (block, count, bits) = match items {
            [block, count] => (block, count, None),
            [block, count, bits] => (block, count, Some(bits)),
            _ => return Err(wrong()),
        };
        let Some(block) = self.text(block, Function::Cidr)? else {
            return Ok(EvaluatedValue::Unknown);
        };
        let Some(count) = self.text(count, Function::Cidr)? else {
            return Ok(EvaluatedValue::Unknown);
        };
        // Without a third argument, each block has 8 host bits.
        let bits = match bits {
            Some(bits) => match self.text(bits, Function::Cidr)? {
                Some(bits) => bits,
                None => return Ok(EvaluatedValue::Unknown),
            },
            None => "8".to_owned(),
        };
        let (Ok(count), Ok(bits)) = (count.parse(), bits.parse()) else {
            return Err(wrong());
        };
        let blocks = cidr::blocks(&block, count, bits);
        blocks.map(EvaluatedValue::from).ok_or_else(|| {
            Error::Malformed(format!(
                "Fn::Cidr cannot create {count} blocks with {bits} host bits in {block}"
            ))
        })
    }

    fn find_in_map(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
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
                None => return Ok(EvaluatedValue::Unknown),
            }
        }
        let found = texts
            .iter()
            .try_fold(self.mappings, |node, key| Some(node?.get(key)))
            .flatten();
        match found.or(default) {
            Some(node) => self.evaluate(node)?.ok_or_else(wrong),
            None => Err(Error::NoMapping(texts.join("::"))),
        }
    }

    fn get_azs(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        Ok(match self.text(argument, Function::GetAZs)? {
            None => EvaluatedValue::Unknown,
            Some(region) => EvaluatedValue::from(self.environment.availability_zones(&region)),
        })
    }

    fn import_value(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        match self.text(argument, Function::ImportValue)? {
            None => Ok(EvaluatedValue::Unknown),
            Some(name) => self.environment.export(&name).ok_or(Error::NoExport(name)),
        }
    }

    fn join(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        let Some([delimiter, items]) = argument.as_list() else {
            return Err(malformed(Function::Join));
        };
        let Some(delimiter) = self.text(delimiter, Function::Join)? else {
            return Ok(EvaluatedValue::Unknown);
        };
        match self.texts(items, Function::Join)? {
            Some(texts) => self.resolve_dynamic_references(&texts.join(&delimiter)),
            None => Ok(EvaluatedValue::Unknown),
        }
    }

    fn length(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        match self.evaluate(argument)? {
            Some(EvaluatedValue::Unknown) => Ok(EvaluatedValue::Unknown),
            Some(EvaluatedValue::List(items)) => Ok(EvaluatedValue::Number(items.len().into())),
            _ => Err(malformed(Function::Length)),
        }
    }

    fn select(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        let wrong = || malformed(Function::Select);
        let Some([index, items]) = argument.as_list() else {
            return Err(wrong());
        };
        let Some(index) = self.text(index, Function::Select)? else {
            return Ok(EvaluatedValue::Unknown);
        };
        let items = match self.evaluate(items)? {
            Some(EvaluatedValue::Unknown) => return Ok(EvaluatedValue::Unknown),
            Some(EvaluatedValue::List(items)) => items,
            _ => return Err(wrong()),
        };
        let position: usize = index.parse().map_err(|_| wrong())?;
        items.get(position).cloned().ok_or(Error::NoItem(index))
    }

    fn split(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        let Some([delimiter, text]) = argument.as_list() else {
            return Err(malformed(Function::Split));
        };
        let delimiter = self.text(delimiter, Function::Split)?;
        let text = self.text(text, Function::Split)?;
        let (Some(delimiter), Some(text)) = (delimiter, text) else {
            return Ok(EvaluatedValue::Unknown);
        };
        if delimiter.is_empty() {
            return Err(malformed(Function::Split));
        }
        Ok(EvaluatedValue::List(
            text.split(&delimiter).map(EvaluatedValue::from).collect(),
        ))
    }

    fn json_string(&self, argument: &Node) -> Result<EvaluatedValue, Error> {
        match self.evaluate(argument)? {
            Some(value @ (EvaluatedValue::Map(_) | EvaluatedValue::List(_)))
                if value.has_unknown() =>
            {
                Ok(EvaluatedValue::Unknown)
            }
            Some(value @ (EvaluatedValue::Map(_) | EvaluatedValue::List(_))) => {
                Ok(EvaluatedValue::String(value.to_json().to_string()))
            }
            Some(EvaluatedValue::Unknown) => Ok(EvaluatedValue::Unknown),
            _ => Err(malformed(Function::ToJsonString)),
        }
    }

    /// Evaluates an argument that must be a scalar. Returns `None` when it is unknown.
    pub(super) fn text(&self, node: &Node, function: Function) -> Result<Option<String>, Error> {
        match self.evaluate(node)? {
            Some(EvaluatedValue::Unknown) => Ok(None),
            Some(value) => value.to_text().map(Some).ok_or_else(|| malformed(function)),
            None => Err(malformed(function)),
        }
    }

    /// Evaluates an argument that must be a list of scalars. Returns `None` when one is unknown.
    fn texts(&self, node: &Node, function: Function) -> Result<Texts, Error> {
        let items = match self.evaluate(node)? {
            Some(EvaluatedValue::Unknown) => return Ok(None),
            Some(EvaluatedValue::List(items)) => items,
            _ => return Err(malformed(function)),
        };
        if items.contains(&EvaluatedValue::Unknown) {
            return Ok(None);
        }
        let texts: Texts = items.iter().map(EvaluatedValue::to_text).collect();
        texts.map(Some).ok_or_else(|| malformed(function))
    }
}

/// Returns the error for an argument of the wrong form, in CloudFormation's words where they are
/// known.
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
