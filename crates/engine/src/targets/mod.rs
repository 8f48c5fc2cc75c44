//! Access to one account and region: the client, who the caller is, and the rate budget.

pub mod client;
pub mod rate_budget;
