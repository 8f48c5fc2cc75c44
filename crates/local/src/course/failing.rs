//! Why the work on a resource fails: it is told to, its name is taken, or its service says no.

use std::time::Duration;

use super::work::{Doing, Working};
use crate::faults::{self, During};
use crate::stack::Live;
use crate::types::{self, Made, Work};
use formwork_template::evaluate::EvaluatedValue as Value;

/// How a resource fails.
pub(super) enum Failing {
    /// The request is refused: nothing comes into being.
    Refused(String),
    /// It begins and does not succeed.
    Late(String, Duration),
}

impl Working<'_> {
    /// Why the work fails, if it does.
    pub(super) fn failing(&self, doing: &Doing<'_>, live: &Live) -> Option<Failing> {
        let scene = self.setting.scene;
        let pace = scene.options.pace;
        let (during, work) = match doing {
            Doing::Create => (During::Create, Work::Create),
            Doing::Replace(_) => (During::Update, Work::Create),
            Doing::Update(_) => (During::Update, Work::Update),
            Doing::Keep(_) => return None,
        };
        let told = faults::reason(
            &scene.failures,
            &self.stack.name,
            &live.logical_id,
            &live.kind,
            during,
        );
        if let Some(reason) = told {
            return Some(Failing::Late(reason, pace.work(&live.kind, work)));
        }
        if matches!(doing, Doing::Replace(_)) && self.disables_rollback {
            let reason = "Replacement type updates not supported on stack with disable-rollback.";
            return Some(Failing::Refused(reason.to_owned()));
        }
        if !matches!(doing, Doing::Update(_))
            && let Some(reason) = self.name_conflict(doing, live)
        {
            return Some(Failing::Refused(reason));
        }
        match live.kind.as_str() {
            "AWS::ApiGateway::Deployment" => self.deployment(live).map(Failing::Refused),
            kind if types::guards_making(kind) => self.clash(live).map(Failing::Refused),
            "AWS::CloudFormation::WaitCondition" => {
                let number = |name: &str| live.properties.text_at(name)?.parse::<u64>().ok();
                let count = number("Count").unwrap_or(1);
                let time_out = Duration::from_secs(number("Timeout").unwrap_or(43_200));
                let reason = format!(
                    "WaitCondition timed out. Received 0 conditions when expecting {count}"
                );
                // Nothing on this machine signals.
                (count > 0).then(|| Failing::Late(reason, pace.time_out(time_out)))
            }
            _ => None,
        }
    }

    fn name_conflict(&self, doing: &Doing<'_>, live: &Live) -> Option<String> {
        let name = self.birth(live).given_name()?;
        if let Doing::Replace(old) = doing
            && old.physical_id == live.physical_id
        {
            return Some(format!(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again."
            ));
        }
        let holder = self
            .setting
            .outside
            .holder(&live.kind, &live.physical_id, &self.stack.id);
        if let Some(holder) = holder {
            return Some(format!("{name} already exists in stack {holder}"));
        }
        let is_same =
            |other: &Live| other.kind == live.kind && other.physical_id == live.physical_id;
        let here = self
            .state
            .lives()
            .chain(self.state.leftovers.iter().copied());
        let mut others = here.chain(&self.made);
        others
            .any(is_same)
            .then(|| format!("{name} already exists"))
    }

    /// Why a resource cannot be made beside those that are there, the one that it replaces too.
    fn clash(&self, live: &Live) -> Option<String> {
        let made = Made {
            kind: &live.kind,
            physical_id: &live.physical_id,
            place: self.place,
            properties: &live.properties,
            subnet: None,
        };
        let look = |other: &Live| types::refuses_making(&made, other.as_neighbour());
        let mut here = self.state.lives().chain(&self.made);
        here.find_map(look)
            .or_else(|| self.setting.outside.elsewhere(&self.stack.id, look))
    }

    /// Why an API cannot be deployed: a private one needs a resource policy before its first
    /// deployment.
    fn deployment(&self, live: &Live) -> Option<String> {
        let api = live.properties.text_at("RestApiId")?;
        let is_meant =
            |live: &&Live| live.kind == "AWS::ApiGateway::RestApi" && live.physical_id == api;
        let here = self.made.iter().find(is_meant).cloned();
        let api = here.or_else(|| self.setting.outside.find("AWS::ApiGateway::RestApi", &api))?;
        let types = api
            .properties
            .at("EndpointConfiguration.Types")?
            .as_list()?;
        let is_private = types.contains(&Value::from("PRIVATE"));
        let has_policy = api.properties.at("Policy").is_some();
        (is_private && !has_policy).then(|| {
            "Resource handler returned message: \"Private REST API doesn't have a resource policy attached to it (Service: ApiGateway, Status Code: 400)\" (HandlerErrorCode: InvalidRequest)".to_owned()
        })
    }
}
