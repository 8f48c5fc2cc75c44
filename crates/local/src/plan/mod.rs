//! What a definition would change in a stack, before anything of it is done: the contents of a
//! change set, and whether there is anything to do at all.

mod detail;

use formwork_catalog::{RemovalOutcome, stateful};
use formwork_template::Resource;
use indexmap::IndexMap;

use crate::answer::ResourceChange;
use crate::definition::Defined;
use crate::difference::{Difference, differences};
use crate::lookup::{Known, Standing};
use crate::outside::Outside;
use crate::stack::{Live, Output, State};
use crate::stack_context::StackContext;
use crate::status::ResourceStatus;
use crate::types::{self, Recreation};
use formwork_template::evaluate::{self, Error, EvaluatedValue as Value};

/// What would change.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    pub(crate) changes: Vec<ResourceChange>,
    /// Whether outputs change though no resource does.
    pub(crate) outputs_change: bool,
    /// What is missing around the stack: the operation starts and fails for it.
    pub(crate) missing: Option<String>,
    pub(crate) imports: Vec<String>,
}

impl Plan {
    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.changes.is_empty() && !self.outputs_change && self.missing.is_none()
    }
}

/// Works out what `defined` changes in the stack of `state`.
pub(crate) fn plan(
    defined: &Defined,
    state: &State<'_>,
    before: Option<&Defined>,
    place: &StackContext,
    outside: &Outside,
) -> Result<Plan, Error> {
    let Defined {
        definition,
        template,
        conditions,
    } = defined;
    let mut planning = Planning {
        known: Known::new(definition, template, conditions, place, outside),
        defined,
        before,
        changed: IndexMap::new(),
    };
    let mut plan = Plan::default();
    let mut changes = IndexMap::new();
    for id in evaluate::order(template, conditions)?.keys() {
        let Some(resource) = template.resource(id) else {
            continue;
        };
        match planning.change(resource, state) {
            Ok(Some(change)) => {
                changes.insert(id.clone(), change);
            }
            Ok(None) => {}
            Err(error) => absent(&mut plan, error)?,
        }
    }
    // Changes are shown in the order of the template, removals after them.
    for resource in template.resources() {
        plan.changes.extend(changes.shift_remove(resource.id));
    }
    for live in state
        .lives()
        .filter(|live| !exists(defined, &live.logical_id))
    {
        plan.changes.push(planning.removal(live));
    }
    match outputs(defined, &planning.known, outside, place) {
        Ok(outputs) => plan.outputs_change = outputs != state.outputs,
        Err(OutputError::Evaluation(error)) => absent(&mut plan, error)?,
        // Found again, and reported, when the operation gets there.
        Err(OutputError::Unknown | OutputError::Taken(_)) => plan.outputs_change = true,
    }
    plan.imports = planning.known.imports();
    Ok(plan)
}

/// Takes what is missing around the stack into the plan; all else is wrong with the template.
fn absent(plan: &mut Plan, error: Error) -> Result<(), Error> {
    match error {
        Error::NoExport(_) | Error::NoSsmParameter(_) => {
            plan.missing.get_or_insert(error.to_string());
            Ok(())
        }
        error => Err(error),
    }
}

/// Whether a resource is in a template and its condition holds.
pub(crate) fn exists(defined: &Defined, logical_id: &str) -> bool {
    let resource = defined.template.resource(logical_id);
    resource.is_some_and(|resource| {
        defined
            .conditions
            .admits(resource.condition())
            .unwrap_or(false)
    })
}

/// Why outputs have no values.
pub(crate) enum OutputError {
    /// One cannot be evaluated.
    Evaluation(Error),
    /// One depends on what is not made yet.
    Unknown,
    /// Another stack exports the same name.
    Taken(String),
}

