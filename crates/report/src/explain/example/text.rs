//! Generates texts that a schema accepts: a familiar example if one fits, otherwise a match of the pattern.

use formwork_catalog::examples::{COMMON_EXAMPLES, format_example, property_example};
use formwork_catalog::schema::{PropertyPath, PropertyStep, Schema};
use regex::Regex;

use super::pattern;

/// Returns a text that the schema at `path` accepts, if one is found.
pub(super) fn text(schema: &Schema, path: &PropertyPath) -> String {
    let min = schema.length.min.unwrap_or(0) as usize;
    let max = schema.length.max.map_or(usize::MAX, |max| max as usize);
    let fits = |text: &str| {
        let count = text.chars().count();
        let regex = schema.pattern.as_deref().map(Regex::new);
        let matches = regex.is_none_or(|regex| regex.is_ok_and(|regex| regex.is_match(text)));
        (min..=max).contains(&count) && matches
    };
    let candidates = candidates(schema, path);
    let familiar = candidates.iter().find(|text| fits(text)).cloned();
    let generated = || {
        let pattern = schema.pattern.as_deref()?;
        pattern::match_of_length(pattern, min, max)
    };
    let padded = || {
        let text = candidates.first().cloned().unwrap_or_default();
        let text: String = text.chars().cycle().take(min.max(7)).collect();
        text.chars().take(max).collect()
    };
    familiar.or_else(generated).unwrap_or_else(padded)
}

/// Returns a variant of a text for the item at `index`, for lists whose items must be unique.
pub(super) fn variant(text: &str, index: u64) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let shift = |c: char| match c {
        'a'..='y' | 'A'..='Y' | '0'..='8' => {
            char::from_u32(c as u32 + index as u32).filter(char::is_ascii_alphanumeric)
        }
        _ => None,
    };
    if let Some((at, next)) = characters
        .iter()
        .enumerate()
        .rev()
        .find_map(|(at, c)| Some((at, shift(*c)?)))
    {
        characters[at] = next;
    }
    characters.into_iter().collect()
}

/// Returns the example values to try: for the format, for the property's name, then common ones.
fn candidates(schema: &Schema, path: &PropertyPath) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    if let Some(format) = schema.format.as_deref() {
        texts.extend(format_example(format).map(str::to_owned));
    }
    let mut names = path.steps().iter().rev();
    let name = names.find_map(|step| match step {
        PropertyStep::Name(name) => Some(&**name),
        PropertyStep::Each => None,
    });
    let name = name.unwrap_or_default();
    texts.extend(property_example(name).map(str::to_owned));
    texts.extend(COMMON_EXAMPLES.iter().map(|text| (*text).to_owned()));
    texts
}
