//! CloudFront distributions.

use super::rule_violation;
use crate::conditions::ConditionalValue;
use crate::context::Checker;
use formwork_template::Resource;
use formwork_template::diagnostics::Problem;

/// Checks that aliases are domain names, with `*` only as the first label (the page "Use custom
/// URLs by adding alternate domain names").
pub(super) fn aliases<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for found in checker.properties(resource, "DistributionConfig.Aliases.*") {
        let Some(text) = found.string() else { continue };
        if text.contains("{{resolve:") {
            continue;
        }
        if text.contains(".*.") {
            let message = format!("invalid alias `{text}`: `*` is allowed only as the first label");
            problems.push(rule_violation(message, found.span));
        } else if !is_alias(text) {
            let message = format!("invalid alias `{text}`: expected a domain name in lower case");
            problems.push(rule_violation(message, found.span));
        }
    }
}

fn is_alias(text: &str) -> bool {
    let labels: Vec<&str> = text.split('.').collect();
    let Some((last, first)) = labels.split_last() else {
        return false;
    };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let inner = |text: &str| text.chars().all(|c| plain(c) || c == '-');
    let label = |label: &str| {
        let mut chars = label.chars();
        let begins = chars.next().is_some_and(|c| plain(c) || c == '*');
        let ends = label.len() == 1 || label.ends_with(plain);
        begins && ends && label.len() <= 63 && inner(chars.as_str())
    };
    let top = last.len() >= 2 && last.len() <= 63 && last.starts_with(plain);
    let top = top && last.ends_with(plain) && inner(last);
    !first.is_empty() && first.iter().all(|one| label(one)) && top
}

/// Checks that every cache behavior names an origin or an origin group of the distribution (the
/// page of `DefaultCacheBehavior`).
pub(super) fn origins<'a>(
    resource: &Resource<'a>,
    checker: &Checker<'a>,
    problems: &mut Vec<Problem>,
) {
    for config in checker.properties(resource, "DistributionConfig") {
        for path in [
            "DefaultCacheBehavior.TargetOriginId",
            "CacheBehaviors.*.TargetOriginId",
        ] {
            for target in config.at(path, &checker.conditions) {
                let Some(id) = target.string() else { continue };
                let known = known_origins(&config.with_assignment(&target.assignment), checker);
                let Some(known) = known.filter(|known| !known.contains(&id)) else {
                    continue;
                };
                let message = format!("unknown origin `{id}`");
                let problem = rule_violation(message, target.span)
                    .suggest(checker.suggestions.nearest(id, known.iter().copied()));
                problems.push(problem);
            }
        }
    }
}

/// Returns the ids of the origins and origin groups. Returns `None` if one is not a literal, or if
/// there is no list: the older `S3Origin` and `CustomOrigin` have no id.
fn known_origins<'a>(config: &ConditionalValue<'a>, checker: &Checker<'a>) -> Option<Vec<&'a str>> {
    let mut known = Vec::new();
    for path in ["Origins", "OriginGroups.Items"] {
        for list in config.at(path, &checker.conditions) {
            match list.node {
                Some(node) => node.as_list().map(|_| ())?,
                None if path == "Origins" => return None,
                None => continue,
            }
            for id in list.at("*.Id", &checker.conditions) {
                match id.node {
                    Some(node) => known.push(node.as_str()?),
                    None => continue,
                }
            }
        }
    }
    Some(known)
}
