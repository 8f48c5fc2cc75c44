//! The work on one resource: its action, duration, events and failures.
//!
//! The deletion of resources is in `deletion`.

use std::collections::BTreeSet;
use std::time::Duration;

use formwork_template::Resource;
use formwork_template::evaluate::EvaluatedValue;

use super::Env;
use crate::cloudformation::plan::metadata_json;
use crate::cloudformation::property_diff::property_differences;
use crate::cloudformation::references::{RefContext, ResourceRef};
use crate::model::clock::Time;
use crate::model::faults::{FaultPhase, fault_reason};
use crate::model::request::Tag;
use crate::model::stack::{
    LiveResource, ResourceStep, Stack, StackState, StateChange, Step, StepSubject,
};
use crate::model::stack_context::StackContext;
use crate::model::status::ResourceStatus;
use crate::resources::{self, ExistingResource, NewResource, Recreation, ResourceOperation};

/// The part of a timeline that belongs to one resource.
pub(super) struct ResourceTimeline {
    pub(super) kind: String,
    pub(super) status_group: StatusGroup,
    pub(super) start: Time,
    pub(super) finish: Time,
    pub(super) is_failed: bool,
    pub(super) steps: Vec<Step>,
}

/// The statuses that a resource shows: `CREATE_…` for a new logical id, `UPDATE_…` for an existing
/// one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatusGroup {
    Create,
    Update,
}

/// Builds the timelines of a stack's resources one after the other.
pub(super) struct TimelineBuilder<'a> {
    pub(super) env: Env<'a>,
    pub(super) stack: &'a Stack,
    pub(super) state: &'a StackState<'a>,
    pub(super) stack_context: &'a StackContext,
    pub(super) references: RefContext<'a>,
    pub(super) tags: Vec<Tag>,
    pub(super) disables_rollback: bool,
    pub(super) seed: &'a str,
    /// The resources of the timelines that are already built.
    pub(super) created: Vec<LiveResource>,
}

