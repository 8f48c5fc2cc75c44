//! The stacks of a region as one stack sees them: their exports, SSM parameters and resources.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::cloudformation::CallContext;
use crate::model::clock::Time;
use crate::model::ssm_parameter::SsmParameter;
use crate::model::stack::{LiveResource, Stack, StepSubject};
use crate::model::status::StackStatus;
use crate::resources::public_parameter;
use crate::store::{Ledger, StoreError};
use formwork_template::evaluate::EvaluatedValue;

/// The existing stacks of a region at one time.
pub(crate) struct RegionView {
    stacks: Vec<Arc<Stack>>,
    /// The SSM parameters that were put by hand, newest version first.
    parameters: Vec<SsmParameter>,
    now: Time,
    region: String,
}

/// An export of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExportedValue {
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) value: String,
}

impl RegionView {
    /// Reads the stacks and parameters of the caller's region.
    pub(crate) fn read(context: &CallContext, ledger: &mut Ledger<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            stacks: ledger.existing_stacks(&context.region, context.now)?,
            parameters: ledger.ssm_parameters(&context.region)?,
            now: context.now,
            region: context.region.clone(),
        })
    }

    /// Returns all exports by name.
    pub(crate) fn exports(&self) -> BTreeMap<String, ExportedValue> {
        let mut exports = BTreeMap::new();
        for stack in &self.stacks {
            let state = stack.at(self.now);
            let is_being_deleted =
                state.status == StackStatus::DeleteInProgress && stack.deleted_at().is_some();
            if is_being_deleted || state.status == StackStatus::DeleteComplete {
                continue;
            }
            for output in state.outputs {
                if let Some(name) = &output.export {
                    let exported = ExportedValue {
                        stack_id: stack.id.clone(),
                        stack_name: stack.name.clone(),
                        value: output.value.clone(),
                    };
                    exports.insert(name.clone(), exported);
                }
            }
        }
        exports
    }

    /// Returns one export.
    pub(crate) fn export(&self, name: &str) -> Option<ExportedValue> {
        self.exports().remove(name)
    }

    /// Returns the names of the stacks that import an export.
    pub(crate) fn importers(&self, export: &str) -> BTreeSet<String> {
        let imports = |stack: &&Arc<Stack>| {
            let state = stack.at(self.now);
            let can_import = !matches!(
                state.status,
                StackStatus::ReviewInProgress
                    | StackStatus::RollbackComplete
                    | StackStatus::DeleteComplete
            );
            can_import
                && stack
                    .definition(&state)
                    .imports
                    .iter()
                    .any(|name| name == export)
        };
        self.stacks
            .iter()
            .filter(imports)
            .map(|stack| stack.name.clone())
            .collect()
    }

    /// Returns the id of another stack that owns a physical resource.
    pub(crate) fn other_owner(
        &self,
        kind: &str,
        physical_id: &str,
        stack_id: &str,
    ) -> Option<String> {
        let others = self.stacks.iter().filter(|stack| stack.id != stack_id);
        let mut owners = others.filter(|stack| {
            let state = stack.at(self.now);
            state
                .live_resources()
                .any(|live| live.kind == kind && live.physical_id == physical_id)
        });
        owners.next().map(|stack| stack.id.clone())
    }

    /// Returns the resource with a type and a physical id, in any stack.
    pub(crate) fn find_resource(&self, kind: &str, physical_id: &str) -> Option<LiveResource> {
        self.stacks.iter().find_map(|stack| {
            let state = stack.at(self.now);
            let resource = state
                .live_resources()
                .find(|live| live.kind == kind && live.physical_id == physical_id);
            resource.cloned()
        })
    }

    /// Returns the first result of `find` for the resources of the stacks other than `stack_id`.
    pub(crate) fn find_in_other_stacks<T>(
        &self,
        stack_id: &str,
        mut find: impl FnMut(&LiveResource) -> Option<T>,
    ) -> Option<T> {
        let mut others = self.stacks.iter().filter(|stack| stack.id != stack_id);
        others.find_map(|stack| stack.at(self.now).live_resources().find_map(&mut find))
    }

    /// Returns the value of an SSM parameter.
    pub(crate) fn ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<EvaluatedValue> {
        let SsmParameter { kind, value, .. } = self.find_ssm_parameter(name, version)?;
        Some(match kind.as_str() {
            "StringList" => {
                EvaluatedValue::List(value.split(',').map(EvaluatedValue::from).collect())
            }
            _ => value.into(),
        })
    }

    /// Returns an SSM parameter of a stack, one that was put by hand, or a public one. Without a version
    /// it is the newest version.
    pub(crate) fn find_ssm_parameter(
        &self,
        name: &str,
        version: Option<u64>,
    ) -> Option<SsmParameter> {
        let Some(current) = self.find_resource(SSM_PARAMETER, name) else {
            let is_requested = |parameter: &&SsmParameter| {
                parameter.name == name && version.is_none_or(|version| version == parameter.version)
            };
            let put = self.parameters.iter().find(is_requested).cloned();
            return put
                .or_else(|| public_parameter(&self.region, name).filter(|one| is_requested(&one)));
        };
        let live = match version {
            Some(version) if version != current.revision => self.earlier_version(name, version)?,
            _ => current,
        };
        Some(SsmParameter {
            name: name.to_owned(),
            version: live.revision,
            kind: live.properties.text_at("Type").unwrap_or_default(),
            value: live.properties.text_at("Value")?,
            changed: self.now,
        })
    }

    /// Returns an earlier version of a stack's SSM parameter.
    fn earlier_version(&self, name: &str, version: u64) -> Option<LiveResource> {
        let steps = self.stacks.iter().flat_map(|stack| &stack.segments);
        let steps = steps
            .flat_map(|segment| &segment.steps)
            .filter(|step| step.at <= self.now);
        let mut live_resources = steps.filter_map(|step| match &step.subject {
            StepSubject::Resource(resource) => resource.change.assigned(),
            StepSubject::Stack(_) | StepSubject::Refresh(_) => None,
        });
        live_resources
            .find(|live| {
                live.kind == SSM_PARAMETER && live.physical_id == name && live.revision == version
            })
            .cloned()
    }
}

const SSM_PARAMETER: &str = "AWS::SSM::Parameter";
