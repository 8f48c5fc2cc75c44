//! The blueprint as a whole, part by part: its stacks, variables, assets and environment.

use formwork_blueprint::{Asset, AssetSource, Environment, Origin, Protection, Target};
use serde_json::Value;

use super::stack::member;
use super::{Unknown, View, unknown};
use crate::explain::as_json;
use crate::explain::value::{Explained, Kind, Member};

impl View<'_> {
    /// All that is of one kind: `stacks`, `vars`, `assets`, or the `env` that was chosen.
    pub(super) fn all(&self, part: &str) -> Result<Explained, Unknown> {
        let members = match part {
            "stacks" => self.stacks(),
            "vars" => self.variables(),
            "assets" => self.assets(),
            _ => return self.environment(),
        };
        Ok(Explained {
            about: self.blueprint.name.clone(),
            members,
            ..Explained::new(Kind::Blueprint, part.to_owned())
        })
    }

    fn stacks(&self) -> Vec<Member> {
        let stacks = self.blueprint.graph.stacks();
        stacks
            .map(|stack| {
                let place = self.place(stack.span);
                member(
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
                    .place(variable.span)
                    .filter(|_| variable.value.is_some());
                let place = place.or_else(|| self.place(variable.declared));
                member("variables", name.as_ref(), value, place)
            })
            .collect()
    }

    fn assets(&self) -> Vec<Member> {
        let assets = self.blueprint.assets.iter();
        assets
            .map(|(name, asset)| {
                let place = self.place(asset.span);
                let path = path(asset).map_or(Value::Null, Value::from);
                member("assets", name.as_str(), path, place)
            })
            .collect()
    }

    /// The environment that was chosen.
    fn environment(&self) -> Result<Explained, Unknown> {
        let environment = self.chosen()?;
        let mut members: Vec<Member> = settings(environment)
            .into_iter()
            .map(|(name, value)| member("settings", name, value, None))
            .collect();
        let own = |variable: &&Member| {
            let variable = self.blueprint.variables.get(variable.name.as_str());
            variable.is_some_and(|one| matches!(one.origin, Origin::Environment(_)))
        };
        let variables = self.variables();
        members.extend(variables.iter().filter(own).cloned());
        let tags = environment.tags.iter();
        members.extend(tags.map(|(name, value)| member("tags", name, value.as_str().into(), None)));
        members.extend(self.blueprint.overlays.iter().filter_map(|overlay| {
            let place = self.place(overlay.span)?;
            let text = place.text.clone();
            Some(member("overlays", &text, Value::Null, Some(place)))
        }));
        Ok(Explained {
            about: self.blueprint.name.clone(),
            members,
            ..Explained::new(Kind::Environment, format!("env.{}", environment.name))
        })
    }

    /// What `env.NAME` is: `env.name`, or another setting of the environment that was chosen.
    pub(super) fn setting(&self, name: &str) -> Result<Explained, Unknown> {
        let settings = settings(self.chosen()?);
        let Some((_, value)) = settings.iter().find(|(known, _)| *known == name) else {
            let names = settings.iter().map(|(name, _)| *name);
            return Err(unknown("the environment has no", name, "env.", names));
        };
        Ok(Explained {
            value: Some(value.clone()),
            ..Explained::new(Kind::Environment, format!("env.{name}"))
        })
    }

    fn chosen(&self) -> Result<&Environment, Unknown> {
        let chosen = self.blueprint.environment.as_ref();
        chosen.ok_or_else(|| Unknown {
            message: "no environment is chosen".to_owned(),
            help: "choose one: `-e NAME`".to_owned(),
        })
    }

    /// The asset of that name; one of a stack's own is `STACK.NAME`.
    pub(super) fn asset(&self, name: &str) -> Result<Explained, Unknown> {
        let assets = &self.blueprint.assets;
        let Some(asset) = assets.get(name) else {
            let names = assets.keys().map(|name| name.as_str());
            return Err(unknown("there is no asset", name, "assets.", names));
        };
        let (owner, own) = name.split_once('.').unwrap_or(("", name));
        // A stack's own asset stands before the blueprint's of that name.
        let mut used_by = self.users("assets", own);
        used_by.retain(|user| {
            let stack = user.name.split('.').nth(1).unwrap_or_default();
            match owner {
                "" => !assets.contains_key(format!("{stack}.{own}").as_str()),
                owner => stack == owner,
            }
        });
        Ok(Explained {
            about: made_from(asset),
            value: path(asset).map(Value::from),
            written: self.place(asset.span),
            used_by,
            ..Explained::new(Kind::Asset, format!("assets.{name}"))
        })
    }
}

/// What an asset is made from, in words.
pub(super) fn made_from(asset: &Asset) -> String {
    match &asset.source {
        AssetSource::Path(_) => "a file or folder, named by its content".to_owned(),
        AssetSource::Crate(_) => "a crate, named by what it is built to".to_owned(),
        AssetSource::Inline { .. } => "a file, written into the template".to_owned(),
    }
}

fn path(asset: &Asset) -> Option<String> {
    match &asset.source {
        AssetSource::Path(path) | AssetSource::Crate(path) => Some(path.display().to_string()),
        AssetSource::Inline { .. } => None,
    }
}

/// What is set for an environment as a whole.
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
    let given = |(name, value): (_, Option<Value>)| Some((name, value?));
    settings.into_iter().filter_map(given).collect()
}
