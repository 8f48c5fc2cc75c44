//! The interface through which a caller provides the values that a template refers to.

use super::{Error, EvaluatedValue};
use crate::DynamicReference;

/// The values that a template can refer to and that its own text does not contain.
///
/// Each method returns `None` for a name that does not exist, and [`EvaluatedValue::Unknown`] for
/// a value that exists but is not known yet.
pub trait Environment {
    /// Returns the value of a parameter: a string, or a list of strings.
    fn parameter(&self, name: &str) -> Option<EvaluatedValue>;

    /// Returns the value of a pseudo parameter. `AWS::NoValue` is never asked for.
    fn pseudo_parameter(&self, name: &str) -> Option<EvaluatedValue>;

    /// Returns the value of `Ref` for a resource. A resource whose condition is false does not
    /// exist.
    fn reference(&self, logical_id: &str) -> Option<EvaluatedValue>;

    /// Returns the value of `Fn::GetAtt`.
    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<EvaluatedValue, Error>;

    /// Returns the value of an export of the stack's account and region.
    fn export(&self, name: &str) -> Option<EvaluatedValue>;

    /// Resolves a dynamic reference. `None` leaves its text as it is.
    fn dynamic_reference(
        &self,
        reference: &DynamicReference<'_>,
    ) -> Result<Option<EvaluatedValue>, Error>;

    /// Returns the names of the availability zones of a region. An empty name means the stack's
    /// own region.
    fn availability_zones(&self, region: &str) -> Vec<String>;
}
