//! Determines the values of variables: default, environment, `FORMWORK_VAR_…`, `--set`.

use super::variables::Declaration;
use crate::codes;
use crate::evaluate::Evaluator;
use crate::evaluate::context::LoadContext;
use crate::model::{
    ASSET_MARK, AssignmentSource, EnvName, Origin, OverriddenValue, SecretValue, Variable,
    VariableAssignment, VariableName,
};
use crate::scope::symbols::{SymbolTable, VariableValue};
use formwork_template::diagnostics::{Problem, Span};
use formwork_template::{Map, Node};
use indexmap::IndexMap;

/// The values that an environment assigns to variables.
pub(crate) struct EnvironmentVariables<'a> {
    pub(crate) environment: &'a EnvName,
    pub(crate) values: &'a Map,
    /// True for the requested environment.
    pub(crate) chosen: bool,
}

/// A possible value of a variable, its origin, and true if it is valid.
type Candidate = (Node, Origin, bool);

/// Determines the value of every variable. Later origins override earlier ones.
pub(crate) fn values(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    declarations: &IndexMap<VariableName, Declaration>,
    layers: &[EnvironmentVariables<'_>],
    given: &[VariableAssignment],
) -> IndexMap<VariableName, (VariableValue, Variable)> {
    let mut found: IndexMap<&str, Vec<Candidate>> = IndexMap::new();
    for (name, declaration) in declarations {
        if let Some(default) = &declaration.default {
            let candidate = (default.clone(), Origin::Default, true);
            found.entry(name.as_str()).or_default().push(candidate);
        }
    }
    for layer in layers {
        environment_values(context, symbols, declarations, layer, &mut found);
    }
    let mut in_order: Vec<&VariableAssignment> = given.iter().collect();
    in_order.sort_by_key(|value| value.source); // the sort is stable: of the same source, the last one wins
    for value in in_order {
        given_value(context, declarations, value, &mut found, symbols.incomplete);
    }
    let mut values = IndexMap::new();
    for (name, declaration) in declarations {
        let held = held(
            context,
            name,
            declaration,
            found.swap_remove(name.as_str()).unwrap_or_default(),
        );
        values.insert(name.clone(), held);
    }
    values
}

fn held(
    context: &mut LoadContext<'_>,
    name: &VariableName,
    declaration: &Declaration,
    mut found: Vec<Candidate>,
) -> (VariableValue, Variable) {
    let mut variable = Variable {
        value: None,
        origin: Origin::Default,
        span: declaration.span,
        declared: declaration.span,
        replaced: Vec::new(),
    };
    let Some((node, origin, good)) = found.pop() else {
        if !declaration.is_invalid {
            let message = format!("variable `{name}` has no default and no value");
            let problem = Problem::error(codes::MISSING_VARIABLE, message)
                .at(declaration.span, "declared here");
            context.report(problem.help(format!("give one: `--set {name}=…`, `FORMWORK_VAR_{name}`, or `vars.{name} = …` in an environment")));
        }
        return (VariableValue::Invalid, variable);
    };
    variable.origin = origin;
    variable.replaced = found
        .into_iter()
        .map(|(node, origin, _)| OverriddenValue {
            span: node.span,
            value: (!declaration.sensitive).then_some(node),
            origin,
        })
        .collect();
    if !good || declaration.is_invalid {
        return (VariableValue::Invalid, variable);
    }
    if declaration.sensitive {
        let secret = SecretValue::new(name.clone(), node.as_str().unwrap_or_default().to_owned());
        return (VariableValue::Secret(secret), variable);
    }
    variable.span = node.span;
    variable.value = Some(node.clone());
    let held = VariableValue::Known {
        value: node.into(),
        resolve: declaration.resolve,
    };
    (held, variable)
}

fn environment_values<'d>(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    declarations: &'d IndexMap<VariableName, Declaration>,
    layer: &EnvironmentVariables<'_>,
    found: &mut IndexMap<&'d str, Vec<Candidate>>,
) {
    for (name, entry) in layer.values.iter() {
        let Some((known, declaration)) = declarations.get_key_value(name) else {
            if !symbols.incomplete {
                let message = format!(
                    "environment `{}` assigns a value to the unknown variable `{name}`",
                    layer.environment
                );
                let near = context
                    .suggestions
                    .nearest(name, declarations.keys().map(VariableName::as_str));
                let problem = Problem::error(codes::UNKNOWN_VARIABLE, message).at(entry.key, "");
                let declare = format!("declare it: `[vars]` with `{name} = …`");
                context.report(problem.help(declare).suggest(near));
            }
            continue;
        };
        let before = context.problems.len();
        let value =
            Evaluator::new(context, symbols, None).constant(&entry.node, "a variable's value");
        let value = value.unwrap_or_default();
        let good = context.problems.len() == before
            && (declaration.is_invalid || declaration.check(context, &value, value.span));
        if layer.chosen {
            let origin = Origin::Environment(layer.environment.clone());
            found
                .entry(known.as_str())
                .or_default()
                .push((value, origin, good));
        }
    }
}

fn given_value<'d>(
    context: &mut LoadContext<'_>,
    declarations: &'d IndexMap<VariableName, Declaration>,
    given: &VariableAssignment,
    found: &mut IndexMap<&'d str, Vec<Candidate>>,
    incomplete: bool,
) {
    let name = given.name.as_str();
    let (source, origin) = match given.source {
        AssignmentSource::ProcessEnvironment => {
            (format!("FORMWORK_VAR_{name}"), Origin::ProcessEnvironment)
        }
        AssignmentSource::CommandLine => (format!("--set {name}"), Origin::CommandLine),
    };
    let Some((known, declaration)) = declarations.get_key_value(name) else {
        if incomplete {
            return;
        }
        // The value may be a secret with a misspelled name, so it is not shown.
        let file = context.reader.add_text(source, name.to_owned());
        let message = format!("unknown variable `{name}`");
        let near = context
            .suggestions
            .nearest(name, declarations.keys().map(VariableName::as_str));
        let problem = match given.source {
            AssignmentSource::CommandLine => Problem::error(codes::UNKNOWN_VARIABLE, message),
            AssignmentSource::ProcessEnvironment => {
                Problem::warning(codes::UNKNOWN_VARIABLE, message)
            }
        };
        let problem = problem.at(Span::new(file, 0..name.len()), "given a value here");
        context.report(problem.suggest(near));
        return;
    };
    let shown = match declaration.sensitive {
        true => "****",
        false => given.text.as_str(),
    };
    let file = context.reader.add_text(source, format!("{name}={shown}"));
    let span = Span::new(file, name.len() + 1..name.len() + 1 + shown.len());
    let parsed = match given.text.contains(ASSET_MARK) {
        true => Err("the value contains U+FDD0, which is not a character".to_owned()),
        false => declaration.parse(file, &given.text, span),
    };
    let (value, good) = match parsed {
        Ok(value) => {
            let good = declaration.is_invalid || declaration.check(context, &value, span);
            (value, good)
        }
        Err(message) => {
            let problem = Problem::error(codes::WRONG_TYPE, message).at(span, "");
            context.report(problem.help("a value is read as TOML: `[\"a\", \"b\"]`, `true`, `3`"));
            (Node::default(), false)
        }
    };
    found
        .entry(known.as_str())
        .or_default()
        .push((value, origin, good));
}
