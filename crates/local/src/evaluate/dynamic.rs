//! Dynamic references: `{{resolve:ssm:name:version}}` inside a string.
//!
//! Those to secrets (`ssm-secure`, `secretsmanager`) stay as they are written: CloudFormation
//! hands them to the resource's service and never shows what they resolve to.

use super::{Error, Evaluation, Value};

const OPEN: &str = "{{resolve:ssm:";
const CLOSE: &str = "}}";

impl Evaluation<'_> {
    /// `text` with each reference to an SSM parameter replaced by that parameter's value.
    pub(super) fn dynamic_references(&self, text: &str) -> Result<Value, Error> {
        let mut resolved = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(OPEN) {
            let Some((reference, behind)) = after.split_once(CLOSE) else {
                break;
            };
            resolved.push_str(before);
            match self.ssm_parameter(reference)? {
                Some(value) => resolved.push_str(&value),
                None => return Ok(Value::Unknown),
            }
            rest = behind;
        }
        resolved.push_str(rest);
        Ok(Value::String(resolved))
    }

    /// The value of `name` or `name:version`; `None` while it is unknown.
    fn ssm_parameter(&self, reference: &str) -> Result<Option<String>, Error> {
        let (name, version) = match reference.rsplit_once(':') {
            Some((name, version)) => match version.parse() {
                Ok(version) => (name, Some(version)),
                Err(_) => return Err(Error::NoSsmParameter(reference.to_owned())),
            },
            None => (reference, None),
        };
        let value = self.lookup.ssm_parameter(name, version);
        match value.ok_or_else(|| Error::NoSsmParameter(reference.to_owned()))? {
            Value::Unknown => Ok(None),
            Value::List(items) => {
                let texts: Vec<_> = items.iter().filter_map(Value::to_text).collect();
                Ok(Some(texts.join(",")))
            }
            value => Ok(value.to_text()),
        }
    }
}
