//! What is accepted, and what is refused with which words.

use crate::answer::{Answer, Refusal};
use crate::cloud::Scene;
use crate::request::Request;
use crate::store::Ledger;

/// Carries out a request that changes something.
pub(crate) fn accept(
    _scene: &Scene,
    _ledger: &mut Ledger<'_>,
    request: Request,
) -> Result<Answer, Refusal> {
    Err(Refusal::new("InvalidAction", request.action()))
}
