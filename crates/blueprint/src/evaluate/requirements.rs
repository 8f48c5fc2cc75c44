//! What evaluating a stack finds besides its values: the parameters it needs, and whom it waits for.

use crate::model::{AssetName, StackKey, VariableName, upper_camel};
use crate::scope::symbols::Declared;
use formwork_template::diagnostics::Span;
use formwork_template::sha256;
use indexmap::{IndexMap, IndexSet};
use std::collections::HashMap;

/// What the values of a stack need.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    /// The parameters made for values from elsewhere, in the order of their first use.
    pub(crate) made: IndexMap<Source, Made>,
    /// Every reference to another stack's output.
    pub(crate) uses: Vec<(StackKey, String, Span)>,
    /// The assets referred to.
    pub(crate) assets: IndexSet<AssetName>,
    /// Names that were given before another source wanted the same one: old and new.
    pub(crate) renamed: HashMap<String, String>,
    /// Who had a plain name first.
    plain: HashMap<String, Source>,
}

/// Where the value of a made parameter comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A stack's output.
    Output(StackKey, String),
    /// A sensitive variable.
    Secret(VariableName),
}

/// A parameter that was made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) name: String,
    pub(crate) list: bool,
    pub(crate) span: Span,
}

impl Source {
    /// The name it has where nothing is in the way.
    fn plain_name(&self) -> String {
        match self {
            Source::Output(stack, output) => format!("{}{output}", upper_camel(stack.as_str())),
            Source::Secret(variable) => upper_camel(variable.as_str()),
        }
    }

    /// The name it has where something is.
    fn hashed_name(&self) -> String {
        let said = match self {
            Source::Output(stack, output) => format!("{stack}.{output}"),
            Source::Secret(variable) => format!("vars.{variable}"),
        };
        format!("{}{}", self.plain_name(), sha256(said).short(6))
    }
}

impl Sink {
    /// The parameter that carries `source` into `stack`.
    pub(crate) fn parameter(
        &mut self,
        stack: &Declared,
        source: Source,
        list: bool,
        span: Span,
    ) -> String {
        if let Some(made) = self.made.get(&source) {
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
                if let Some(made) = self.made.get_mut(&first) {
                    made.name.clone_from(&hashed);
                }
                self.renamed.insert(plain, hashed);
                source.hashed_name()
            }
        };
        let made = Made {
            name: name.clone(),
            list,
            span,
        };
        self.made.insert(source, made);
        name
    }
}
