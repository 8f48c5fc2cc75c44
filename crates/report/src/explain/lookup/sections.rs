//! Looks up the sections of a blueprint and their entries: variables, assets and the environment.

use formwork_blueprint::{Asset, AssetSource, Environment, Origin, Protection, Target, Variable};
use serde_json::Value;

use super::{BlueprintView, LookupError, LookupResult, is_nested, unknown_name};
use crate::explain::as_json;
use crate::explain::explanation::{Explanation, ExplanationKind, Member, ValueSource};

impl BlueprintView<'_> {
    /// Returns a section: `stacks`, `vars`, `assets`, or `env` for the selected environment.
    pub(super) fn section(&self, part: &str) -> Result<Explanation, LookupError> {
        let members = match part {
            "stacks" => self.stacks(),
            "vars" => self.variables(),
            "assets" => self.assets(),
            _ => return self.environment(),
        };
        Ok(Explanation {
            about: self.blueprint.name.clone(),
            members,
            ..Explanation::new(ExplanationKind::Blueprint, part.to_owned())
        })
    }

    fn stacks(&self) -> Vec<Member> {
        let stacks = self.blueprint.graph.stacks();
        stacks
            .map(|stack| {
                let place = self.location(stack.span);
                Member::new(
                    "stacks",
                    stack.key.as_str(),
                    stack.name.as_str().into(),
                    place,
                )
            })
            .collect()
    }

    fn variables(&self) -> Vec<Member> {
        let variables = self.blueprint.variables.iter();
        variables
            .map(|(name, variable)| {
                let value = variable.value.as_ref().map_or(Value::Null, as_json);
                let place = self
                    .location(variable.span)
                    .filter(|_| variable.value.is_some());
                let place = place.or_else(|| self.location(variable.declared));
                Member::new("variables", name.as_ref(), value, place)
            })
            .collect()
    }

    fn assets(&self) -> Vec<Member> {
        let assets = self.blueprint.assets.iter();
        assets
            .map(|(name, asset)| {
                let place = self.location(asset.span);
                let path = path(asset).map_or(Value::Null, Value::from);
                Member::new("assets", name.as_str(), path, place)
            })
            .collect()
    }

    /// Returns the selected environment.
    fn environment(&self) -> Result<Explanation, LookupError> {
        let environment = self.selected_environment()?;
        let mut members: Vec<Member> = settings(environment)
            .into_iter()
            .map(|(name, value)| Member::new("settings", name, value, None))
            .collect();
        let is_overridden = |variable: &&Member| {
            let variable = self.blueprint.variables.get(variable.name.as_str());
            variable.is_some_and(|one| matches!(one.origin, Origin::Environment(_)))
        };
        let variables = self.variables();
        members.extend(variables.iter().filter(is_overridden).cloned());
        let tags = environment.tags.iter();
        members.extend(
            tags.map(|(name, value)| Member::new("tags", name, value.as_str().into(), None)),
        );
        members.extend(self.blueprint.overlays.iter().filter_map(|overlay| {
            let place = self.location(overlay.span)?;
            let text = place.text.clone();
            Some(Member::new("overlays", &text, Value::Null, Some(place)))
        }));
        Ok(Explanation {
            about: self.blueprint.name.clone(),
            members,
            ..Explanation::new(
                ExplanationKind::Environment,
                format!("env.{}", environment.name),
            )
        })
    }

    /// Returns a setting of the selected environment, such as `env.name`.
    pub(super) fn setting(&self, name: &str) -> Result<Explanation, LookupError> {
        let settings = settings(self.selected_environment()?);
        let Some((_, value)) = settings.iter().find(|(known, _)| *known == name) else {
            let names = settings.iter().map(|(name, _)| *name);
            return Err(unknown_name("unknown setting", name, "env.", names));
        };
        Ok(Explanation {
            value: Some(value.clone()),
            ..Explanation::new(ExplanationKind::Environment, format!("env.{name}"))
        })
    }

    fn selected_environment(&self) -> Result<&Environment, LookupError> {
        let chosen = self.blueprint.environment.as_ref();
        chosen.ok_or_else(|| LookupError {
            message: "no environment is selected".to_owned(),
            help: "select one with `-e NAME`".to_owned(),
        })
    }

    /// Returns an asset; the name of a stack's own asset is `STACK.NAME`.
    pub(super) fn asset(&self, name: &str) -> Result<Explanation, LookupError> {
        let assets = &self.blueprint.assets;
        let Some(asset) = assets.get(name) else {
            let names = assets.keys().map(|name| name.as_str());
            return Err(unknown_name("unknown asset", name, "assets.", names));
        };
        let (owner, own) = name.split_once('.').unwrap_or(("", name));
        // A stack's own asset shadows the blueprint's asset with the same name.
        let mut used_by = self.usages("assets", own);
        used_by.retain(|user| {
            let stack = user.name.split('.').nth(1).unwrap_or_default();
            match owner {
                "" => !assets.contains_key(format!("{stack}.{own}").as_str()),
                owner => stack == owner,
            }
        });
        Ok(Explanation {
            about: asset_source(asset),
            value: path(asset).map(Value::from),
            written: self.location(asset.span),
            used_by,
            ..Explanation::new(ExplanationKind::Asset, format!("assets.{name}"))
        })
    }
}

