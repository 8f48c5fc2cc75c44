//! What is read.

use crate::answer::{Answer, Refusal};
use crate::cloud::Scene;
use crate::request::Request;
use crate::store::Ledger;

/// Answers a request that only reads.
pub(crate) fn describe(
    _scene: &Scene,
    _ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Answer, Refusal> {
    Err(Refusal::new("InvalidAction", request.action()))
}
