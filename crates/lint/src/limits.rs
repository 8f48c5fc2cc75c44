//! The limits of the checks, and the quotas of AWS.
//!
//! A check that reaches a limit of its own leaves the rest unchecked and reports nothing for it.
//! Where assignments of conditions are left out, a warning says so.

/// The maximum number of values that are compared with alternative schemas, in one template.
pub(crate) const MAX_TRIALS: usize = 300_000;

/// The maximum number of assignments of conditions that are checked separately.
pub(crate) const MAX_ASSIGNMENTS: usize = 256;

/// The maximum number of assignments of conditions that are checked separately for one value.
pub(crate) const MAX_VALUE_ASSIGNMENTS: usize = 128;

/// The maximum number of combinations of compared values. Beyond it, every assignment is possible.
pub(crate) const MAX_CONDITION_MODELS: usize = 4096;

/// The maximum nesting of conditions in conditions.
pub(crate) const MAX_CONDITION_DEPTH: usize = 32;

/// The maximum number of values at one path.
pub(crate) const MAX_CONDITIONAL_VALUES: usize = 512;

/// The maximum nesting of values and schemas.
pub(crate) const MAX_SCHEMA_DEPTH: usize = 200;

/// The maximum nesting of functions, and of schemas that refer to schemas.
pub(crate) const MAX_FUNCTION_DEPTH: usize = 16;

/// The maximum number of values of one function.
pub(crate) const MAX_FUNCTION_VALUES: usize = 64;

/// The maximum number of names among which the nearest is searched.
pub(crate) const MAX_SUGGESTION_NAMES: usize = 300;

/// The maximum number of unknown types in one template for which the nearest is searched.
pub(crate) const MAX_SUGGESTED_TYPES: usize = 500;

/// The maximum number of reasons in one message.
pub(crate) const MAX_REASONS: usize = 3;

/// The maximum length of a value in a message, in characters.
pub(crate) const MAX_SHOWN_CHARACTERS: usize = 60;

/// The maximum number of names or values that a message lists.
pub(crate) const MAX_LISTED: usize = 12;