/// Describes the source of an asset.
pub(super) fn asset_source(asset: &Asset) -> String {
    match &asset.source {
        AssetSource::Path(_) => "a file or folder, named by its content".to_owned(),
        AssetSource::Crate(_) => "a crate, named by the hash of its build".to_owned(),
        AssetSource::Inline { .. } => "a file, inlined into the template".to_owned(),
    }
}

fn path(asset: &Asset) -> Option<String> {
    match &asset.source {
        AssetSource::Path(path) | AssetSource::Crate(path) => Some(path.display().to_string()),
        AssetSource::Inline { .. } => None,
    }
}

/// Returns the settings of an environment.
fn settings(environment: &Environment) -> Vec<(&'static str, Value)> {
    let target = match environment.target {
        Target::Aws => "aws",
        Target::Local => "local",
    };
    let protect = environment.protection == Protection::Protected;
    let text = |text: &Option<String>| text.as_deref().map(Value::from);
    let settings = [
        ("name", Some(environment.name.as_str().into())),
        ("target", Some(target.into())),
        ("region", text(&environment.region)),
        ("account", text(&environment.account)),
        ("role", text(&environment.role)),
        ("protect", Some(protect.into())),
    ];
    let is_set = |(name, value): (_, Option<Value>)| Some((name, value?));
    settings.into_iter().filter_map(is_set).collect()
}

impl BlueprintView<'_> {
    /// Returns the variable with that name.
    pub(super) fn variable(&self, name: &str) -> Result<LookupResult, LookupError> {
        let Some(variable) = self.blueprint.variables.get(name) else {
            let names = self.blueprint.variables.keys().map(AsRef::as_ref);
            return Err(unknown_name("unknown variable", name, "vars.", names));
        };
        let source = self.variable_source(&format!("vars.{name}"), variable);
        let explanation = Explanation {
            about: match variable.value {
                Some(_) => String::new(),
                None => "sensitive: its value is not shown".to_owned(),
            },
            value: source.value.clone(),
            written: self.location(variable.declared),
            used_by: self.usages("vars", name),
            from: vec![ValueSource {
                name: source.by.clone(),
                by: String::new(),
                ..source
            }],
            ..Explanation::new(ExplanationKind::Variable, format!("vars.{name}"))
        };
        Ok((explanation, variable.value.clone().filter(is_nested)))
    }

    pub(super) fn variable_source(&self, name: &str, variable: &Variable) -> ValueSource {
        let replaced = variable.replaced.iter().rev();
        ValueSource {
            name: name.to_owned(),
            by: origin_label(&variable.origin),
            value: variable.value.as_ref().map(as_json),
            place: self.location(variable.span),
            replaced: replaced
                .map(|one| ValueSource {
                    name: name.to_owned(),
                    by: origin_label(&one.origin),
                    value: one.value.as_ref().map(as_json),
                    place: self.location(one.span).filter(|_| one.value.is_some()),
                    ..ValueSource::default()
                })
                .collect(),
        }
    }
}

fn origin_label(origin: &Origin) -> String {
    match origin {
        Origin::Default => "default".to_owned(),
        Origin::Environment(name) => format!("env {name}"),
        Origin::ProcessEnvironment => "FORMWORK_VAR".to_owned(),
        Origin::CommandLine => "--set".to_owned(),
    }
}
