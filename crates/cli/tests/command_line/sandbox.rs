//! The sandbox of the test bench with the program under test.

use formwork_testkit::Sandbox;

/// The path of the program under test.
const PROGRAM: &str = env!("CARGO_BIN_EXE_formwork");

/// Creates a folder with this blueprint.
pub fn sandbox_with(blueprint: &str) -> Sandbox {
    Sandbox::new(PROGRAM, blueprint)
}

/// Creates an empty folder.
pub fn empty_sandbox() -> Sandbox {
    Sandbox::empty(PROGRAM)
}
