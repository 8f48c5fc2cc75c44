//! From files to a checked graph of stacks, through the public API: one binary, so that it is linked
//! once.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests may fail loudly, and some read the repository from the disk"
)]

mod components;
mod determinism;
mod docs;
mod errors_page;
mod existing_templates;
mod format;
mod handed;
mod hostile;
mod importing;
mod language;
mod lookalikes;
mod origins;
mod reference;
mod region;
mod schemas;
mod shipped;
mod support;
mod thirty_faults;
mod toml;
