//! What the environment decides.
