//! The work on one resource: what is done to it, how long it takes, and the events it makes.

use std::collections::BTreeSet;
use std::time::Duration;

use template::Resource;

use super::Setting;
use crate::clock::Time;
use crate::difference::differences;
use crate::evaluate::{Place, Value};
use crate::faults::{self, During};
use crate::lookup::Known;
use crate::plan::metadata;
use crate::request::Tag;
use crate::stack::{Effect, Live, ResourceStep, Stack, State, Step, What};
use crate::status::ResourceStatus;
use crate::types::{self, Birth, Made, Recreation, Work};

/// One resource's part of a course.
pub(super) struct Item {
    pub(super) kind: String,
    pub(super) verb: Verb,
    pub(super) start: Time,
    pub(super) finish: Time,
    pub(super) is_failed: bool,
    pub(super) steps: Vec<Step>,
}

/// Whether a resource is new or was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    Create,
    Change,
}

/// A course in the making.
pub(super) struct Working<'a> {
    pub(super) setting: Setting<'a>,
    pub(super) stack: &'a Stack,
    pub(super) state: &'a State<'a>,
    pub(super) place: &'a Place,
    pub(super) known: Known<'a>,
    pub(super) tags: Vec<Tag>,
    pub(super) disables_rollback: bool,
    pub(super) seed: &'a str,
    /// What this course has made so far.
    pub(super) made: Vec<Live>,
}