/// The action on a resource.
enum ResourceAction<'a> {
    Create,
    Update(&'a LiveResource),
    Replace(&'a LiveResource),
    Unchanged(&'a LiveResource),
}

/// The failure of the work on a resource, with its reason.
enum ResourceFailure {
    /// The service rejects the request, so no physical resource is created.
    Rejected(String),
    /// The work starts and fails after this duration.
    AfterStart(String, Duration),
}

/// The statuses of an action in progress, after success and after failure.
struct ActionStatuses {
    in_progress: ResourceStatus,
    complete: ResourceStatus,
    failed: ResourceStatus,
}

const REPLACEMENT_REASON: &str =
    "Requested update requires the creation of a new physical resource; hence creating one.";

impl ResourceTimeline {
    /// Collects the steps of a resource. The last step ends its work.
    fn new(
        kind: &str,
        status_group: StatusGroup,
        is_failed: bool,
        steps: Vec<(Time, ResourceStep)>,
    ) -> Self {
        let start = steps.first().map_or(Time(0), |(at, _)| *at);
        let finish = steps.last().map_or(start, |(at, _)| *at);
        let steps = steps
            .into_iter()
            .map(|(at, step)| Step::resource(at, step))
            .collect();
        Self {
            kind: kind.to_owned(),
            status_group,
            start,
            finish,
            is_failed,
            steps,
        }
    }

    /// Returns the timeline of an unchanged resource. It has no event, but it stores new policies,
    /// tags and dependencies.
    fn unchanged(old: &LiveResource, live: &LiveResource, start: Time) -> Self {
        let is_same = old.deletion_policy == live.deletion_policy
            && old.update_replace_policy == live.update_replace_policy
            && old.dependencies == live.dependencies
            && old.tags == live.tags;
        let subject = StepSubject::Refresh(Box::new(live.clone()));
        let steps = if is_same {
            Vec::new()
        } else {
            vec![Step { at: start, subject }]
        };
        Self {
            kind: live.kind.clone(),
            status_group: StatusGroup::Update,
            start,
            finish: start,
            is_failed: false,
            steps,
        }
    }

    /// Returns the physical id that the events show at `at`.
    pub(super) fn physical_id_at(&self, at: Time) -> String {
        let steps = self.steps.iter().filter(|step| step.at <= at);
        let mut ids = steps.filter_map(|step| match &step.subject {
            StepSubject::Resource(resource) => Some(resource.physical_id.clone()),
            StepSubject::Stack(_) | StepSubject::Refresh(_) => None,
        });
        ids.next_back().unwrap_or_default()
    }
}

/// Returns a step that shows a status and changes nothing else.
pub(super) fn status_step(
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
        change: StateChange::Unchanged,
    }
}

impl TimelineBuilder<'_> {
    /// Builds the timeline of one resource, beginning at `start`. Later resources can refer to it.
    pub(super) fn build(
        &mut self,
        resource: Resource<'_>,
        dependencies: &BTreeSet<String>,
        start: Time,
    ) -> ResourceTimeline {
        let state = self.state;
        let current = state.resources.get(resource.id);
        // A resource whose update failed is written again, even if no property differs.
        let has_failed =
            current.is_some_and(|current| current.status == ResourceStatus::UpdateFailed);
        let current = current
            .filter(|current| current.status != ResourceStatus::CreateFailed)
            .and_then(|current| current.live);
        let properties = match self.references.properties(resource) {
            Ok(properties) => properties,
            Err(error) => {
                return self.evaluation_failure(resource, current, start, error.to_string());
            }
        };
        let mut live = self.new_live_resource(resource, dependencies, properties);
        let action = match required_action(current, &live) {
            ResourceAction::Unchanged(old) if has_failed => ResourceAction::Update(old),
            action => action,
        };
        live.physical_id = match &action {
            ResourceAction::Create | ResourceAction::Replace(_) => {
                self.new_resource(&live).physical_id()
            }
            ResourceAction::Update(old) | ResourceAction::Unchanged(old) => old.physical_id.clone(),
        };
        live.revision = match &action {
            ResourceAction::Create | ResourceAction::Replace(_) => 1,
            ResourceAction::Update(old) => old.revision + 1,
            ResourceAction::Unchanged(old) => old.revision,
        };
        let timeline = self.timeline(&action, &live, start);
        if !timeline.is_failed {
            let reference = ResourceRef {
                physical_id: Some(live.physical_id.clone()),
                properties: live.properties.clone(),
            };
            self.references.add_resource(&live.logical_id, reference);
            self.created.push(live);
        }
        timeline
    }

    fn new_live_resource(
        &mut self,
        resource: Resource<'_>,
        dependencies: &BTreeSet<String>,
        properties: EvaluatedValue,
    ) -> LiveResource {
        let description = resource.attribute("Description");
        LiveResource {
            logical_id: resource.id.to_owned(),
            kind: resource.kind.to_owned(),
            physical_id: String::new(),
            masked: self.references.masked_properties(resource),
            properties,
            revision: 1,
            dependencies: dependencies.iter().cloned().collect(),
            deletion_policy: resource.deletion_policy().map(str::to_owned),
            update_replace_policy: resource.update_replace_policy().map(str::to_owned),
            tags: self.tags.clone(),
            metadata: metadata_json(resource),
            description: description
                .and_then(|node| node.as_str())
                .map(str::to_owned),
        }
    }

    fn new_resource<'b>(&'b self, live: &'b LiveResource) -> NewResource<'b> {
        NewResource {
            kind: &live.kind,
            logical_id: &live.logical_id,
            stack_context: self.stack_context,
            properties: &live.properties,
            seed: self.seed,
        }
    }

    /// Returns the timeline of a resource whose properties cannot be evaluated.
    fn evaluation_failure(
        &self,
        resource: Resource<'_>,
        current: Option<&LiveResource>,
        start: Time,
        reason: String,
    ) -> ResourceTimeline {
        let physical_id = current.map_or("", |live| &live.physical_id);
        let status_group = match current {
            None => StatusGroup::Create,
            Some(_) => StatusGroup::Update,
        };
        let statuses = status_group.statuses();
        let step = |status| status_step(resource.id, resource.kind, physical_id, status);
        let begin = step(statuses.in_progress);
        let mut end = step(statuses.failed);
        end.reason = Some(reason);
        let finish = start + self.env.context.options.pace.stack_duration();
        let steps = vec![(start, begin), (finish, end)];
        ResourceTimeline::new(resource.kind, status_group, true, steps)
    }

    /// Returns the timeline of an action.
    fn timeline(
        &self,
        action: &ResourceAction<'_>,
        live: &LiveResource,
        start: Time,
    ) -> ResourceTimeline {
        use ResourceOperation::{Create, Update};
        let (status_group, operation, old_id) = match action {
            ResourceAction::Unchanged(old) => return ResourceTimeline::unchanged(old, live, start),
            ResourceAction::Create => (StatusGroup::Create, Create, ""),
            ResourceAction::Replace(old) => (StatusGroup::Update, Create, &*old.physical_id),
            ResourceAction::Update(old) => (StatusGroup::Update, Update, &*old.physical_id),
        };
        let failure = self.failure(action, live);
        let duration = match &failure {
            Some(ResourceFailure::AfterStart(_, duration)) => *duration,
            _ => resources::duration(self.env.context.options.pace, &live.kind, operation),
        };
        let statuses = status_group.statuses();
        let mut begin = property_step(live, old_id, statuses.in_progress);
        if matches!(action, ResourceAction::Replace(_)) {
            begin.reason = Some(REPLACEMENT_REASON.to_owned());
        }
        let mut steps = vec![(start, begin)];
        if operation == Create {
            let in_progress = statuses.in_progress;
            match &failure {
                None => steps.extend(creation_steps(live, in_progress, start, duration)),
                Some(ResourceFailure::AfterStart(..)) => {
                    steps.push(initiated_step(live, in_progress, start, duration));
                }
                Some(ResourceFailure::Rejected(_)) => {}
            }
        }
        let is_failed = failure.is_some();
        let (at, mut end) = match &failure {
            Some(ResourceFailure::Rejected(_)) => (
                start + duration / 4,
                property_step(live, old_id, statuses.failed),
            ),
            Some(ResourceFailure::AfterStart(..)) => (
                start + duration,
                property_step(live, &live.physical_id, statuses.failed),
            ),
            None => (
                start + duration,
                property_step(live, &live.physical_id, statuses.complete),
            ),
        };
        match failure {
            Some(ResourceFailure::Rejected(reason) | ResourceFailure::AfterStart(reason, _)) => {
                end.reason = Some(reason);
            }
            None if operation == Update => {
                end.change = StateChange::Assigned(Box::new(live.clone()));
            }
            None => {}
        }
        steps.push((at, end));
        ResourceTimeline::new(&live.kind, status_group, is_failed, steps)
    }

    /// Returns the failure of an action: an injected fault, a conflict with another resource, or the
    /// timeout of a wait condition.
    fn failure(&self, action: &ResourceAction<'_>, live: &LiveResource) -> Option<ResourceFailure> {
        let context = self.env.context;
        let pace = context.options.pace;
        let (phase, operation) = match action {
            ResourceAction::Create => (FaultPhase::Create, ResourceOperation::Create),
            ResourceAction::Replace(_) => (FaultPhase::Update, ResourceOperation::Create),
            ResourceAction::Update(_) => (FaultPhase::Update, ResourceOperation::Update),
            ResourceAction::Unchanged(_) => return None,
        };
        let fault = fault_reason(
            &context.faults,
            &self.stack.name,
            &live.logical_id,
            &live.kind,
            phase,
        );
        if let Some(reason) = fault {
            let duration = resources::duration(pace, &live.kind, operation);
            return Some(ResourceFailure::AfterStart(reason, duration));
        }
        if matches!(action, ResourceAction::Replace(_)) && self.disables_rollback {
            let reason = "Replacement type updates not supported on stack with disable-rollback.";
            return Some(ResourceFailure::Rejected(reason.to_owned()));
        }
        if !matches!(action, ResourceAction::Update(_))
            && let Some(reason) = self.name_conflict(action, live)
        {
            return Some(ResourceFailure::Rejected(reason));
        }
        match live.kind.as_str() {
            "AWS::ApiGateway::Deployment" => self
                .deployment_conflict(live)
                .map(ResourceFailure::Rejected),
            kind if resources::constrains_creation(kind) => {
                self.creation_conflict(live).map(ResourceFailure::Rejected)
            }
            "AWS::CloudFormation::WaitCondition" => self.wait_condition_timeout(live),
            _ => None,
        }
    }

    /// Returns the timeout of a wait condition, because no process on this machine signals it.
    fn wait_condition_timeout(&self, live: &LiveResource) -> Option<ResourceFailure> {
        let number = |name: &str| live.properties.text_at(name)?.parse::<u64>().ok();
        let count = number("Count").unwrap_or(1);
        let timeout = Duration::from_secs(number("Timeout").unwrap_or(43_200));
        let reason =
            format!("WaitCondition timed out. Received 0 conditions when expecting {count}");
        let timeout = self.env.context.options.pace.scale_timeout(timeout);
        (count > 0).then_some(ResourceFailure::AfterStart(reason, timeout))
    }

    /// Returns the reason why a resource with an explicit name cannot be created.
    fn name_conflict(&self, action: &ResourceAction<'_>, live: &LiveResource) -> Option<String> {
        let name = self.new_resource(live).explicit_name()?;
        if let ResourceAction::Replace(old) = action
            && old.physical_id == live.physical_id
        {
            return Some(format!(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {name} and update the stack again."
            ));
        }
        let owner = self
            .env
            .region_view
            .other_owner(&live.kind, &live.physical_id, &self.stack.id);
        if let Some(owner) = owner {
            return Some(format!("{name} already exists in stack {owner}"));
        }
        let is_same =
            |other: &LiveResource| other.kind == live.kind && other.physical_id == live.physical_id;
        let in_stack = self
            .state
            .live_resources()
            .chain(self.state.replaced.iter().copied());
        let mut others = in_stack.chain(&self.created);
        others
            .any(is_same)
            .then(|| format!("{name} already exists"))
    }

    /// Returns the reason why a resource conflicts with an existing one, also with the one that it
    /// replaces.
    fn creation_conflict(&self, live: &LiveResource) -> Option<String> {
        let resource = ExistingResource {
            kind: &live.kind,
            physical_id: &live.physical_id,
            stack_context: self.stack_context,
            properties: &live.properties,
            subnet: None,
        };
        let conflict = |other: &LiveResource| resources::creation_conflict(&resource, other.into());
        let mut in_stack = self.state.live_resources().chain(&self.created);
        in_stack.find_map(conflict).or_else(|| {
            self.env
                .region_view
                .find_in_other_stacks(&self.stack.id, conflict)
        })
    }

    /// Returns the reason why an API cannot be deployed: a private API needs a resource policy before
    /// its first deployment.
    fn deployment_conflict(&self, live: &LiveResource) -> Option<String> {
        const API: &str = "AWS::ApiGateway::RestApi";
        let id = live.properties.text_at("RestApiId")?;
        let is_api = |live: &&LiveResource| live.kind == API && live.physical_id == id;
        let in_stack = self.created.iter().find(is_api).cloned();
        let api = in_stack.or_else(|| self.env.region_view.find_resource(API, &id))?;
        let types = api
            .properties
            .at("EndpointConfiguration.Types")?
            .as_list()?;
        let is_private = types.contains(&EvaluatedValue::from("PRIVATE"));
        let has_policy = api.properties.at("Policy").is_some();
        (is_private && !has_policy).then(|| {
            "Resource handler returned message: \"Private REST API doesn't have a resource policy attached to it (Service: ApiGateway, Status Code: 400)\" (HandlerErrorCode: InvalidRequest)".to_owned()
        })
    }
}

