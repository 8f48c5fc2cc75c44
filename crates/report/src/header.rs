//! Where the tool stands: the line above everything that asks or changes a cloud.

use crate::style::{Ink, Paint};

/// What a header names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The blueprint's name.
    pub blueprint: String,
    /// The environment's name.
    pub environment: Option<String>,
    /// Where it lies.
    pub target: Target,
    /// The region.
    pub region: String,
}

/// Where the stacks lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// In the cloud on this machine.
    Local,
    /// In an account.
    Account(String),
    /// In an account behind another endpoint than AWS's.
    Endpoint {
        /// The account that it says it is.
        account: String,
        /// Its address.
        url: String,
    },
}

impl Header {
    /// The header's line, without a line end.
    pub fn line(&self, paint: Paint) -> String {
        let environment = match &self.environment {
            Some(name) => format!("env {name}"),
            None => "no env".to_owned(),
        };
        let target = match &self.target {
            Target::Local => "local".to_owned(),
            Target::Account(account) => format!("account {account}"),
            Target::Endpoint { account, url } => format!("account {account} at {url}"),
        };
        let blueprint = paint.ink(Ink::Strong, &self.blueprint);
        format!("{blueprint} · {environment} · {target} · {}", self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_header_names_blueprint_environment_target_and_region() {
        let mut header = Header {
            blueprint: "hello".to_owned(),
            environment: Some("prod".to_owned()),
            target: Target::Account("111122223333".to_owned()),
            region: "us-east-1".to_owned(),
        };
        assert_eq!(
            header.line(Paint::Plain),
            "hello · env prod · account 111122223333 · us-east-1"
        );
        header.environment = None;
        header.target = Target::Local;
        assert_eq!(
            header.line(Paint::Plain),
            "hello · no env · local · us-east-1"
        );
    }
}
