//! The types of the values that stacks pass to each other through outputs and parameters. With
//! them, each template is checked as if it contained the values.

use crate::evaluate::context::{LoadContext, LoadMode};
use crate::lower::Lowered;
use crate::model::{ParameterSource, StackKey};
use crate::scope::symbols::StackSymbols;
use formwork_lint::{OutputKind, OutputType, output_types};
use std::collections::{BTreeMap, HashMap};

/// The types of a stack's parameters, by name.
type Parameters = BTreeMap<String, OutputType>;

/// The parameter types of all stacks, in the order of the stacks.
pub(crate) struct ParameterTypes {
    /// The parameter types of the stacks.
    pub(crate) all: Vec<Parameters>,
    /// The parameter types of the duplicate stacks.
    pub(crate) others: Vec<Parameters>,
}

/// Returns the type of every parameter that gets its value from another stack's output.
pub(crate) fn parameter_types(
    context: &LoadContext<'_>,
    all: &[(&StackSymbols, Lowered)],
    others: &[Lowered],
) -> ParameterTypes {
    let stacks: HashMap<&StackKey, &Lowered> = all
        .iter()
        .map(|(declared, lowered)| (&declared.key, lowered))
        .collect();
    let mut outputs = Outputs {
        context,
        stacks,
        known: HashMap::new(),
    };
    ParameterTypes {
        all: all.iter().map(|(_, it)| outputs.given(it)).collect(),
        others: others.iter().map(|it| outputs.given(it)).collect(),
    }
}

/// The types of outputs, computed on first use.
struct Outputs<'s> {
    context: &'s LoadContext<'s>,
    stacks: HashMap<&'s StackKey, &'s Lowered>,
    known: HashMap<&'s StackKey, BTreeMap<String, OutputType>>,
}

impl<'s> Outputs<'s> {
    fn given(&mut self, lowered: &'s Lowered) -> Parameters {
        if self.context.mode == LoadMode::RenderOnly {
            return Parameters::new();
        }
        let filled = lowered.parameters.iter();
        filled
            .filter_map(|(name, source)| Some((name.clone(), self.source(source)?)))
            .collect()
    }

    /// Returns the type of a source. An output that forwards a parameter has the type of that
    /// parameter. The result is stored for every output of the chain, because chains can be long.
    fn source(&mut self, source: &'s ParameterSource) -> Option<OutputType> {
        let mut source = source;
        let mut way: Vec<(&'s StackKey, &'s str)> = Vec::new();
        let found = loop {
            let ParameterSource::Output(from) = source else {
                return None;
            };
            let lowered = *self.stacks.get(&from.stack)?;
            let gives = self
                .of_stack(&from.stack, lowered)
                .get(&from.output)?
                .clone();
            let handed = match &gives.kind {
                OutputKind::Parameter(name) => lowered.parameters.get(name),
                OutputKind::Reference(_) | OutputKind::Unknown => break gives,
            };
            // Cycles are reported elsewhere.
            match handed.filter(|_| way.len() <= self.stacks.len()) {
                Some(next @ ParameterSource::Output(_)) => source = next,
                _ => {
                    break OutputType {
                        kind: OutputKind::Unknown,
                        span: gives.span,
                    };
                }
            }
            way.push((&from.stack, &from.output));
        };
        for (stack, output) in way {
            let outputs = self.known.get_mut(stack);
            if let Some(gives) = outputs.and_then(|outputs| outputs.get_mut(output)) {
                gives.clone_from(&found);
            }
        }
        Some(found)
    }

    fn of_stack(&mut self, key: &'s StackKey, lowered: &Lowered) -> &BTreeMap<String, OutputType> {
        self.known.entry(key).or_insert_with(|| {
            let template = lowered.template.as_ref();
            template.map_or_else(BTreeMap::new, |it| output_types(it, &self.context.table))
        })
    }
}