impl StatusGroup {
    fn statuses(self) -> ActionStatuses {
        match self {
            Self::Create => ActionStatuses {
                in_progress: ResourceStatus::CreateInProgress,
                complete: ResourceStatus::CreateComplete,
                failed: ResourceStatus::CreateFailed,
            },
            Self::Update => ActionStatuses {
                in_progress: ResourceStatus::UpdateInProgress,
                complete: ResourceStatus::UpdateComplete,
                failed: ResourceStatus::UpdateFailed,
            },
        }
    }
}

/// Returns a step that shows a status and the resource's properties.
fn property_step(live: &LiveResource, physical_id: &str, status: ResourceStatus) -> ResourceStep {
    let properties = live.masked.as_ref().unwrap_or(&live.properties);
    ResourceStep {
        properties: Some(properties.to_json().to_string()),
        ..status_step(&live.logical_id, &live.kind, physical_id, status)
    }
}

/// Returns the step that shows the physical id of a new resource.
fn initiated_step(
    live: &LiveResource,
    in_progress: ResourceStatus,
    start: Time,
    duration: Duration,
) -> (Time, ResourceStep) {
    let mut step = property_step(live, &live.physical_id, in_progress);
    step.reason = Some("Resource creation Initiated".to_owned());
    step.change = StateChange::Assigned(Box::new(live.clone()));
    (start + duration / 10, step)
}

