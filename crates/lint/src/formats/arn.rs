//! The forms of ARNs: of accounts, principals, roles and resources.
//!
//! These functions do not look up whether a resource exists.

/// The treatment of `*` as the partition of an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wildcard {
    /// `arn:*:…` is an ARN.
    Allowed,
    /// The partition must have a name.
    Forbidden,
}

/// Returns whether `text` is a whole ARN as a policy may contain it.
pub(crate) fn is_arn(text: &str, partition_wildcard: Wildcard) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [scheme, partition, service, _region, rest @ ..] = parts.as_slice() else {
        return false;
    };
    let named = |partition: &str| {
        let rest = partition.strip_prefix("aws");
        rest.is_some_and(|rest| rest.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-'))
    };
    let partition =
        named(partition) || partition_wildcard == Wildcard::Allowed && *partition == "*";
    let account = |account: &str| matches!(account, "" | "*" | "aws") || is_account(account);
    let rest = match rest {
        [] => true,
        [owner, resource] => account(owner) && !resource.is_empty(),
        _ => false,
    };
    *scheme == "arn" && partition && !service.is_empty() && rest
}

/// Returns whether a text with this prefix may be an ARN.
pub(crate) fn may_be_arn(lead: &str) -> bool {
    lead.starts_with("arn:") || "arn:".starts_with(lead) || lead.starts_with('*')
}

/// Returns whether `text` is an account id.
pub(crate) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether `text` is the ARN of an account's root, a user, a role, or a session.
pub(crate) fn is_principal(text: &str) -> bool {
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

/// Returns whether `text` is the ARN of a role, such as `arn:aws:iam::111122223333:role/path/name`.
pub(crate) fn is_role(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, "iam", "", account, resource] = parts.as_slice() else {
        return false;
    };
    let letters = |text: &str| text.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    let partition = partition.is_empty() || partition.strip_prefix("aws").is_some_and(letters);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+=,.@-_/".contains(&byte);
    let named = resource
        .strip_prefix("role/")
        .is_some_and(|name| !name.is_empty() && name.bytes().all(plain));
    partition && is_account(account) && named
}

/// Returns whether `text` is the ARN of a role in any partition.
pub(crate) fn is_any_role(text: &str) -> bool {
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, role] = fields.as_slice() else {
        return false;
    };
    let number = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    let named = role
        .strip_prefix("role/")
        .is_some_and(|name| !name.is_empty());
    *arn == "arn"
        && partition.starts_with("aws")
        && *service == "iam"
        && region.is_empty()
        && number
        && named
}
