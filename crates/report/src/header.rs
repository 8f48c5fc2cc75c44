//! The header line with the target of a command.

use crate::style::{ColorMode, Tone};

/// The target of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The blueprint's name.
    pub blueprint: String,
    /// The environment's name.
    pub environment: Option<String>,
    /// The account or local cloud.
    pub target: HeaderTarget,
    /// The region.
    pub region: String,
}

/// The account or local cloud that contains the stacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HeaderTarget {
    /// The local cloud.
    Local,
    /// An AWS account.
    Account(String),
    /// An account behind another endpoint than AWS's.
    Endpoint {
        /// The account that the endpoint reports.
        account: String,
        /// The endpoint's URL.
        url: String,
    },
}

impl Header {
    /// Returns the header without a line end.
    pub fn line(&self, color: ColorMode) -> String {
        let environment = match &self.environment {
            Some(name) => format!("env {name}"),
            None => "no env".to_owned(),
        };
        let target = match &self.target {
            HeaderTarget::Local => "local".to_owned(),
            HeaderTarget::Account(account) => format!("account {account}"),
            HeaderTarget::Endpoint { account, url } => format!("account {account} at {url}"),
        };
        let blueprint = color.apply(Tone::Emphasis, &self.blueprint);
        format!("{blueprint} · {environment} · {target} · {}", self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_contains_blueprint_environment_target_and_region() {
        let mut header = Header {
            blueprint: "hello".to_owned(),
            environment: Some("prod".to_owned()),
            target: HeaderTarget::Account("111122223333".to_owned()),
            region: "us-east-1".to_owned(),
        };
        assert_eq!(
            header.line(ColorMode::Plain),
            "hello · env prod · account 111122223333 · us-east-1"
        );
        header.environment = None;
        header.target = HeaderTarget::Local;
        assert_eq!(
            header.line(ColorMode::Plain),
            "hello · no env · local · us-east-1"
        );
    }
}
