//! The form of the Query protocol: flat names for nested values, such as `Tags.member.1.Key`.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::model::UnknownVariant;
use crate::model::response::ApiError;

/// The parameters of a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Form {
    values: BTreeMap<String, String>,
}

impl Form {
    /// Parses a form from a body or a query string.
    pub(super) fn parse(text: &[u8]) -> Self {
        let values = form_urlencoded::parse(text).into_owned().collect();
        Self { values }
    }

    /// Returns the value of a name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns the value of a name, or `None` if it is absent or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    }

    /// Returns the value of a name, or an error if it is absent.
    pub(super) fn required(&self, name: &str) -> Result<String, ApiError> {
        let text = self.get(name).map(str::to_owned);
        text.ok_or_else(|| constraint("null", name, "Member must not be null"))
    }

    /// Returns a boolean.
    pub(super) fn boolean(&self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.get(name) {
            None | Some("") => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(malformed(name, other, "boolean")),
        }
    }

    /// Returns a whole number.
    pub(super) fn number(&self, name: &str) -> Result<Option<u32>, ApiError> {
        let text = self.text(name);
        text.map(|text| text.parse().map_err(|_| malformed(name, &text, "integer")))
            .transpose()
    }

    /// Returns a variant of an enum.
    pub(super) fn enum_value<T>(&self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: FromStr<Err = UnknownVariant>,
    {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|unknown: UnknownVariant| {
            let allowed = unknown.allowed.join(", ");
            let rule = format!("Member must satisfy enum value set: [{allowed}]");
            constraint(&format!("'{text}'"), name, &rule)
        })
    }

    /// Returns a list of texts. An empty list (`Capabilities=`) differs from an absent one.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<String>> {
        let items: Vec<_> = self
            .indices(name)
            .into_iter()
            .filter_map(|index| self.get(&format!("{name}.member.{index}")))
            .map(str::to_owned)
            .collect();
        (!items.is_empty() || self.get(name).is_some()).then_some(items)
    }

    /// Returns a list of structures, each as a form. An empty list differs from an absent one.
    pub(super) fn structures(&self, name: &str) -> Option<Vec<Form>> {
        let items: Vec<_> = self
            .indices(name)
            .into_iter()
            .map(|index| self.structure(&format!("{name}.member.{index}")))
            .collect();
        (!items.is_empty() || self.get(name).is_some()).then_some(items)
    }

    /// Returns a structure as a form.
    pub(super) fn structure(&self, name: &str) -> Form {
        let prefix = format!("{name}.");
        let values = self
            .values
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .map(|(key, value)| (key[prefix.len()..].to_owned(), value.clone()))
            .collect();
        Form { values }
    }

    /// Returns the indices of a list's members in numeric order.
    fn indices(&self, name: &str) -> Vec<u32> {
        let prefix = format!("{name}.member.");
        let mut indices: Vec<u32> = self
            .values
            .range(prefix.clone()..)
            .take_while(|(key, _)| key.starts_with(&prefix))
            .filter_map(|(key, _)| key[prefix.len()..].split('.').next()?.parse().ok())
            .collect();
        indices.sort_unstable();
        indices.dedup();
        indices
    }
}

/// Returns the error of a value that violates a constraint.
fn constraint(value: &str, name: &str, rule: &str) -> ApiError {
    let mut member = name.to_owned();
    if let Some(first) = member.get_mut(..1) {
        first.make_ascii_lowercase();
    }
    ApiError::validation(format!(
        "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"
    ))
}

/// Returns the error of a value with a wrong type.
fn malformed(name: &str, value: &str, kind: &str) -> ApiError {
    ApiError::new(
        "MalformedInput",
        format!("Value '{value}' of '{name}' is no {kind}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::request::OnFailure;

    #[test]
    fn a_form_is_read_by_its_flat_names() {
        let form = Form::parse(
            b"A=x+y%2B&E=&L.member.2=b&L.member.10=c&L.member.1=a&N=\
              &T.member.1.Key=k&T.member.1.Value=&D.Mode=EXPRESS&B=true&I=5",
        );
        assert_eq!(form.text("A").as_deref(), Some("x y+"));
        assert_eq!(form.text("E"), None);
        assert_eq!(form.texts("L").unwrap(), ["a", "b", "c"]);
        assert_eq!(form.texts("N").unwrap(), [""; 0]);
        assert_eq!(form.texts("M"), None);
        let tags = form.structures("T").unwrap();
        assert_eq!(
            (tags[0].get("Key"), tags[0].get("Value")),
            (Some("k"), Some(""))
        );
        assert_eq!(form.structure("D").get("Mode"), Some("EXPRESS"));
        assert_eq!(form.boolean("B"), Ok(Some(true)));
        assert_eq!(form.number("I"), Ok(Some(5)));
    }

    #[test]
    fn what_breaks_a_rule_is_refused_in_cloudformations_words() {
        let form = Form::parse(b"OnFailure=NEVER&B=maybe&I=x");
        let message = |error: ApiError| error.to_string();
        assert_eq!(
            message(form.required("StackName").unwrap_err()),
            "ValidationError: 1 validation error detected: Value null at 'stackName' failed to \
             satisfy constraint: Member must not be null"
        );
        assert_eq!(
            message(form.enum_value::<OnFailure>("OnFailure").unwrap_err()),
            "ValidationError: 1 validation error detected: Value 'NEVER' at 'onFailure' failed to \
             satisfy constraint: Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]"
        );
        assert!(form.boolean("B").is_err());
        assert!(form.number("I").is_err());
    }
}
