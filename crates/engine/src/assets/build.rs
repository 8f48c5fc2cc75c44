//! Builds a Rust Lambda function: `cargo build --locked --release`, the only command that a blueprint can run.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use formwork_blueprint::{Architecture, Target};
use serde::Deserialize;
use tokio::process::Command;

/// The architecture that formwork itself was built for.
pub(super) const THIS_MACHINE: Architecture = if cfg!(target_arch = "aarch64") {
    Architecture::Arm64
} else {
    Architecture::X86_64
};

/// The reason why a crate cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// `cargo` does not start.
    #[error("cannot start `cargo`: is Rust installed?")]
    NoCargo(#[source] io::Error),
    /// `cargo` failed.
    #[error("`{command}` failed in `{folder}`\n\n{stderr}", folder = folder.display())]
    Failed {
        /// The command.
        command: String,
        /// The folder.
        folder: PathBuf,
        /// The command's error output.
        stderr: String,
    },
    /// The crate has no binary target.
    #[error("`{folder}` has no binary target", folder = folder.display())]
    NoProgram {
        /// The crate's folder.
        folder: PathBuf,
    },
    /// The crate has several binary targets, and none has its name.
    #[error("`{folder}` has several binary targets, and none has the crate's name: {names}", folder = folder.display(), names = names.join(", "))]
    ManyPrograms {
        /// The crate's folder.
        folder: PathBuf,
        /// The binary targets.
        names: Vec<String>,
    },
}

/// Builds the crate in `folder` and returns the path of its program.
///
/// For AWS, the program is linked statically, so that it runs on every Linux. For the local cloud, it runs on this
/// machine.
pub(super) async fn build(
    folder: &Path,
    architecture: Architecture,
    target: Target,
) -> Result<PathBuf, BuildError> {
    let arguments = arguments(architecture, target);
    let mut command = Command::new("cargo");
    command
        .args(&arguments)
        // Prints the programs' paths to stdout and readable messages to stderr.
        .arg("--message-format=json-render-diagnostics")
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if target == Target::Aws {
        // The user's own flags would make the bytes depend on the machine.
        command
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env("RUSTFLAGS", "-C target-feature=+crt-static");
    }
    let output = command.output().await.map_err(BuildError::NoCargo)?;
    if !output.status.success() {
        return Err(BuildError::Failed {
            command: format!("cargo {}", arguments.join(" ")),
            folder: folder.to_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    program(folder, &programs(folder, &output.stdout))
}

pub(super) fn arguments(architecture: Architecture, target: Target) -> Vec<&'static str> {
    let mut arguments = vec!["build", "--locked", "--release"];
    if target == Target::Aws {
        arguments.extend([
            "--target",
            match architecture {
                Architecture::X86_64 => "x86_64-unknown-linux-gnu",
                Architecture::Arm64 => "aarch64-unknown-linux-gnu",
            },
        ]);
    }
    arguments
}

/// A line of cargo's output.
#[derive(Deserialize)]
struct Message {
    reason: String,
    package_id: Option<String>,
    manifest_path: Option<PathBuf>,
    target: Option<MessageTarget>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct MessageTarget {
    name: String,
}

/// A program that cargo built.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    name: String,
    package: String,
    path: PathBuf,
}

/// Returns the programs of the crate in `folder` from cargo's output, by name.
fn programs(folder: &Path, stdout: &[u8]) -> Vec<Program> {
    let manifest = folder.join("Cargo.toml").canonicalize().ok();
    let is_ours =
        |path: Option<&PathBuf>| path.is_some_and(|path| path.canonicalize().ok() == manifest);
    let mut programs: Vec<Program> = String::from_utf8_lossy(stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter(|message| message.reason == "compiler-artifact")
        .filter(|message| is_ours(message.manifest_path.as_ref()))
        .filter_map(|message| {
            Some(Program {
                name: message.target?.name,
                package: package_name(&message.package_id?).to_owned(),
                path: message.executable?,
            })
        })
        .collect();
    // Cargo reports them in the order in which they are complete.
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    programs
}

/// Returns the package's name in its id: `path+file:///a/greeter#0.1.0` or `path+file:///a/b#greeter@0.1.0`.
fn package_name(id: &str) -> &str {
    let (path, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next().unwrap_or(path),
    }
}

fn program(folder: &Path, programs: &[Program]) -> Result<PathBuf, BuildError> {
    let folder = folder.to_owned();
    match programs {
        [] => Err(BuildError::NoProgram { folder }),
        [only] => Ok(only.path.clone()),
        many => many
            .iter()
            .find(|program| program.name == program.package)
            .map(|program| program.path.clone())
            .ok_or_else(|| BuildError::ManyPrograms {
                folder,
                names: many.iter().map(|program| program.name.clone()).collect(),
            }),
    }
}
