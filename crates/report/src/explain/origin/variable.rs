//! A variable: its value, who gave it and what that replaced.

use formwork_blueprint::{Origin, Variable};

use super::{Found, Unknown, View, is_nested, unknown};
use crate::explain::as_json;
use crate::explain::value::{Explained, Kind, Source};

impl View<'_> {
    /// The variable of that name.
    pub(super) fn variable(&self, name: &str) -> Result<Found, Unknown> {
        let Some(variable) = self.blueprint.variables.get(name) else {
            let names = self.blueprint.variables.keys().map(AsRef::as_ref);
            return Err(unknown("there is no variable", name, "vars.", names));
        };
        let source = self.of_variable(&format!("vars.{name}"), variable);
        let explained = Explained {
            about: match variable.value {
                Some(_) => String::new(),
                None => "sensitive: its value is not shown".to_owned(),
            },
            value: source.value.clone(),
            written: self.place(variable.declared),
            used_by: self.users("vars", name),
            from: vec![Source {
                name: source.by.clone(),
                by: String::new(),
                ..source
            }],
            ..Explained::new(Kind::Variable, format!("vars.{name}"))
        };
        Ok((explained, variable.value.clone().filter(is_nested)))
    }

    pub(super) fn of_variable(&self, name: &str, variable: &Variable) -> Source {
        let replaced = variable.replaced.iter().rev();
        Source {
            name: name.to_owned(),
            by: by(&variable.origin),
            value: variable.value.as_ref().map(as_json),
            place: self.place(variable.span),
            replaced: replaced
                .map(|one| Source {
                    name: name.to_owned(),
                    by: by(&one.origin),
                    value: one.value.as_ref().map(as_json),
                    place: self.place(one.span).filter(|_| one.value.is_some()),
                    ..Source::default()
                })
                .collect(),
        }
    }
}

fn by(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Environment(name) => format!("env {name}"),
        Origin::ProcessEnvironment => "FORMWORK_VAR".to_owned(),
        Origin::CommandLine => "--set".to_owned(),
    }
}
