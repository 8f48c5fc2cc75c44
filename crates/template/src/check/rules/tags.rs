//! Tags of any resource that can be tagged.

use super::broken;
use crate::check::found::Found;
use crate::check::scene::Scene;
use crate::source::{Problem, Span};
use crate::{Resource, Value};
use std::collections::BTreeMap;

/// Keys of 1 to 128 characters that do not begin with `aws:`, each once, and values of up to 256
/// (the page "Tag your AWS resources").
pub(super) fn tags<'a>(resource: &Resource<'a>, scene: &Scene<'a>, problems: &mut Vec<Problem>) {
    if resource.property("Tags").is_none() {
        return;
    }
    let schema = scene.table.resource(resource.kind);
    let tagging = schema.as_ref().and_then(|schema| schema.tagging.as_ref());
    if !tagging.is_some_and(|tagging| tagging.taggable) {
        return;
    }
    for tags in scene.properties(resource, "Tags") {
        let Some(node) = tags.node else { continue };
        match &node.value {
            Value::List(_) => listed(&tags, scene, problems),
            Value::Map(map) if node.function().is_none() => {
                for (name, entry) in map.iter() {
                    key(name, entry.key, problems);
                    value(entry.node.as_str(), entry.node.span, problems);
                }
            }
            _ => {}
        }
    }
}

fn listed<'a>(tags: &Found<'a>, scene: &Scene<'a>, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<String, Vec<Found<'a>>> = BTreeMap::new();
    for tag in tags.at("*", &scene.conditions) {
        for name in tag.at("Key", &scene.conditions) {
            let Some(text) = name.text() else { continue };
            key(&text, name.span, problems);
            let same = seen.entry(text.clone()).or_default();
            let clash = same.iter().find(|other| {
                let both = other.case.and(&name.case);
                other.indices != name.indices
                    && both.is_some_and(|case| scene.conditions.allow(&case))
            });
            if let Some(other) = clash {
                let message = format!("the tag `{text}` stands twice");
                let problem = broken(message, name.span).at(other.span, "it stands here too");
                problems.push(problem);
            }
            same.push(name);
        }
        for found in tag.at("Value", &scene.conditions) {
            value(found.string(), found.span, problems);
        }
    }
}

fn key(text: &str, span: Span, problems: &mut Vec<Problem>) {
    let length = text.chars().count();
    if text.starts_with("aws:") {
        let message = format!("keys of tags that begin with `aws:` are AWS's own: `{text}`");
        problems.push(broken(message, span));
    } else if !(1..=128).contains(&length) {
        let message = format!("the key of a tag has 1 to 128 characters, this has {length}");
        problems.push(broken(message, span));
    }
}

fn value(text: Option<&str>, span: Span, problems: &mut Vec<Problem>) {
    let length = text.map_or(0, |text| text.chars().count());
    if length > 256 {
        let message = format!("the value of a tag has at most 256 characters, this has {length}");
        problems.push(broken(message, span));
    }
}
