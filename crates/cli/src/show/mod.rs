//! The page of `formwork iam`.

pub mod iam;
