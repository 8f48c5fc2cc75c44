//! The plan of a deployment: the changes that a definition makes to a stack. It is the content of a
//! change set, and it tells whether there is anything to do.
//!
//! This module writes nothing. Timelines are computed in `timeline`.

mod details;

use formwork_catalog::{RemovalOutcome, stateful};
use formwork_template::Resource;
use indexmap::IndexMap;

use crate::cloudformation::definition::ResolvedDefinition;
use crate::cloudformation::property_diff::{PropertyDifference, property_differences};
use crate::cloudformation::references::{RefContext, ResourceRef};
use crate::cloudformation::region::RegionView;
use crate::model::response::ResourceChange;
use crate::model::stack::{LiveResource, Output, StackState};
use crate::model::stack_context::StackContext;
use crate::model::status::ResourceStatus;
use crate::resources::{self, Recreation};
use formwork_template::evaluate::{self, Error, EvaluatedValue};

/// The changes that a definition makes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) changes: Vec<ResourceChange>,
    /// The outputs change.
    pub(crate) outputs_change: bool,
    /// A missing export or SSM parameter. The operation starts and fails because of it.
    pub(crate) missing: Option<String>,
    pub(crate) imports: Vec<String>,
}

impl Plan {
    /// Returns true if there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.outputs_change && self.missing.is_none()
    }
}

/// Computes the changes that a definition makes to a stack in `state`.
pub(crate) fn plan(
    resolved: &ResolvedDefinition,
    state: &StackState<'_>,
    before: Option<&ResolvedDefinition>,
    stack_context: &StackContext,
    region_view: &RegionView,
) -> Result<Plan, Error> {
    let ResolvedDefinition {
        definition,
        template,
        conditions,
    } = resolved;
    let mut builder = PlanBuilder {
        references: RefContext::new(definition, template, conditions, stack_context, region_view),
        resolved,
        before,
        changed: IndexMap::new(),
    };
    let mut plan = Plan::default();
    let mut changes = IndexMap::new();
    for id in evaluate::order(template, conditions)?.keys() {
        let Some(resource) = template.resource(id) else {
            continue;
        };
        match builder.change(resource, state) {
            Ok(Some(change)) => {
                changes.insert(id.clone(), change);
            }
            Ok(None) => {}
            Err(error) => add_missing_reference(&mut plan, error)?,
        }
    }
    // Changes have the order of the template. Removals follow them.
    for resource in template.resources() {
        plan.changes.extend(changes.shift_remove(resource.id));
    }
    for live in state
        .live_resources()
        .filter(|live| !has_active_resource(resolved, &live.logical_id))
    {
        plan.changes.push(builder.removal(live));
    }
    match evaluate_outputs(resolved, &builder.references, region_view, stack_context) {
        Ok(outputs) => plan.outputs_change = outputs != state.outputs,
        Err(OutputError::Evaluation(error)) => add_missing_reference(&mut plan, error)?,
        // The operation finds and reports the conflict again.
        Err(OutputError::Unknown | OutputError::ExportConflict(_)) => plan.outputs_change = true,
    }
    plan.imports = builder.references.imports();
    Ok(plan)
}

/// Adds a missing export or SSM parameter to the plan. All other errors are errors of the template.
fn add_missing_reference(plan: &mut Plan, error: Error) -> Result<(), Error> {
    match error {
        Error::NoExport(_) | Error::NoSsmParameter(_) => {
            plan.missing.get_or_insert(error.to_string());
            Ok(())
        }
        error => Err(error),
    }
}

/// Returns true if a resource is in the template and its condition is true.
pub(crate) fn has_active_resource(resolved: &ResolvedDefinition, logical_id: &str) -> bool {
    let resource = resolved.template.resource(logical_id);
    resource.is_some_and(|resource| {
        resolved
            .conditions
            .admits(resource.condition())
            .unwrap_or(false)
    })
}

/// The reason why outputs cannot be evaluated.
pub(crate) enum OutputError {
    /// An output cannot be evaluated.
    Evaluation(Error),
    /// An output depends on a resource that is not created yet.
    Unknown,
    /// Another stack exports the same name.
    ExportConflict(String),
}

