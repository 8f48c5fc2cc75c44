//! The requirements of a stack that evaluation finds: parameters, outputs of other stacks, and
//! assets.

use crate::model::{AssetName, StackKey, VariableName, upper_camel_case};
use crate::scope::symbols::StackSymbols;
use formwork_template::diagnostics::Span;
use formwork_template::sha256;
use indexmap::{IndexMap, IndexSet};
use std::collections::HashMap;

/// The requirements of a stack's values.
#[derive(Debug, Default)]
pub(crate) struct StackRequirements {
    /// The parameters for outputs and secrets, in the order of first use.
    pub(crate) parameters: IndexMap<ValueSource, SyntheticParameter>,
    /// All references to outputs of other stacks.
    pub(crate) output_uses: Vec<(StackKey, String, Span)>,
    /// The assets that are used.
    pub(crate) assets: IndexSet<AssetName>,
    /// The parameters that got a new name because of a name conflict: old and new name.
    pub(crate) renamed: HashMap<String, String>,
    /// The first source of each plain name.
    plain: HashMap<String, ValueSource>,
}

/// The source of a synthetic parameter's value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ValueSource {
    /// A stack's output.
    Output(StackKey, String),
    /// A sensitive variable.
    Secret(VariableName),
}

/// A parameter that is added to the template.
#[derive(Debug, Clone)]
pub(crate) struct SyntheticParameter {
    pub(crate) name: String,
    pub(crate) list: bool,
    pub(crate) span: Span,
}

impl ValueSource {
    /// Returns the name without a hash.
    fn plain_name(&self) -> String {
        match self {
            ValueSource::Output(stack, output) => {
                format!("{}{output}", upper_camel_case(stack.as_str()))
            }
            ValueSource::Secret(variable) => upper_camel_case(variable.as_str()),
        }
    }

    /// Returns the name with a hash, for conflicts.
    fn hashed_name(&self) -> String {
        let said = match self {
            ValueSource::Output(stack, output) => format!("{stack}.{output}"),
            ValueSource::Secret(variable) => format!("vars.{variable}"),
        };
        format!("{}{}", self.plain_name(), sha256(said).short(6))
    }
}

impl StackRequirements {
    /// Returns the name of the parameter that passes `source` to `stack`.
    pub(crate) fn parameter(
        &mut self,
        stack: &StackSymbols,
        source: ValueSource,
        list: bool,
        span: Span,
    ) -> String {
        if let Some(made) = self.parameters.get(&source) {
            return made.name.clone();
        }
        let plain = source.plain_name();
        let name = match self.plain.get(&plain).cloned() {
            _ if stack.has(&plain) => source.hashed_name(),
            None => {
                self.plain.insert(plain.clone(), source.clone());
                plain
            }
            Some(first) => {
                // Both names get a hash, so that a name does not depend on the order of use.
                let hashed = first.hashed_name();
                if let Some(made) = self.parameters.get_mut(&first) {
                    made.name.clone_from(&hashed);
                }
                self.renamed.insert(plain, hashed);
                source.hashed_name()
            }
        };
        let made = SyntheticParameter {
            name: name.clone(),
            list,
            span,
        };
        self.parameters.insert(source, made);
        name
    }
}
