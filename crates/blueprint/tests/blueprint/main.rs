//! Tests of the public API, from files to a checked graph of stacks. They are one binary, which links faster.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and some read the repository from the disk"
)]
#![expect(
    clippy::too_many_lines,
    reason = "tests have their inputs and expected results inline"
)]

mod component_equivalence;
mod components;
mod cross_stack_values;
mod determinism;
mod docs;
mod errors_page;
mod existing_templates;
mod format;
mod import;
mod json_schemas;
mod language;
mod limits;
mod literal_text;
mod many_problems;
mod origins;
mod reference_blueprints;
mod regions;
mod support;
mod toml_syntax;