/// Evaluates a template's outputs.
pub(crate) fn evaluate_outputs(
    resolved: &ResolvedDefinition,
    references: &RefContext<'_>,
    region_view: &RegionView,
    stack_context: &StackContext,
) -> Result<Vec<Output>, OutputError> {
    let evaluator = references.evaluator();
    let mut outputs = Vec::new();
    let mut has_unknown_output = false;
    let text = |node| {
        let value = evaluator.evaluate(node).map_err(OutputError::Evaluation)?;
        Ok(match value {
            None => Some(String::new()),
            Some(value) if value.has_unknown() => None,
            Some(EvaluatedValue::List(items)) => {
                let items: Vec<_> = items.iter().filter_map(EvaluatedValue::to_text).collect();
                Some(format!("[{}]", items.join(", ")))
            }
            Some(value) => Some(
                value
                    .to_text()
                    .unwrap_or_else(|| value.to_json().to_string()),
            ),
        })
    };
    for output in resolved.template.outputs() {
        let admits = resolved.conditions.admits(output.condition());
        if !admits.map_err(OutputError::Evaluation)? {
            continue;
        }
        let value = output.value().map(text).transpose()?.flatten();
        let export = output.export().map(text).transpose()?.flatten();
        let Some(value) = value else {
            has_unknown_output = true;
            continue;
        };
        let owner = export.as_deref().and_then(|name| region_view.export(name));
        if let (Some(name), Some(owner)) = (
            &export,
            owner.filter(|export| export.stack_id != stack_context.stack_id),
        ) {
            return Err(OutputError::ExportConflict(format!(
                "Export with name {name} is already exported by stack {}.",
                owner.stack_name
            )));
        }
        let description = output
            .node
            .get("Description")
            .and_then(formwork_template::Node::as_str);
        outputs.push(Output {
            key: output.name.to_owned(),
            value,
            description: description.map(str::to_owned),
            export,
        });
    }
    match has_unknown_output {
        true => Err(OutputError::Unknown),
        false => Ok(outputs),
    }
}

/// Builds a plan resource by resource.
struct PlanBuilder<'a> {
    references: RefContext<'a>,
    resolved: &'a ResolvedDefinition,
    before: Option<&'a ResolvedDefinition>,
    /// The changed resources, and the replacement of each.
    changed: IndexMap<String, Replacement>,
}

/// The `Replacement` of a changed resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Replacement {
    False,
    Conditional,
    True,
}

impl Replacement {
    /// Returns the replacement that the differences require.
    fn of(kind: &str, differences: &[PropertyDifference<'_>]) -> Self {
        let each = differences.iter().map(|difference| {
            match (difference.recreation(kind), difference.is_unknown()) {
                (Recreation::Never, _) => Self::False,
                (Recreation::Always, false) => Self::True,
                (Recreation::Always, true) | (Recreation::Conditionally, _) => Self::Conditional,
            }
        });
        each.max().unwrap_or(Self::False)
    }

    fn replacement(self) -> &'static str {
        match self {
            Self::False => "False",
            Self::Conditional => "Conditional",
            Self::True => "True",
        }
    }

    fn policy_action(self, resource: Resource<'_>) -> Option<String> {
        let action = match stateful::replacement_outcome(&resource) {
            RemovalOutcome::Deleted => "ReplaceAndDelete",
            RemovalOutcome::Retained => "ReplaceAndRetain",
            RemovalOutcome::Snapshotted => "ReplaceAndSnapshot",
        };
        (self != Self::False).then(|| action.to_owned())
    }
}

