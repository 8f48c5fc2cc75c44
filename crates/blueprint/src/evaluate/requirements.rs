//! What evaluating a stack finds besides its values: the parameters it needs, and whom it waits for.

use crate::model::{AssetName, StackKey, VariableName, upper_camel_case};
use crate::scope::symbols::StackSymbols;
use formwork_template::diagnostics::Span;
use formwork_template::sha256;
use indexmap::{IndexMap, IndexSet};
use std::collections::HashMap;

/// What the values of a stack need.
#[derive(Debug, Default)]
pub(crate) struct StackRequirements {
    /// The parameters made for values from elsewhere, in the order of their first use.
    pub(crate) parameters: IndexMap<ValueSource, SyntheticParameter>,
    /// Every reference to another stack's output.
    pub(crate) output_uses: Vec<(StackKey, String, Span)>,
    /// The assets referred to.
    pub(crate) assets: IndexSet<AssetName>,
    /// Names that were given before another source wanted the same one: old and new.
    pub(crate) renamed: HashMap<String, String>,
    /// Who had a plain name first.
    plain: HashMap<String, ValueSource>,
}

/// Where the value of a made parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum ValueSource {
    /// A stack's output.
    Output(StackKey, String),
    /// A sensitive variable.
    Secret(VariableName),
}

/// A parameter that was made.
#[derive(Debug, Clone)]
pub(crate) struct SyntheticParameter {
    pub(crate) name: String,
    pub(crate) list: bool,
    pub(crate) span: Span,
}

impl ValueSource {
    /// The name it has where nothing is in the way.
    fn plain_name(&self) -> String {
        match self {
            ValueSource::Output(stack, output) => {
                format!("{}{output}", upper_camel_case(stack.as_str()))
            }
            ValueSource::Secret(variable) => upper_camel_case(variable.as_str()),
        }
    }

    /// The name it has where something is.
    fn hashed_name(&self) -> String {
        let said = match self {
            ValueSource::Output(stack, output) => format!("{stack}.{output}"),
            ValueSource::Secret(variable) => format!("vars.{variable}"),
        };
        format!("{}{}", self.plain_name(), sha256(said).short(6))
    }
}

impl StackRequirements {
    /// The parameter that carries `source` into `stack`.
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
                // Both get their hash: a name must not depend on who is mentioned first.
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
