//! `requires`: the versions of formwork that a blueprint is written for.

use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use formwork_template::Node;
use formwork_template::diagnostics::Problem;

/// Reports a blueprint that requires another version.
pub(crate) fn check_required_version(context: &mut LoadContext<'_>, node: &Node) {
    let Some(text) = node.as_str() else {
        context.report(wrong_type("`requires`", "a string", node));
        return;
    };
    let ours = env!("CARGO_PKG_VERSION");
    let problem = match matches_version(text, ours) {
        Some(true) => return,
        Some(false) => {
            let message = format!("the blueprint requires formwork {text}, this is {ours}");
            Problem::error(codes::REQUIRES, message)
                .help("install a matching version, or change `requires`")
        }
        None => {
            let message = format!("`{text}` is not a version requirement");
            Problem::error(codes::REQUIRES, message)
                .help("write `\">=0.2\"`, or several with commas: `\">=0.2, <1\"`")
        }
    };
    context.report(problem.at(node.span, ""));
}

/// Returns true if `version` matches `required`, and none if `required` is invalid.
fn matches_version(required: &str, version: &str) -> Option<bool> {
    let ours = numbers(version)?;
    let mut all = true;
    for part in required.split(',').map(str::trim) {
        let sign = part.find(|c: char| c.is_ascii_digit())?;
        let wanted = numbers(&part[sign..])?;
        all &= match part[..sign].trim() {
            ">=" => ours >= wanted,
            ">" => ours > wanted,
            "<=" => ours <= wanted,
            "<" => ours < wanted,
            "=" | "==" | "" => {
                let length = part[sign..].split('.').count();
                ours[..length] == wanted[..length]
            }
            _ => return None,
        };
    }
    Some(all)
}

fn numbers(version: &str) -> Option<[u64; 3]> {
    let mut numbers = [0; 3];
    let parts: Vec<&str> = version.trim().split('.').collect();
    if parts.len() > 3 {
        return None;
    }
    for (number, part) in numbers.iter_mut().zip(parts) {
        *number = part.parse().ok()?;
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        for (required, version, expect) in [
            (">=0.2", "0.2.0", Some(true)),
            (">=0.2", "0.10.0", Some(true)),
            (">=0.2", "0.1.9", Some(false)),
            (">=0.2, <1", "1.0.0", Some(false)),
            ("0.2", "0.2.7", Some(true)),
            ("=0.2.1", "0.2.7", Some(false)),
            ("~0.2", "0.2.7", None),
            ("new", "0.2.7", None),
        ] {
            assert_eq!(
                matches_version(required, version),
                expect,
                "{required} on {version}"
            );
        }
    }
}