impl PlanBuilder<'_> {
    /// Returns the change of one resource of the new template.
    fn change(
        &mut self,
        resource: Resource<'_>,
        state: &StackState<'_>,
    ) -> Result<Option<ResourceChange>, Error> {
        let properties = self.references.properties(resource)?;
        let masked = self.references.masked_properties(resource);
        let current = state.resources.get(resource.id);
        let live = current
            .filter(|current| current.status != ResourceStatus::CreateFailed)
            .and_then(|current| current.live);
        let Some(live) = live else {
            self.add_reference(resource, Replacement::True, None, &properties);
            self.changed
                .insert(resource.id.to_owned(), Replacement::True);
            let after = self.context(resource, masked.as_ref().unwrap_or(&properties));
            return Ok(Some(ResourceChange {
                after_context: Some(after),
                ..self.base_change("Add", resource.kind, resource.id, None)
            }));
        };
        let differences = property_differences(&live.properties, &properties);
        let replacement = Replacement::of(resource.kind, &differences);
        self.add_reference(resource, replacement, Some(live), &properties);
        // A resource whose update failed is written again, even if no property differs.
        let has_failed =
            current.is_some_and(|current| current.status == ResourceStatus::UpdateFailed);
        let mut details = self.details(resource, live, &differences, masked.as_ref());
        let mut scope: Vec<String> = Vec::new();
        if !differences.is_empty() || has_failed {
            scope.push("Properties".to_owned());
        }
        let is_taggable = resources::is_taggable(resource.kind);
        for (attribute, differs) in [
            ("Metadata", metadata_json(resource) != live.metadata),
            (
                "Tags",
                is_taggable && live.tags != self.resolved.definition.sorted_tags(),
            ),
        ] {
            if differs {
                scope.push(attribute.to_owned());
                details.push(details::attribute(attribute));
            }
        }
        if scope.is_empty() {
            return Ok(None);
        }
        self.changed.insert(resource.id.to_owned(), replacement);
        let before = live.masked.as_ref().unwrap_or(&live.properties);
        let after = masked.as_ref().unwrap_or(&properties);
        Ok(Some(ResourceChange {
            policy_action: replacement.policy_action(resource),
            replacement: Some(replacement.replacement().to_owned()),
            scope,
            details,
            before_context: Some(details::context(before, live.metadata.as_deref())),
            after_context: Some(self.context(resource, after)),
            ..self.base_change(
                "Modify",
                resource.kind,
                resource.id,
                Some(&live.physical_id),
            )
        }))
    }

    /// Adds the resource to the context, so that later resources can refer to it.
    fn add_reference(
        &mut self,
        resource: Resource<'_>,
        replacement: Replacement,
        live: Option<&LiveResource>,
        properties: &EvaluatedValue,
    ) {
        let unreplaced = live.filter(|_| replacement == Replacement::False);
        let reference = ResourceRef {
            physical_id: unreplaced.map(|live| live.physical_id.clone()),
            properties: properties.clone(),
        };
        self.references.add_resource(resource.id, reference);
    }

    /// Returns the change of a resource that the new template does not contain.
    fn removal(&self, live: &LiveResource) -> ResourceChange {
        let policy_action = match live.deletion_policy.as_deref() {
            Some("Retain" | "RetainExceptOnCreate") => "Retain",
            Some("Snapshot") => "Snapshot",
            _ => "Delete",
        };
        let properties = live.masked.as_ref().unwrap_or(&live.properties);
        ResourceChange {
            policy_action: Some(policy_action.to_owned()),
            before_context: Some(details::context(properties, live.metadata.as_deref())),
            ..self.base_change(
                "Remove",
                &live.kind,
                &live.logical_id,
                Some(&live.physical_id),
            )
        }
    }

    fn base_change(
        &self,
        action: &str,
        kind: &str,
        logical_id: &str,
        physical_id: Option<&str>,
    ) -> ResourceChange {
        ResourceChange {
            action: action.to_owned(),
            policy_action: None,
            logical_id: logical_id.to_owned(),
            physical_id: physical_id.map(str::to_owned),
            resource_type: kind.to_owned(),
            replacement: None,
            scope: Vec::new(),
            details: Vec::new(),
            before_context: None,
            after_context: None,
        }
    }

    fn context(&self, resource: Resource<'_>, properties: &EvaluatedValue) -> String {
        details::context(properties, metadata_json(resource).as_deref())
    }
}

/// Returns a resource's metadata as JSON text.
pub(crate) fn metadata_json(resource: Resource<'_>) -> Option<String> {
    resource
        .attribute("Metadata")
        .map(formwork_template::write::json_compact)
}
