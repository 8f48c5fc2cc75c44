//! What stacks hand one another through outputs and parameters, so that each stack can be checked
//! as if what it is given stood in it.

use crate::evaluate::context::{LoadContext, LoadMode};
use crate::lower::Lowered;
use crate::model::{ParameterSource, StackKey};
use crate::scope::symbols::StackSymbols;
use formwork_lint::{OutputKind, OutputType, output_types};
use std::collections::{BTreeMap, HashMap};

/// What a stack's parameters hold.
type Parameters = BTreeMap<String, OutputType>;

/// What the parameters of stacks hold, in the stacks' order.
pub(crate) struct ParameterTypes {
    /// Of the stacks.
    pub(crate) all: Vec<Parameters>,
    /// Of stacks that are written again.
    pub(crate) others: Vec<Parameters>,
}

/// Finds what every parameter holds that another stack's output fills.
pub(crate) fn parameters(
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

/// What outputs give: found out stack by stack, where one is used.
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

    /// What a source gives. An output that hands on a parameter gives what that one holds; what
    /// was found out is kept for every output on the way, since chains are long.
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
            // Stacks that hand a value round in a circle are refused elsewhere.
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
