//! `formwork render`: the CloudFormation template of each stack.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use formwork_blueprint::{AssetName, KnownValues, PackedAsset, RenderedTemplate, Stack};
use formwork_engine::{EventSender, pack, packed};
use formwork_template::write;
use indexmap::IndexMap;

use super::prepare;
use crate::args::{RenderArgs, TemplateFormat};
use crate::connect;
use crate::exit::Exit;
use crate::session::{Project, Session};
use crate::stop::Stop;
use crate::terminal;
use formwork_report::codes;

/// Prints the templates, or writes a file for each.
pub async fn run(session: &Session, args: &RenderArgs) -> Result<Exit, Stop> {
    let project = session.load(args.at.blueprint.as_deref())?;
    let selected = session.selected(&project.blueprint)?;
    let stacks: Vec<&Stack> = project
        .blueprint
        .graph
        .order()
        .filter(|stack| selected.contains(&stack.key))
        .collect();
    let packed = assets(session, &project, &stacks).await?;
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
        remark(session, stack, rendered);
    }
    match &args.out {
        Some(folder) => write_files(folder, args.format, &rendered)?,
        None => terminal::result(&together(args.format, &rendered)),
    }
    Ok(Exit::Done)
}

/// Builds and packs what the templates name.
async fn assets(
    session: &Session,
    project: &Project,
    stacks: &[&Stack],
) -> Result<IndexMap<AssetName, PackedAsset>, Stop> {
    let target = connect::target(session, &project.blueprint)?;
    let assets = prepare::assets(&project.blueprint, stacks.iter().copied());
    let (events, _) = EventSender::channel();
    let archives = pack(assets, target, &events)
        .await
        .map_err(|error| prepare::asset_failed(&error))?;
    Ok(packed(&archives))
}

/// Says which logical ids are not final, since nobody was asked.
fn remark(session: &Session, stack: &Stack, rendered: &RenderedTemplate) {
    for open in &rendered.pending_ids {
        let values: Vec<String> = open
            .waits_for
            .iter()
            .map(|value| format!("{}.{}", value.stack, value.output))
            .collect();
        session.remark(&format!(
            "{}: the logical id {} of {} follows {} and is final after deploy\n",
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

/// All templates in one text: one alone is a template, several are YAML documents or an object by stack.
fn together(format: TemplateFormat, rendered: &[(&Stack, RenderedTemplate)]) -> String {
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
) -> Result<(), Stop> {
    let failed = |path: &Path, error: &std::io::Error| {
        Stop::failed(
            codes::OUTPUT_FILE,
            format!("`{}` cannot be written: {error}", path.display()),
            "give another folder with `--out`",
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