/// The values of a template's outputs.
pub(crate) fn outputs(
    defined: &Defined,
    known: &Known<'_>,
    outside: &Outside,
    place: &StackContext,
) -> Result<Vec<Output>, OutputError> {
    let evaluation = known.evaluation();
    let mut outputs = Vec::new();
    let mut is_unknown = false;
    let text = |node| {
        let value = evaluation.evaluate(node).map_err(OutputError::Evaluation)?;
        Ok(match value {
            None => Some(String::new()),
            Some(value) if value.has_unknown() => None,
            Some(Value::List(items)) => {
                let items: Vec<_> = items.iter().filter_map(Value::to_text).collect();
                Some(format!("[{}]", items.join(", ")))
            }
            Some(value) => Some(
                value
                    .to_text()
                    .unwrap_or_else(|| value.to_json().to_string()),
            ),
        })
    };
    for output in defined.template.outputs() {
        let admits = defined.conditions.admits(output.condition());
        if !admits.map_err(OutputError::Evaluation)? {
            continue;
        }
        let value = output.value().map(text).transpose()?.flatten();
        let export = output.export().map(text).transpose()?.flatten();
        let Some(value) = value else {
            is_unknown = true;
            continue;
        };
        let taken = export.as_deref().and_then(|name| outside.export(name));
        if let (Some(name), Some(taken)) =
            (&export, taken.filter(|by| by.stack_id != place.stack_id))
        {
            return Err(OutputError::Taken(format!(
                "Export with name {name} is already exported by stack {}.",
                taken.stack_name
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
    match is_unknown {
        true => Err(OutputError::Unknown),
        false => Ok(outputs),
    }
}

/// A plan in the making.
struct Planning<'a> {
    known: Known<'a>,
    defined: &'a Defined,
    before: Option<&'a Defined>,
    /// Resources that change, and whether their physical ids may.
    changed: IndexMap<String, Renewal>,
}

/// Whether a changed resource gets another physical id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Renewal {
    Kept,
    Perhaps,
    Renewed,
}

impl Renewal {
    /// What becomes of the physical id of a resource that differs so.
    fn of(kind: &str, differences: &[Difference<'_>]) -> Self {
        let each = differences.iter().map(|difference| {
            match (difference.recreation(kind), difference.is_unknown()) {
                (Recreation::Never, _) => Self::Kept,
                (Recreation::Always, false) => Self::Renewed,
                (Recreation::Always, true) | (Recreation::Conditionally, _) => Self::Perhaps,
            }
        });
        each.max().unwrap_or(Self::Kept)
    }

    fn replacement(self) -> &'static str {
        match self {
            Self::Kept => "False",
            Self::Perhaps => "Conditional",
            Self::Renewed => "True",
        }
    }

    fn policy_action(self, resource: Resource<'_>) -> Option<String> {
        let action = match stateful::replacement_outcome(&resource) {
            RemovalOutcome::Deleted => "ReplaceAndDelete",
            RemovalOutcome::Retained => "ReplaceAndRetain",
            RemovalOutcome::Snapshotted => "ReplaceAndSnapshot",
        };
        (self != Self::Kept).then(|| action.to_owned())
    }
}

impl Planning<'_> {
    /// What happens to one resource of the new template.
    fn change(
        &mut self,
        resource: Resource<'_>,
        state: &State<'_>,
    ) -> Result<Option<ResourceChange>, Error> {
        let properties = self.known.properties(resource)?;
        let masked = self.known.masked(resource);
        let current = state.resources.get(resource.id);
        let live = current
            .filter(|current| current.status != ResourceStatus::CreateFailed)
            .and_then(|current| current.live);
        let Some(live) = live else {
            self.expect(resource, Renewal::Renewed, None, &properties);
            self.changed
                .insert(resource.id.to_owned(), Renewal::Renewed);
            let after = self.context(resource, masked.as_ref().unwrap_or(&properties));
            return Ok(Some(ResourceChange {
                after_context: Some(after),
                ..self.base("Add", resource.kind, resource.id, None)
            }));
        };
        let differences = differences(&live.properties, &properties);
        let renewal = Renewal::of(resource.kind, &differences);
        self.expect(resource, renewal, Some(live), &properties);
        // What failed to update is written again, also when nothing of it differs any more.
        let has_failed =
            current.is_some_and(|current| current.status == ResourceStatus::UpdateFailed);
        let mut details = self.details(resource, live, &differences, masked.as_ref());
        let mut scope: Vec<String> = Vec::new();
        if !differences.is_empty() || has_failed {
            scope.push("Properties".to_owned());
        }
        let is_taggable = types::is_taggable(resource.kind);
        for (attribute, differs) in [
            ("Metadata", metadata(resource) != live.metadata),
            (
                "Tags",
                is_taggable && live.tags != self.defined.definition.sorted_tags(),
            ),
        ] {
            if differs {
                scope.push(attribute.to_owned());
                details.push(detail::attribute(attribute));
            }
        }
        if scope.is_empty() {
            return Ok(None);
        }
        self.changed.insert(resource.id.to_owned(), renewal);
        let before = live.masked.as_ref().unwrap_or(&live.properties);
        let after = masked.as_ref().unwrap_or(&properties);
        Ok(Some(ResourceChange {
            policy_action: renewal.policy_action(resource),
            replacement: Some(renewal.replacement().to_owned()),
            scope,
            details,
            before_context: Some(detail::context(before, live.metadata.as_deref())),
            after_context: Some(self.context(resource, after)),
            ..self.base(
                "Modify",
                resource.kind,
                resource.id,
                Some(&live.physical_id),
            )
        }))
    }

    /// Remembers what later resources will find when they refer to this one.
    fn expect(
        &mut self,
        resource: Resource<'_>,
        renewal: Renewal,
        live: Option<&Live>,
        properties: &Value,
    ) {
        let kept = live.filter(|_| renewal == Renewal::Kept);
        let standing = Standing {
            physical_id: kept.map(|live| live.physical_id.clone()),
            properties: properties.clone(),
        };
        self.known.standing.insert(resource.id.to_owned(), standing);
    }

    /// What happens to a resource that the new template no longer has.
    fn removal(&self, live: &Live) -> ResourceChange {
        let policy_action = match live.deletion_policy.as_deref() {
            Some("Retain" | "RetainExceptOnCreate") => "Retain",
            Some("Snapshot") => "Snapshot",
            _ => "Delete",
        };
        let properties = live.masked.as_ref().unwrap_or(&live.properties);
        ResourceChange {
            policy_action: Some(policy_action.to_owned()),
            before_context: Some(detail::context(properties, live.metadata.as_deref())),
            ..self.base(
                "Remove",
                &live.kind,
                &live.logical_id,
                Some(&live.physical_id),
            )
        }
    }

    fn base(
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

    fn context(&self, resource: Resource<'_>, properties: &Value) -> String {
        detail::context(properties, metadata(resource).as_deref())
    }
}

/// A resource's metadata as JSON text.
pub(crate) fn metadata(resource: Resource<'_>) -> Option<String> {
    resource
        .attribute("Metadata")
        .map(formwork_template::write::json_compact)
}
