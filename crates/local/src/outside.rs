//! What a stack can see of the account and region around it: exports, SSM parameters, names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::clock::Time;
use crate::cloud::Scene;
use crate::ssm::{self, Parameter};
use crate::stack::{Live, Stack, What};
use crate::status::StackStatus;
use crate::store::{Ledger, StoreError};
use formwork_template::evaluate::EvaluatedValue as Value;

/// The living stacks of a region at one time.
pub(crate) struct Outside {
    stacks: Vec<Arc<Stack>>,
    /// SSM parameters that no stack made, the newest version first.
    parameters: Vec<Parameter>,
    now: Time,
    region: String,
}

/// A value that a stack exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Exported {
    pub(crate) stack_id: String,
    pub(crate) stack_name: String,
    pub(crate) value: String,
}

impl Outside {
    /// What is around a stack that a call is about.
    pub(crate) fn read(scene: &Scene, ledger: &mut Ledger<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            stacks: ledger.living(&scene.region, scene.now)?,
            parameters: ledger.ssm_parameters(&scene.region)?,
            now: scene.now,
            region: scene.region.clone(),
        })
    }

    /// Every export, by name.
    pub(crate) fn exports(&self) -> BTreeMap<String, Exported> {
        let mut exports = BTreeMap::new();
        for stack in &self.stacks {
            let state = stack.at(self.now);
            let is_going =
                state.status == StackStatus::DeleteInProgress && stack.deleted_at().is_some();
            if is_going || state.status == StackStatus::DeleteComplete {
                continue;
            }
            for output in state.outputs {
                if let Some(name) = &output.export {
                    let exported = Exported {
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

    /// The value of one export.
    pub(crate) fn export(&self, name: &str) -> Option<Exported> {
        self.exports().remove(name)
    }

    /// The names of the stacks that import an export.
    pub(crate) fn importers(&self, export: &str) -> BTreeSet<String> {
        let imports = |stack: &&Arc<Stack>| {
            let state = stack.at(self.now);
            let holds = !matches!(
                state.status,
                StackStatus::ReviewInProgress
                    | StackStatus::RollbackComplete
                    | StackStatus::DeleteComplete
            );
            holds
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

    /// The id of another stack that holds the physical resource.
    pub(crate) fn holder(&self, kind: &str, physical_id: &str, stack_id: &str) -> Option<String> {
        let others = self.stacks.iter().filter(|stack| stack.id != stack_id);
        let mut holders = others.filter(|stack| {
            let state = stack.at(self.now);
            state
                .lives()
                .any(|live| live.kind == kind && live.physical_id == physical_id)
        });
        holders.next().map(|stack| stack.id.clone())
    }

    /// The live resource of a type with that physical id, in any stack.
    pub(crate) fn find(&self, kind: &str, physical_id: &str) -> Option<Live> {
        self.stacks.iter().find_map(|stack| {
            let state = stack.at(self.now);
            let found = state
                .lives()
                .find(|live| live.kind == kind && live.physical_id == physical_id);
            found.cloned()
        })
    }

    /// What `look` finds in a live resource of another stack than `stack_id`.
    pub(crate) fn elsewhere<T>(
        &self,
        stack_id: &str,
        mut look: impl FnMut(&Live) -> Option<T>,
    ) -> Option<T> {
        let mut others = self.stacks.iter().filter(|stack| stack.id != stack_id);
        others.find_map(|stack| stack.at(self.now).lives().find_map(&mut look))
    }

    /// The value of an SSM parameter.
    pub(crate) fn ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<Value> {
        let Parameter { kind, value, .. } = self.find_ssm_parameter(name, version)?;
        Some(match kind.as_str() {
            "StringList" => Value::List(value.split(',').map(Value::from).collect()),
            _ => value.into(),
        })
    }

    /// An SSM parameter: one of a stack, one that was put here, or one of AWS's.
    pub(crate) fn find_ssm_parameter(&self, name: &str, version: Option<u64>) -> Option<Parameter> {
        let Some(current) = self.find(SSM_PARAMETER, name) else {
            let is_meant = |parameter: &&Parameter| {
                parameter.name == name && version.is_none_or(|version| version == parameter.version)
            };
            let put = self.parameters.iter().find(is_meant).cloned();
            return put.or_else(|| ssm::published(&self.region, name).filter(|one| is_meant(&one)));
        };
        let live = match version {
            Some(version) if version != current.revision => self.past(name, version)?,
            _ => current,
        };
        Some(Parameter {
            name: name.to_owned(),
            version: live.revision,
            kind: live.properties.text_at("Type").unwrap_or_default(),
            value: live.properties.text_at("Value")?,
            changed: self.now,
        })
    }

    /// A version of an SSM parameter that is not its newest.
    fn past(&self, name: &str, version: u64) -> Option<Live> {
        let steps = self.stacks.iter().flat_map(|stack| &stack.segments);
        let steps = steps
            .flat_map(|segment| &segment.steps)
            .filter(|step| step.at <= self.now);
        let mut lives = steps.filter_map(|step| match &step.what {
            What::Resource(resource) => resource.effect.live(),
            What::Stack(_) | What::Kept(_) => None,
        });
        lives
            .find(|live| {
                live.kind == SSM_PARAMETER && live.physical_id == name && live.revision == version
            })
            .cloned()
    }
}

const SSM_PARAMETER: &str = "AWS::SSM::Parameter";
