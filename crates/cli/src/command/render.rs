//! `formwork render`: prints the CloudFormation template of each stack.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use formwork_blueprint::{AssetName, KnownValues, PackedAsset, RenderedTemplate, Stack};
use formwork_engine::{EventSender, pack, packed};
use formwork_report::codes;
use formwork_template::write;
use indexmap::IndexMap;

use super::prepare;
use crate::args::{RenderArgs, TemplateFormat};
use crate::command_error::CommandError;
use crate::connect;
use crate::exit_status::ExitStatus;
use crate::session::{Project, Session};
use crate::terminal;

/// Runs the command.
pub async fn run(session: &Session, args: &RenderArgs) -> Result<ExitStatus, CommandError> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let stacks: Vec<&Stack> = project
        .blueprint
        .graph
        .order()
        .filter(|stack| selected.contains(&stack.key))
        .collect();
    let packed = pack_assets(session, &project, &stacks).await?;
    let parameters = BTreeMap::new();
    let known = KnownValues {
        assets: &packed,
        parameters: &parameters,
    };
    let rendered: Vec<(&Stack, RenderedTemplate)> = stacks
        .into_iter()
        .map(|stack| (stack, stack.render(&known)))
        .collect();
    for (stack, rendered) in &rendered {
        print_open_ids(session, stack, rendered);
    }
    match &args.out {
        Some(folder) => write_files(folder, args.format, &rendered)?,
        None => terminal::print_result(&all_templates(args.format, &rendered)),
    }
    Ok(ExitStatus::Success)
}

/// Builds and packs the assets of the templates.
async fn pack_assets(
    session: &Session,
    project: &Project,
    stacks: &[&Stack],
) -> Result<IndexMap<AssetName, PackedAsset>, CommandError> {
    let target = connect::target(session, &project.blueprint)?;
    let assets = prepare::assets(&project.blueprint, stacks.iter().copied());
    let (events, _) = EventSender::channel();
    let archives = pack(assets, target, &events)
        .await
        .map_err(|error| prepare::asset_failed(&error))?;
    Ok(packed(&archives))
}

/// Prints the logical ids that are final only after the deployment.
fn print_open_ids(session: &Session, stack: &Stack, rendered: &RenderedTemplate) {
    for open in &rendered.pending_ids {
        let values: Vec<String> = open
            .waits_for
            .iter()
            .map(|value| format!("{}.{}", value.stack, value.output))
            .collect();
        session.print_note(&format!(
            "{}: the logical id {} of {} depends on {} and is final only after deploy\n",
            stack.key,
            open.id,
            open.source_id,
            values.join(", ")
        ));
    }
}

fn text(format: TemplateFormat, rendered: &RenderedTemplate) -> String {
    match format {
        TemplateFormat::Json => write::json(rendered.template.root()),
        TemplateFormat::Yaml => write::yaml(rendered.template.root()),
    }
}

/// Joins the templates: one stays as it is, several become YAML documents or one JSON object by stack.
fn all_templates(format: TemplateFormat, rendered: &[(&Stack, RenderedTemplate)]) -> String {
    match (format, rendered) {
        (_, [(_, only)]) => text(format, only),
        (TemplateFormat::Yaml, all) => {
            let documents = all.iter().map(|(stack, rendered)| {
                format!(
                    "--- # {}: {}\n{}",
                    stack.key,
                    stack.name,
                    text(format, rendered)
                )
            });
            documents.collect()
        }
        (TemplateFormat::Json, all) => {
            let members: Vec<String> = all
                .iter()
                .map(|(stack, rendered)| {
                    let template = text(format, rendered);
                    format!(
                        "  \"{}\": {}",
                        stack.key,
                        template.trim_end().replace('\n', "\n  ")
                    )
                })
                .collect();
            format!("{{\n{}\n}}\n", members.join(",\n"))
        }
    }
}

fn write_files(
    folder: &Path,
    format: TemplateFormat,
    rendered: &[(&Stack, RenderedTemplate)],
) -> Result<(), CommandError> {
    let failed = |path: &Path, error: &std::io::Error| {
        CommandError::failed(
            codes::OUTPUT_FILE,
            format!("cannot write `{}`: {error}", path.display()),
            "choose another folder with `--out`",
        )
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let extension = match format {
        TemplateFormat::Json => "json",
        TemplateFormat::Yaml => "yaml",
    };
    for (stack, rendered) in rendered {
        let path = folder.join(format!("{}.{extension}", stack.key));
        fs::write(&path, text(format, rendered)).map_err(|error| failed(&path, &error))?;
    }
    Ok(())
}