/// What is done to a resource.
enum Doing<'a> {
    Create,
    Update(&'a Live),
    Replace(&'a Live),
    Keep(&'a Live),
}

/// How a resource fails.
enum Failing {
    /// The request is refused: nothing comes into being.
    Refused(String),
    /// It begins and does not succeed.
    Late(String, Duration),
}

impl Item {
    /// The physical id that is shown at `at`.
    pub(super) fn physical_id_at(&self, at: Time) -> String {
        let shown = self.steps.iter().filter(|step| step.at <= at);
        let mut shown = shown.filter_map(|step| match &step.what {
            What::Resource(resource) => Some(resource.physical_id.clone()),
            What::Stack(_) | What::Kept(_) => None,
        });
        shown.next_back().unwrap_or_default()
    }
}

/// A step that shows a status and changes nothing else.
pub(super) fn shown(
    logical_id: &str,
    kind: &str,
    physical_id: &str,
    status: ResourceStatus,
) -> ResourceStep {
    ResourceStep {
        logical_id: logical_id.to_owned(),
        kind: kind.to_owned(),
        physical_id: physical_id.to_owned(),
        status,
        reason: None,
        configuration_complete: false,
        properties: None,
        effect: Effect::Shown,
    }
}

impl Working<'_> {
    /// The part of one resource, begun at `start`; what it becomes is known to all after it.
    pub(super) fn item(
        &mut self,
        resource: Resource<'_>,
        dependencies: &BTreeSet<String>,
        start: Time,
    ) -> Item {
        let state = self.state;
        let current = state.resources.get(resource.id);
        // What failed to update is written again, also when nothing of it differs any more.
        let has_failed =
            current.is_some_and(|current| current.status == ResourceStatus::UpdateFailed);
        let current = current
            .filter(|current| current.status != ResourceStatus::CreateFailed)
            .and_then(|current| current.live);
        let properties = match self.known.properties(resource) {
            Ok(properties) => properties,
            Err(error) => return self.unevaluated(resource, current, start, error.to_string()),
        };
        let mut live = Live {
            logical_id: resource.id.to_owned(),
            kind: resource.kind.to_owned(),
            physical_id: String::new(),
            masked: self.known.masked(resource),
            properties,
            revision: 1,
            dependencies: dependencies.iter().cloned().collect(),
            deletion_policy: resource.deletion_policy().map(str::to_owned),
            update_replace_policy: resource.update_replace_policy().map(str::to_owned),
            tags: self.tags.clone(),
            metadata: metadata(resource),
            description: resource
                .attribute("Description")
                .and_then(|node| node.as_str())
                .map(str::to_owned),
        };
        let doing = match doing(current, &live) {
            Doing::Keep(old) if has_failed => Doing::Update(old),
            doing => doing,
        };
        live.physical_id = match &doing {
            Doing::Create | Doing::Replace(_) => self.birth(&live).physical_id(),
            Doing::Update(old) | Doing::Keep(old) => old.physical_id.clone(),
        };
        if let Doing::Update(old) = &doing {
            live.revision = old.revision + 1;
        }
        if let Doing::Keep(old) = &doing {
            live.revision = old.revision;
        }
        let item = self.steps(&doing, &live, start);
        if !item.is_failed {
            self.known.learn(&live);
            self.made.push(live);
        }
        item
    }

    fn birth<'b>(&'b self, live: &'b Live) -> Birth<'b> {
        Birth {
            kind: &live.kind,
            logical_id: &live.logical_id,
            place: self.place,
            properties: &live.properties,
            seed: self.seed,
        }
    }

    /// A resource whose properties have no values.
    fn unevaluated(
        &self,
        resource: Resource<'_>,
        current: Option<&Live>,
        start: Time,
        reason: String,
    ) -> Item {
        let physical_id = current.map_or("", |live| &live.physical_id);
        let (verb, begins, fails) = match current {
            None => (
                Verb::Create,
                ResourceStatus::CreateInProgress,
                ResourceStatus::CreateFailed,
            ),
            Some(_) => (
                Verb::Change,
                ResourceStatus::UpdateInProgress,
                ResourceStatus::UpdateFailed,
            ),
        };
        let finish = start + self.setting.scene.options.pace.stack();
        let begin = shown(resource.id, resource.kind, physical_id, begins);
        let mut end = shown(resource.id, resource.kind, physical_id, fails);
        end.reason = Some(reason);
        Item {
            kind: resource.kind.to_owned(),
            verb,
            start,
            finish,
            is_failed: true,
            steps: vec![Step::resource(start, begin), Step::resource(finish, end)],
        }
    }

    fn steps(&self, doing: &Doing<'_>, live: &Live, start: Time) -> Item {
        let pace = self.setting.scene.options.pace;
        let failing = self.failing(doing, live);
        let (verb, work, old) = match doing {
            Doing::Keep(old) => return keep(old, live, start),
            Doing::Create => (Verb::Create, Work::Create, None),
            Doing::Replace(old) => (Verb::Change, Work::Create, Some(*old)),
            Doing::Update(old) => (Verb::Change, Work::Update, Some(*old)),
        };
        let (in_progress, complete, failed) = match verb {
            Verb::Create => (
                ResourceStatus::CreateInProgress,
                ResourceStatus::CreateComplete,
                ResourceStatus::CreateFailed,
            ),
            Verb::Change => (
                ResourceStatus::UpdateInProgress,
                ResourceStatus::UpdateComplete,
                ResourceStatus::UpdateFailed,
            ),
        };
        let duration = match &failing {
            Some(Failing::Late(_, duration)) => *duration,
            _ => pace.work(&live.kind, work),
        };
        let step = |at: Time, physical_id: &str, status| {
            let mut step = shown(&live.logical_id, &live.kind, physical_id, status);
            let properties = live.masked.as_ref().unwrap_or(&live.properties);
            step.properties = Some(properties.to_json().to_string());
            (at, step)
        };
        let before = old.map_or("", |old| old.physical_id.as_str());
        let mut steps = vec![step(start, before, in_progress)];
        if matches!(doing, Doing::Replace(_)) {
            steps[0].1.reason = Some(REPLACING.to_owned());
        }
        if let Some(Failing::Refused(reason)) = failing {
            let finish = start + duration / 4;
            let mut end = step(finish, before, failed);
            end.1.reason = Some(reason);
            steps.push(end);
            return item(live, verb, true, steps);
        }
        let finish = start + duration;
        let after = if failing.is_some() && matches!(doing, Doing::Update(_)) {
            before
        } else {
            live.physical_id.as_str()
        };
        if work == Work::Create {
            let mut initiated = step(start + duration / 10, after, in_progress);
            initiated.1.reason = Some("Resource creation Initiated".to_owned());
            initiated.1.effect = Effect::Live(Box::new(live.clone()));
            steps.push(initiated);
            if failing.is_none() && types::has_configuration_complete(&live.kind) {
                let mut configured = step(start + duration * 7 / 10, after, in_progress);
                configured.1.reason = Some("Eventual consistency check initiated".to_owned());
                configured.1.configuration_complete = true;
                steps.push(configured);
            }
        }
        let is_failed = failing.is_some();
        let mut end = step(finish, after, if is_failed { failed } else { complete });
        match failing {
            Some(Failing::Late(reason, _) | Failing::Refused(reason)) => {
                end.1.reason = Some(reason)
            }
            None if work == Work::Update => end.1.effect = Effect::Live(Box::new(live.clone())),
            None => {}
        }
        steps.push(end);
        item(live, verb, is_failed, steps)
    }

    /// Why the work fails, if it does.
    fn failing(&self, doing: &Doing<'_>, live: &Live) -> Option<Failing> {
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

const REPLACING: &str =
    "Requested update requires the creation of a new physical resource; hence creating one.";

/// What has to be done to make `live` out of `current`.
fn doing<'a>(current: Option<&'a Live>, live: &Live) -> Doing<'a> {
    let Some(old) = current else {
        return Doing::Create;
    };
    let differences = differences(&old.properties, &live.properties);
    let is_always = |recreation| recreation == Recreation::Always;
    if differences
        .iter()
        .any(|difference| is_always(difference.recreation(&live.kind)))
    {
        return Doing::Replace(old);
    }
    let is_retagged = types::is_taggable(&live.kind) && old.tags != live.tags;
    match differences.is_empty() && !is_retagged && old.metadata == live.metadata {
        true => Doing::Keep(old),
        false => Doing::Update(old),
    }
}

/// Nothing is done, but what is remembered of the resource is new.
fn keep(old: &Live, live: &Live, start: Time) -> Item {
    let is_same = old.deletion_policy == live.deletion_policy
        && old.update_replace_policy == live.update_replace_policy
        && old.dependencies == live.dependencies
        && old.tags == live.tags;
    let what = What::Kept(Box::new(live.clone()));
    let steps = if is_same {
        Vec::new()
    } else {
        vec![Step { at: start, what }]
    };
    let kind = live.kind.clone();
    Item {
        kind,
        verb: Verb::Change,
        start,
        finish: start,
        is_failed: false,
        steps,
    }
}

fn item(live: &Live, verb: Verb, is_failed: bool, steps: Vec<(Time, ResourceStep)>) -> Item {
    let start = steps.first().map_or(Time(0), |(at, _)| *at);
    let finish = steps.last().map_or(start, |(at, _)| *at);
    let steps = steps
        .into_iter()
        .map(|(at, step)| Step::resource(at, step))
        .collect();
    Item {
        kind: live.kind.clone(),
        verb,
        start,
        finish,
        is_failed,
        steps,
    }
}
