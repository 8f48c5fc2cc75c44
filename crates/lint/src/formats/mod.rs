//! The forms of values: kinds of values, ARNs, address blocks, formats of the schema table, and the
//! fixed parts of a template that have no schema.

pub(crate) mod arn;
pub(crate) mod cidr;
pub(crate) mod kinds;
pub(crate) mod reference;
pub(crate) mod schema_format;
pub(crate) mod spec;
