//! Renders the template of a stack: inserts asset names and content-addressed logical ids.

pub(crate) mod content_hash;

use crate::model::{ASSET_MARK, KnownValues, PackedAsset, PendingId, RenderedTemplate, Stack};
use content_hash::ResolvedId;

use crate::rename::{rename, rename_resources};
use formwork_template::{Node, Template, Value};
use std::collections::{BTreeMap, HashMap};

impl Stack {
    /// Renders the template with the known values.
    pub fn render(&self, known: &KnownValues<'_>) -> RenderedTemplate {
        render(self, known)
    }
}

/// Renders the template of `stack` with the known values.
fn render(stack: &Stack, known: &KnownValues<'_>) -> RenderedTemplate {
    let mut template = stack.body.template.clone();
    if !stack.assets.is_empty() {
        let mut root = template.into_root();
        fill(&mut root, known);
        template = Template::new(root).expect("other texts leave the shape as it is");
    }
    if stack.body.redeploy.is_empty() {
        return RenderedTemplate {
            template,
            pending_ids: Vec::new(),
            source_ids: BTreeMap::new(),
        };
    }
    let mut followed = content_hash::resolve_ids(stack, &template, known);
    make_unique(&mut followed, &template);
    let names: HashMap<String, String> = followed
        .iter()
        .map(|(written, followed)| (written.clone(), followed.id.clone()))
        .collect();
    let mut root = template.into_root();
    rename(&mut root, &names);
    rename_resources(&mut root, &names);
    template = Template::new(root).expect("other names leave the shape as it is");
    RenderedTemplate {
        template,
        pending_ids: followed
            .iter()
            .filter(|(_, followed)| !followed.waits_for.is_empty())
            .map(open)
            .collect(),
        source_ids: names
            .into_iter()
            .map(|(written, id)| (id, written))
            .collect(),
    }
}

fn open((written, followed): (&String, &ResolvedId)) -> PendingId {
    PendingId {
        id: followed.id.clone(),
        source_id: written.clone(),
        waits_for: followed.waits_for.clone(),
    }
}

/// Appends digits to ids that are taken. Loading refuses such ids, but a deployed value can still
/// cause a conflict.
fn make_unique(followed: &mut BTreeMap<String, ResolvedId>, template: &Template) {
    for followed in followed.values_mut() {
        while template.resource(&followed.id).is_some() {
            followed.id.push('0');
        }
    }
}

/// Replaces the placeholders of assets.
fn fill(node: &mut Node, known: &KnownValues<'_>) {
    match &mut node.value {
        Value::String(text) if text.contains(ASSET_MARK) => *text = filled(text, known),
        Value::List(items) => items.iter_mut().for_each(|item| fill(item, known)),
        Value::Map(map) => map
            .iter_mut()
            .for_each(|(_, entry)| fill(&mut entry.node, known)),
        _ => {}
    }
}

fn filled(text: &str, known: &KnownValues<'_>) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for (index, piece) in text.split(ASSET_MARK).enumerate() {
        match piece.split_once(':').filter(|_| index % 2 == 1) {
            Some((what, name)) => {
                let packed = known
                    .assets
                    .get(name)
                    .cloned()
                    .unwrap_or_else(PackedAsset::placeholder);
                out.push_str(if what == "key" {
                    &packed.key
                } else {
                    &packed.hash
                });
            }
            None => out.push_str(piece),
        }
    }
    out
}
