//! References: whether their targets exist, whether they form a cycle, texts with references that
//! nothing replaces, and the types of the outputs that other stacks refer to.

pub(crate) mod cycles;
pub(crate) mod output_types;
pub(crate) mod targets;
pub(crate) mod texts;