/// Returns the steps between the begin and the end of a successful creation.
fn creation_steps(
    live: &LiveResource,
    in_progress: ResourceStatus,
    start: Time,
    duration: Duration,
) -> Vec<(Time, ResourceStep)> {
    let mut steps = vec![initiated_step(live, in_progress, start, duration)];
    if resources::has_configuration_complete(&live.kind) {
        let mut configured = property_step(live, &live.physical_id, in_progress);
        configured.reason = Some("Eventual consistency check initiated".to_owned());
        configured.configuration_complete = true;
        steps.push((start + duration * 7 / 10, configured));
    }
    steps
}

/// Returns the action that turns `current` into `live`.
fn required_action<'a>(
    current: Option<&'a LiveResource>,
    live: &LiveResource,
) -> ResourceAction<'a> {
    let Some(old) = current else {
        return ResourceAction::Create;
    };
    let differences = property_differences(&old.properties, &live.properties);
    let replaces = differences
        .iter()
        .any(|difference| difference.recreation(&live.kind) == Recreation::Always);
    if replaces {
        return ResourceAction::Replace(old);
    }
    let is_retagged = resources::is_taggable(&live.kind) && old.tags != live.tags;
    if differences.is_empty() && !is_retagged && old.metadata == live.metadata {
        ResourceAction::Unchanged(old)
    } else {
        ResourceAction::Update(old)
    }
}
