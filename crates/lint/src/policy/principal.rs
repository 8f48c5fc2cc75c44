//! Principals: `*`, or a table of who they are by kind.

use super::arn::{is_account, may_be_arn};
use super::document::known;
use super::text::{Piece, Text};
use super::{Policy, value};
use crate::codes;
use crate::found::Found;
use formwork_template::diagnostics::{Problem, did_you_mean};

/// The kinds of principals.
const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

/// How a service's name ends in the commercial partition.
const SERVICES: &str = "amazonaws.com";

impl<'s> Policy<'s, '_> {
    pub(super) fn principals<'n>(
        &self,
        statement: &Found<'n>,
        element: &str,
        problems: &mut Vec<Problem>,
    ) where
        's: 'n,
    {
        for found in self.under(statement, element) {
            let Some(node) = found.node else { continue };
            if let Some(map) = found.map() {
                known(map, &KINDS, "principal", problems);
                for kind in KINDS {
                    self.named(&found, kind, problems);
                }
                continue;
            }
            let text = Text::of(node);
            let whole = text.as_ref().map(Text::whole);
            // What only AWS knows may be `*`.
            if matches!(&whole, Some(None)) || matches!(&whole, Some(Some(text)) if text == "*") {
                continue;
            }
            let message = format!("`{element}` is `*` or a table of principals by kind");
            problems.push(
                Problem::error(codes::POLICY_VALUE, message)
                    .at(node.span, "neither of the two")
                    .help("write { AWS = … } or { Service = … }"),
            );
        }
    }

    fn named<'n>(&self, principals: &Found<'n>, kind: &str, problems: &mut Vec<Problem>)
    where
        's: 'n,
    {
        for item in self.items(principals, kind, problems) {
            let Some(text) = item.node.and_then(Text::of) else {
                continue;
            };
            let problem = match kind {
                "AWS" => self.principal(&text),
                "Service" => service(&text),
                _ => None,
            };
            problems.extend(problem.map(|problem| problem.at(item.span, "no principal")));
        }
    }

    /// What is wrong with an account, user, role or session as a principal.
    fn principal(&self, text: &Text<'_>) -> Option<Problem> {
        let wrong = |message: String| Problem::error(codes::POLICY_VALUE, message);
        if let [Piece::Name(name)] = text.0.as_slice() {
            let message = format!("`Ref` of `{name}` gives a name, and a principal is an ARN");
            return self
                .named_by_ref(name)
                .map(|()| wrong(message).help(did_you_mean(format!("{name}.Arn"))));
        }
        let (known, whole) = value::with_pseudo(text);
        let digits = known.bytes().all(|byte| byte.is_ascii_digit());
        let fits = match whole {
            true => known == "*" || is_account(&known) || is_principal(&known),
            false => may_be_arn(&known) || digits,
        };
        if fits {
            return None;
        }
        let problem = wrong(format!("`{known}` is no principal of AWS"));
        Some(match known.split_once('.') {
            Some((_, rest)) if rest.ends_with("amazonaws.com") => {
                problem.help(did_you_mean("Service"))
            }
            _ => problem.help(
                "a principal is `*`, an account's id, or the ARN of an account, role or user",
            ),
        })
    }
}

/// Whether `text` is the ARN of an account's root, a user, a role, or a session.
fn is_principal(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = parts.as_slice() else {
        return false;
    };
    let begins = |names: &[&str]| names.iter().any(|name| resource.starts_with(name));
    let named = match (*service, *account) {
        ("iam", "cloudfront") => begins(&["user/"]) && resource.len() > "user/".len(),
        ("iam", account) => is_account(account) && begins(&["root", "user", "group", "role"]),
        ("sts", account) => is_account(account) && begins(&["assumed-role", "federated-user"]),
        _ => false,
    };
    partition.starts_with("aws") && named
}

/// What is wrong with the name of a service as a principal.
fn service(text: &Text<'_>) -> Option<Problem> {
    let name = text.whole().filter(|name| !name.contains('*'))?;
    let wrong = || {
        let message = format!("`{name}` is no service's principal");
        Problem::error(codes::POLICY_VALUE, message)
    };
    if !name.contains('.') {
        return Some(wrong().help(did_you_mean(format!("{name}.{SERVICES}"))));
    }
    let mut labels = name.rsplitn(3, '.');
    let (top, domain, rest) = (labels.next()?, labels.next()?, labels.next());
    let end = format!("{domain}.{top}");
    let distance = strsim::osa_distance(&end, SERVICES);
    let service = rest?;
    (1..=2)
        .contains(&distance)
        .then(|| wrong().help(did_you_mean(format!("{service}.{SERVICES}"))))
}
