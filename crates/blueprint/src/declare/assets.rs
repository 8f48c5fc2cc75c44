//! Declarations of assets. Packing and uploading them is the engine's work.

use crate::evaluate::Evaluator;
use crate::evaluate::context::LoadContext;
use crate::files::FileKind;
use crate::model::{Architecture, Asset, AssetName, AssetSource, StackKey};
use crate::scope::Scope;
use crate::scope::symbols::SymbolTable;
use crate::syntax::keys::ASSET;
use crate::{codes, limits};
use formwork_template::diagnostics::{Problem, Span, did_you_mean};
use formwork_template::{Entry, Map, Node};

/// Parses a table of assets. `stack` is the stack that owns them, with the prefix of their names;
/// `scope` is the component that declares them.
pub(crate) fn assets(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    stack: Option<(&StackKey, &str)>,
    scope: Option<&Scope>,
) -> Vec<(AssetName, Option<Asset>)> {
    let mut evaluator = Evaluator::new(context, symbols, None);
    let Some(map) = evaluator.table(node, "assets") else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, entry) in map.iter() {
        let name = match stack {
            Some((stack, prefix)) => AssetName::new(format!("{stack}.{prefix}{key}")),
            None => AssetName::new(key).filter(|_| !key.contains('.')),
        };
        let Some(name) = name else {
            let message = format!(
                "invalid asset name `{key}`: use lower-case letters, digits and `_`, beginning with a letter"
            );
            context.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
            continue;
        };
        let asset = asset(context, symbols, &name, entry, scope);
        found.push((name, asset));
    }
    found
}

fn asset(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    name: &AssetName,
    entry: &Entry,
    scope: Option<&Scope>,
) -> Option<Asset> {
    let map = Evaluator::new(context, symbols, None).table(&entry.node, "an asset")?;
    context.check_keys(map, &ASSET, |_, _| None);
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = scope;
    let architecture = map.get("architecture").and_then(|node| {
        let text = evaluator.constant_text(node, "`architecture`")?;
        Some((text, node.span))
    });
    let inline = map
        .get("inline")
        .and_then(|node| evaluator.constant_bool(node, "`inline`"));
    let architecture =
        architecture.and_then(|(text, span)| read_architecture(context, &text, span));
    let source = match (map.get("path"), map.get("crate")) {
        (Some(path), None) if inline == Some(true) => inline_source(context, symbols, path, scope)?,
        (Some(path), None) => {
            AssetSource::Path(located(context, symbols, path, "`path`", scope)?.0)
        }
        (None, Some(folder)) => crate_source(context, symbols, folder, map, scope)?,
        (Some(_), Some(folder)) => {
            let problem = Problem::error(
                codes::BAD_ASSET,
                "an asset is a `path` or a `crate`, not both",
            )
            .at(folder.span, "");
            context.report(problem);
            return None;
        }
        (None, None) => {
            let problem = Problem::error(
                codes::BAD_ASSET,
                format!("asset `{name}` has neither `path` nor `crate`"),
            )
            .at(entry.key, "");
            context.report(problem.help(
                "`path` is a file or folder that is packed, `crate` a Rust Lambda that is built",
            ));
            return None;
        }
    };
    Some(Asset {
        name: name.clone(),
        source,
        architecture,
        span: entry.key,
    })
}

fn read_architecture(
    context: &mut LoadContext<'_>,
    text: &str,
    span: Span,
) -> Option<Architecture> {
    match text {
        "x86_64" => Some(Architecture::X86_64),
        "arm64" => Some(Architecture::Arm64),
        _ => {
            let problem =
                Problem::error(codes::BAD_ASSET, format!("unknown architecture `{text}`"))
                    .at(span, "");
            context.report(match text {
                "aarch64" => problem.help(did_you_mean("arm64")),
                "amd64" | "x64" | "x86-64" => problem.help(did_you_mean("x86_64")),
                _ => problem.help("the architectures are `x86_64` and `arm64`"),
            });
            None
        }
    }
}

fn located(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    what: &'static str,
    scope: Option<&Scope>,
) -> Option<(std::path::PathBuf, FileKind, String)> {
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = scope;
    let path = evaluator.required_text(node, what)?;
    match context.reader.locate(node.span.file, &path) {
        Ok((real, kind)) => Some((real, kind, path)),
        Err(message) => {
            let problem = Problem::error(codes::UNREADABLE_FILE, message).at(node.span, "");
            context.report(problem.help("a path is relative to the file that contains it, and must be inside the blueprint's `root`"));
            None
        }
    }
}

fn crate_source(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    map: &Map,
    scope: Option<&Scope>,
) -> Option<AssetSource> {
    if let Some(inline) = map
        .get("inline")
        .filter(|node| node.as_bool() != Some(false))
    {
        let problem = Problem::error(codes::BAD_ASSET, "a crate is compiled: it cannot be inline")
            .at(inline.span, "");
        context.report(problem);
    }
    let (real, kind, path) = located(context, symbols, node, "`crate`", scope)?;
    let has_manifest = context
        .reader
        .locate(node.span.file, &format!("{path}/Cargo.toml"))
        .is_ok();
    if kind == FileKind::File || !has_manifest {
        let problem = Problem::error(
            codes::BAD_ASSET,
            format!("`{path}` is not a Rust crate: it has no `Cargo.toml`"),
        )
        .at(node.span, "");
        context.report(
            problem.help("`crate` is the folder of a Rust Lambda; for all others use `path`"),
        );
        return None;
    }
    Some(AssetSource::Crate(real))
}

fn inline_source(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    scope: Option<&Scope>,
) -> Option<AssetSource> {
    let mut evaluator = Evaluator::new(context, symbols, None);
    evaluator.scope = scope;
    let path = evaluator.required_text(node, "`path`")?;
    let file = match context.reader.read_named(node.span.file, &path) {
        Ok(file) => file,
        Err(unread) => {
            context.report(unread.problem(Some(node.span)));
            return None;
        }
    };
    let text = context.reader.text(file).to_string();
    let extension = path.rsplit('.').next().unwrap_or_default().to_owned();
    let mut refuse = |message: String, help: &str| {
        let problem = Problem::error(codes::INLINE_ASSET, message).at(node.span, "");
        context.report(problem.help(help));
        None
    };
    if !matches!(extension.as_str(), "py" | "js") {
        return refuse(
            format!("`{path}` is neither Python nor JavaScript"),
            "inline code is one `.py` or `.js` file; remove `inline` to pack it",
        );
    }
    if text.len() > limits::INLINE_CODE_BYTES {
        return refuse(
            format!("`{path}` is larger than 1 MB, the limit of a template"),
            "remove `inline` to pack it",
        );
    }
    if text.contains("{{resolve:") {
        return refuse(
            format!(
                "`{path}` contains `{{{{resolve:`, which CloudFormation would evaluate as a dynamic reference"
            ),
            "remove `inline` to pack it",
        );
    }
    Some(AssetSource::Inline { text, extension })
}
