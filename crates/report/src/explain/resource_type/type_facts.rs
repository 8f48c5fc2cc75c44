//! Facts about a type as a whole: its lifecycle, `Ref`, attributes and regions.

use formwork_catalog::regions::Regions;
use formwork_catalog::schema::{
    Attribute, LifecycleStatus, OpenAttributes, PropertyPath, ReplacementOrder, ResourceSchema,
};

use super::property::type_name;

/// Describes the type as a whole.
pub(super) fn sentences(resource: &ResourceSchema) -> Vec<String> {
    let mut sentences = Vec::new();
    if let Some(lifecycle) = &resource.lifecycle {
        let date = lifecycle.date.as_deref().unwrap_or("an unknown date");
        sentences.push(match lifecycle.status {
            LifecycleStatus::Maintenance => {
                format!("Its service is in maintenance (since {date}): it gets no new features.")
            }
            LifecycleStatus::Sunset => {
                format!(
                    "Its service is closed to new customers (since {date}) and will be shut down."
                )
            }
            LifecycleStatus::Shutdown => {
                format!("Its service is shut down ({date}): new resources cannot be created.")
            }
        });
    }
    if let Some(reference) = reference(resource) {
        sentences.push(format!("`Ref` returns {reference}."));
    }
    if resource.stateful {
        sentences.push("Its data is lost when it is deleted or replaced: plans warn about it, and `deploy` requires `--allow-loss`.".to_owned());
    }
    if resource.replacement_order == ReplacementOrder::DeleteFirst {
        sentences.push(
            "When it is replaced, the old one is deleted before the new one is created.".to_owned(),
        );
    }
    sentences.extend(regions(resource.regions));
    sentences
}

pub(super) fn short_facts(resource: &ResourceSchema) -> Vec<&'static str> {
    let mut words = Vec::new();
    if resource.stateful {
        words.push("stateful");
    }
    match &resource.tagging {
        Some(tagging) if tagging.taggable => words.push("taggable"),
        Some(_) => words.push("not taggable"),
        None => {}
    }
    words
}

pub(super) fn reference(resource: &ResourceSchema) -> Option<String> {
    let reference = &resource.reference;
    let format = reference
        .format
        .as_deref()
        .map(|format| format!("`{format}`"));
    let path = reference.path.as_ref().map(|path| format!("its `{path}`"));
    let identifier = || {
        let names = paths(&resource.primary_identifier);
        (!names.is_empty()).then(|| format!("its identifier `{}`", names.join("|")))
    };
    path.or(format).or_else(identifier)
}

/// Describes the regions that offer the type, unless all do.
fn regions(regions: Regions) -> Option<String> {
    if regions == Regions::ALL || regions.is_empty() {
        return None;
    }
    let named = |is_offered: bool| -> Vec<&str> {
        let all = Regions::ALL.iter();
        all.filter(|region| regions.contains(*region) == is_offered)
            .map(|region| region.as_str())
            .collect()
    };
    let missing = named(false);
    Some(match missing.len() <= regions.len() {
        true => format!("Not offered in {}.", missing.join(", ")),
        false => format!("Offered in {} only.", named(true).join(", ")),
    })
}

pub(super) fn attributes(resource: &ResourceSchema) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = resource
        .attributes
        .iter()
        .map(|(name, attribute)| vec![name.to_string(), attribute_kind(attribute)])
        .collect();
    match resource.open_attributes {
        OpenAttributes::None => {}
        OpenAttributes::Outputs => rows.push(vec!["Outputs.NAME".to_owned(), "string".to_owned()]),
        OpenAttributes::Any => rows.push(vec!["any name".to_owned(), String::new()]),
    }
    rows
}

pub(super) fn attribute_kind(attribute: &Attribute) -> String {
    let types: Vec<&str> = attribute.kind.iter().map(type_name).collect();
    let mut kind = types.join(" or ");
    if let Some(item) = &attribute.item {
        let items: Vec<&str> = item.kind.iter().map(type_name).collect();
        if !items.is_empty() {
            kind.push_str(&format!(" of {}", items.join(" or ")));
        }
    }
    if let Some(format) = &attribute.format {
        kind.push_str(&format!(", {format}"));
    }
    kind
}

pub(super) fn paths(paths: &[PropertyPath]) -> Vec<String> {
    paths.iter().map(PropertyPath::to_string).collect()
}
