//! `formwork outputs`: shows the outputs of deployed stacks; with one name, only its value.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use formwork_blueprint::{Blueprint, KnownValues, SelectError, StackKey};
use formwork_engine::Observed;
use formwork_report::codes;
use formwork_report::outputs::{Outputs, dotenv, github, json, table};
use formwork_template::diagnostics::{did_you_mean, nearest};
use indexmap::{IndexMap, IndexSet};

use super::prepare::RunSession;
use crate::args::{OutputsArgs, OutputsFormat};
use crate::command_error::CommandError;
use crate::exit_status::ExitStatus;
use crate::session::{Session, unknown_stack};
use crate::terminal;

/// Runs the command.
pub async fn run(session: &Session, args: &OutputsArgs) -> Result<ExitStatus, CommandError> {
    let (blueprint, selector) = split_arguments(&args.words, &session.working_directory);
    let project = session.load(blueprint.as_deref())?;
    let blueprint = &project.blueprint;
    let selected = session.selected(blueprint)?;
    let selector = selector
        .map(|text| OutputSelector::find(&text, blueprint))
        .transpose()?;
    let run_session = RunSession::open(session, blueprint).await?;
    let observed = run_session.observe(blueprint).await?;
    session.print_note(&format!(
        "{}\n",
        run_session.connection.header.line(session.terminal.stderr)
    ));
    run_session.display.end(None);
    let text = match selector {
        Some(OutputSelector {
            stack,
            output: Some(name),
        }) => single_output(&stack, &name, &observed, args.format)?,
        Some(OutputSelector {
            stack,
            output: None,
        }) => {
            deployed_stack(&stack, &observed)?;
            stack_outputs(&IndexSet::from([stack]), blueprint, &observed, args.format)
        }
        None => stack_outputs(&selected, blueprint, &observed, args.format),
    };
    terminal::print_result(&text);
    Ok(ExitStatus::Success)
}

/// Splits the arguments into a blueprint and a selector. A single argument is a blueprint only if it is a path to one.
fn split_arguments(words: &[String], here: &Path) -> (Option<PathBuf>, Option<String>) {
    match words {
        [] => (None, None),
        [blueprint, selector, ..] => (Some(PathBuf::from(blueprint)), Some(selector.clone())),
        [word] => {
            let path = here.join(word);
            let is_path = path.is_file()
                || path.join("blueprint.toml").exists()
                || word.contains(std::path::is_separator);
            match is_path || word == "." || word == ".." {
                true => (Some(PathBuf::from(word)), None),
                false => (None, Some(word.clone())),
            }
        }
    }
}

/// A selector: `STACK` or `STACK.NAME`.
#[derive(Debug)]
struct OutputSelector {
    stack: StackKey,
    output: Option<String>,
}

impl OutputSelector {
    /// Finds the stack and the output in the blueprint.
    fn find(text: &str, blueprint: &Blueprint) -> Result<Self, CommandError> {
        let (key, output) = match text.split_once('.') {
            Some((key, output)) => (key, Some(output)),
            None => (text, None),
        };
        let Some(stack) = blueprint.graph.get(key) else {
            let keys = blueprint.graph.stacks().map(|stack| stack.key.as_str());
            let error = SelectError::NoStack {
                selector: key.to_owned(),
                nearest: nearest(key, keys).map(str::to_owned),
            };
            return Err(unknown_stack(&error, blueprint));
        };
        if let Some(name) = output {
            let nothing = (IndexMap::new(), BTreeMap::new());
            let template = stack
                .render(&KnownValues {
                    assets: &nothing.0,
                    parameters: &nothing.1,
                })
                .template;
            let names: Vec<&str> = template.outputs().map(|output| output.name).collect();
            if !names.contains(&name) && !template.has_generated_outputs() {
                return Err(unknown_output(key, name, &names));
            }
        }
        Ok(Self {
            stack: stack.key.clone(),
            output: output.map(str::to_owned),
        })
    }
}

fn unknown_output(stack: &str, name: &str, names: &[&str]) -> CommandError {
    let help = match (nearest(name, names.iter().copied()), names) {
        (Some(near), _) => did_you_mean(format!("{stack}.{near}")),
        (None, []) => "the stack has no outputs".to_owned(),
        (None, names) => format!("it has {}", names.join(", ")),
    };
    CommandError::usage(
        codes::UNKNOWN_OUTPUT_NAME,
        format!("stack `{stack}` has no output `{name}`"),
        help,
    )
}

fn deployed_stack<'a>(
    stack: &StackKey,
    observed: &'a Observed,
) -> Result<&'a formwork_aws::Stack, CommandError> {
    observed
        .stacks
        .get(stack)
        .map(|live| &live.stack)
        .ok_or_else(|| {
            CommandError::failed(
                codes::NOT_DEPLOYED,
                format!("stack `{stack}` is not deployed"),
                "deploy it with `formwork deploy`",
            )
        })
}

fn single_output(
    stack: &StackKey,
    name: &str,
    observed: &Observed,
    format: OutputsFormat,
) -> Result<String, CommandError> {
    let outputs = &deployed_stack(stack, observed)?.outputs;
    let Some(output) = outputs.get(name) else {
        return Err(CommandError::failed(
            codes::NOT_DEPLOYED,
            format!("stack `{stack}` is deployed without output `{name}`"),
            "update it with `formwork deploy`",
        ));
    };
    let only = Outputs::from([(
        stack.to_string(),
        BTreeMap::from([(name.to_owned(), output.value.clone())]),
    )]);
    Ok(match format {
        OutputsFormat::Table => format!("{}\n", output.value),
        OutputsFormat::Json => format!("{}\n", serde_json::Value::from(output.value.as_str())),
        OutputsFormat::Dotenv => dotenv(&only),
        OutputsFormat::Github => github(&only),
    })
}

fn stack_outputs(
    selected: &IndexSet<StackKey>,
    blueprint: &Blueprint,
    observed: &Observed,
    format: OutputsFormat,
) -> String {
    let order = blueprint
        .graph
        .order()
        .map(|stack| &stack.key)
        .filter(|key| selected.contains(*key));
    let outputs: Outputs = order
        .filter_map(|key| Some((key, &observed.stacks.get(key)?.stack)))
        .map(|(key, stack)| {
            let values = stack
                .outputs
                .iter()
                .map(|(name, output)| (name.clone(), output.value.clone()));
            (key.to_string(), values.collect())
        })
        .collect();
    match format {
        OutputsFormat::Table => table(&outputs),
        OutputsFormat::Json => json(&outputs),
        OutputsFormat::Dotenv => dotenv(&outputs),
        OutputsFormat::Github => github(&outputs),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_argument_is_a_blueprint_only_if_it_is_a_path_to_one() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("hello")).unwrap();
        std::fs::create_dir_all(root.path().join("network")).unwrap();
        std::fs::write(root.path().join("hello/blueprint.toml"), "").unwrap();
        let of = |arguments: &[&str]| {
            let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
            let (blueprint, selector) = split_arguments(&arguments, root.path());
            (blueprint.map(|path| path.display().to_string()), selector)
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(of(&["hello"]), (some("hello"), None));
        assert_eq!(
            of(&["network"]),
            (None, some("network")),
            "a folder without a blueprint is none"
        );
        assert_eq!(of(&["network.VpcId"]), (None, some("network.VpcId")));
        assert_eq!(of(&["no/where"]), (some("no/where"), None));
        assert_eq!(of(&["."]), (some("."), None));
        assert_eq!(
            of(&["hello", "greeting.Url"]),
            (some("hello"), some("greeting.Url"))
        );
    }
}
