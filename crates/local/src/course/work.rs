//! The work on one resource: what is done to it, how long it takes, and the events it makes.

use std::collections::BTreeSet;
use std::time::Duration;

use formwork_template::Resource;

use super::Setting;
use super::failing::Failing;
use crate::clock::Time;
use crate::difference::differences;
use crate::lookup::Known;
use crate::plan::metadata;
use crate::request::Tag;
use crate::stack::{Effect, Live, ResourceStep, Stack, State, Step, What};
use crate::stack_context::StackContext;
use crate::status::ResourceStatus;
use crate::types::{self, Birth, Recreation, Work};

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
    pub(super) place: &'a StackContext,
    pub(super) known: Known<'a>,
    pub(super) tags: Vec<Tag>,
    pub(super) disables_rollback: bool,
    pub(super) seed: &'a str,
    /// What this course has made so far.
    pub(super) made: Vec<Live>,
}

/// What is done to a resource.
pub(super) enum Doing<'a> {
    Create,
    Update(&'a Live),
    Replace(&'a Live),
    Keep(&'a Live),
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

    pub(super) fn birth<'b>(&'b self, live: &'b Live) -> Birth<'b> {
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
        let (verb, work, before) = match doing {
            Doing::Keep(old) => return keep(old, live, start),
            Doing::Create => (Verb::Create, Work::Create, ""),
            Doing::Replace(old) => (Verb::Change, Work::Create, old.physical_id.as_str()),
            Doing::Update(old) => (Verb::Change, Work::Update, old.physical_id.as_str()),
        };
        let failing = self.failing(doing, live);
        let duration = match &failing {
            Some(Failing::Late(_, duration)) => *duration,
            _ => self.setting.scene.options.pace.work(&live.kind, work),
        };
        let (in_progress, complete, failed) = verb.statuses();
        let mut begin = written(live, before, in_progress);
        if matches!(doing, Doing::Replace(_)) {
            begin.reason = Some(REPLACING.to_owned());
        }
        let mut steps = vec![(start, begin)];
        if let Some(Failing::Refused(reason)) = failing {
            let mut end = written(live, before, failed);
            end.reason = Some(reason);
            steps.push((start + duration / 4, end));
            return item(live, verb, true, steps);
        }
        if work == Work::Create {
            steps.extend(making(
                live,
                in_progress,
                start,
                duration,
                failing.is_none(),
            ));
        }
        let end = match failing {
            Some(Failing::Late(reason, _) | Failing::Refused(reason)) => {
                let mut end = written(live, &live.physical_id, failed);
                end.reason = Some(reason);
                end
            }
            None => {
                let mut end = written(live, &live.physical_id, complete);
                if work == Work::Update {
                    end.effect = Effect::Live(Box::new(live.clone()));
                }
                end
            }
        };
        let is_failed = end.status == failed;
        steps.push((start + duration, end));
        item(live, verb, is_failed, steps)
    }
}

impl Verb {
    /// The statuses in progress, of success and of failure.
    fn statuses(self) -> (ResourceStatus, ResourceStatus, ResourceStatus) {
        match self {
            Self::Create => (
                ResourceStatus::CreateInProgress,
                ResourceStatus::CreateComplete,
                ResourceStatus::CreateFailed,
            ),
            Self::Change => (
                ResourceStatus::UpdateInProgress,
                ResourceStatus::UpdateComplete,
                ResourceStatus::UpdateFailed,
            ),
        }
    }
}

/// A step that shows a status with the properties that are being written.
fn written(live: &Live, physical_id: &str, status: ResourceStatus) -> ResourceStep {
    let properties = live.masked.as_ref().unwrap_or(&live.properties);
    ResourceStep {
        properties: Some(properties.to_json().to_string()),
        ..shown(&live.logical_id, &live.kind, physical_id, status)
    }
}

/// What is shown between the beginning and the end of a making: the physical id, and for types that
/// stabilize, unless they fail, that they are configured.
fn making(
    live: &Live,
    in_progress: ResourceStatus,
    start: Time,
    duration: Duration,
    succeeds: bool,
) -> Vec<(Time, ResourceStep)> {
    let mut initiated = written(live, &live.physical_id, in_progress);
    initiated.reason = Some("Resource creation Initiated".to_owned());
    initiated.effect = Effect::Live(Box::new(live.clone()));
    let mut steps = vec![(start + duration / 10, initiated)];
    if succeeds && types::has_configuration_complete(&live.kind) {
        let mut configured = written(live, &live.physical_id, in_progress);
        configured.reason = Some("Eventual consistency check initiated".to_owned());
        configured.configuration_complete = true;
        steps.push((start + duration * 7 / 10, configured));
    }
    steps
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
