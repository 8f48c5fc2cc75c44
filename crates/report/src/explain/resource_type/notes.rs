//! Short notes about a property: replacement, limits and allowed values.

use formwork_catalog::schema::{
    Bounds, Combined, Literal, PropertyPath, PropertyStep, ResourceSchema, Schema,
};

use crate::limits::{MAX_ALLOWED_VALUES, MAX_PATTERN_LENGTH};

/// Returns short notes about a property.
pub(super) fn notes(
    resource: &ResourceSchema,
    path: &PropertyPath,
    schema: &Schema,
) -> Vec<String> {
    let mut notes = changes(resource, path);
    notes.extend(limits(resource.resolve(schema), MAX_ALLOWED_VALUES));
    notes
}

/// Returns all notes about a property for its own page: also that it is required or read-only, and every allowed value.
pub(super) fn own_notes(
    resource: &ResourceSchema,
    path: &PropertyPath,
    schema: &Schema,
) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some((PropertyStep::Name(name), around)) = path.steps().split_last() {
        let around: PropertyPath = around.iter().cloned().collect();
        let around = resource.property(&around);
        if around.is_some_and(|around| resource.resolve(around).required.contains(name)) {
            notes.push("required".to_owned());
        }
    }
    if resource.read_only.iter().any(|found| found.covers(path)) {
        notes.push("read-only: AWS sets it".to_owned());
    }
    notes.extend(changes(resource, path));
    notes.extend(limits(resource.resolve(schema), usize::MAX));
    notes
}

/// Describes the effect of a change to a property.
fn changes(resource: &ResourceSchema, path: &PropertyPath) -> Vec<String> {
    let mut notes = Vec::new();
    for (paths, all, some) in [
        (
            &resource.create_only,
            "a change forces replacement",
            "forces replacement",
        ),
        (
            &resource.conditional_create_only,
            "a change may force replacement",
            "may force replacement",
        ),
    ] {
        if paths.iter().any(|found| found.covers(path)) {
            notes.push(all.to_owned());
            continue;
        }
        let below: Vec<String> = paths
            .iter()
            .filter(|found| path.covers(found))
            .map(|found| path_below(found, path))
            .collect();
        if !below.is_empty() {
            notes.push(format!("a change of {} {some}", below.join(", ")));
        }
    }
    if resource.write_only.iter().any(|found| found.covers(path)) {
        notes.push("cannot be read back".to_owned());
    }
    if resource.deprecated.iter().any(|found| found.covers(path)) {
        notes.push("deprecated".to_owned());
    }
    notes
}

fn path_below(found: &PropertyPath, path: &PropertyPath) -> String {
    let steps = found.steps().iter().skip(path.steps().len());
    let steps: Vec<String> = steps
        .filter(|step| **step != PropertyStep::Each)
        .map(ToString::to_string)
        .collect();
    steps.join(".")
}

/// Describes the limits of a value, with at most `most` of its allowed values.
fn limits(schema: &Schema, most: usize) -> Vec<String> {
    let mut limits = Vec::new();
    let combined = schema.combined.as_deref();
    let any_case = combined.and_then(|combined| combined.case_insensitive_values.as_ref());
    if let Some(values) = schema.values.as_ref().or(any_case) {
        limits.push(one_of(values, most));
    }
    if let Some(constant) = combined.and_then(|combined| combined.constant.as_ref()) {
        limits.push(format!("always {constant}"));
    }
    limits.extend(bounds(&schema.length, "character"));
    if let (
        None,
        None,
        Some(Bounds {
            min: least,
            max: most,
        }),
    ) = (
        &schema.values,
        any_case,
        (!schema.range.is_open()).then_some(&schema.range),
    ) {
        limits.push(match (least, most) {
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => String::new(),
        });
    }
    limits.extend(bounds(&schema.item_count, "item"));
    if schema.unique_items {
        limits.push("unique items".to_owned());
    }
    if let Some(pattern) = &schema.pattern {
        let is_short = pattern.chars().count() <= MAX_PATTERN_LENGTH;
        limits.push(match is_short {
            true => format!("matches {pattern}"),
            false => {
                let begin: String = pattern.chars().take(MAX_PATTERN_LENGTH).collect();
                format!("matches {begin}…")
            }
        });
    }
    limits.extend(schema.format.as_ref().map(|format| {
        let is_vowel = format.starts_with(['A', 'i']);
        format!("{} {format}", if is_vowel { "an" } else { "a" })
    }));
    limits.extend(combined.into_iter().flat_map(number_limits));
    limits
}

fn number_limits(combined: &Combined) -> Vec<String> {
    let mut limits = Vec::new();
    limits.extend(
        combined
            .exclusive_minimum
            .map(|above| format!("more than {above}")),
    );
    limits.extend(
        combined
            .exclusive_maximum
            .map(|below| format!("less than {below}")),
    );
    limits.extend(combined.multiple_of.map(|of| format!("a multiple of {of}")));
    limits
}

fn bounds(bounds: &Bounds<u64>, what: &str) -> Option<String> {
    let count = |count: u64| crate::text::plural(count as usize, what);
    match (bounds.min, bounds.max) {
        (Some(least), Some(most)) if least == most => Some(count(least)),
        (Some(least), Some(most)) => Some(format!("{least} to {}", count(most))),
        (Some(least), None) => (least > 0).then(|| format!("at least {}", count(least))),
        (None, Some(most)) => Some(format!("at most {}", count(most))),
        (None, None) => None,
    }
}

pub(super) fn one_of(values: &[Literal], most: usize) -> String {
    let shown: Vec<String> = values.iter().take(most).map(Literal::to_string).collect();
    match values.len() > most {
        true => format!(
            "one of {values}, and {} more",
            values.len() - most,
            values = shown.join(", ")
        ),
        false => format!("one of {}", shown.join(", ")),
    }
}
