//! Builds a Rust Lambda: `cargo build --locked --release`, the one command that is ever run from a blueprint.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use formwork_blueprint::{Architecture, Target};
use serde::Deserialize;
use tokio::process::Command;

/// The processor that this program was built for.
pub(super) const THIS_MACHINE: Architecture = if cfg!(target_arch = "aarch64") {
    Architecture::Arm64
} else {
    Architecture::X86_64
};

/// A crate that cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// `cargo` cannot be started.
    #[error("`cargo` cannot be started: is Rust installed?")]
    NoCargo(#[source] io::Error),
    /// `cargo` failed.
    #[error("`{command}` failed in `{folder}`\n\n{stderr}", folder = folder.display())]
    Failed {
        /// What was run.
        command: String,
        /// Where.
        folder: PathBuf,
        /// What it printed.
        stderr: String,
    },
    /// The crate has no program.
    #[error("`{folder}` has no binary target", folder = folder.display())]
    NoProgram {
        /// The crate's folder.
        folder: PathBuf,
    },
    /// The crate has several programs and none bears its name.
    #[error("`{folder}` has several binary targets and none bears the crate's name: {names}", folder = folder.display(), names = names.join(", "))]
    ManyPrograms {
        /// The crate's folder.
        folder: PathBuf,
        /// The programs.
        names: Vec<String>,
    },
}

/// Builds the crate in `folder` and returns its program.
///
/// For AWS it is linked statically, so that it runs on every Linux; for the local cloud it is what this machine runs.
pub(super) async fn build(
    folder: &Path,
    architecture: Architecture,
    target: Target,
) -> Result<PathBuf, BuildError> {
    let arguments = arguments(architecture, target);
    let mut command = Command::new("cargo");
    command
        .args(&arguments)
        // Tells on stdout where the programs lie, and leaves stderr to people.
        .arg("--message-format=json-render-diagnostics")
        .current_dir(folder)
        .stdin(Stdio::null())
        .kill_on_drop(true);
    if target == Target::Aws {
        // Flags of the user's own would give the same source other bytes on each machine.
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

/// A line of cargo's output, as far as it is of use.
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

/// The programs of the crate in `folder` that cargo's output tells of, by name.
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
    // Cargo tells of them as they are done.
    programs.sort_by(|one, other| one.name.cmp(&other.name));
    programs
}

/// The package's name in its id: `path+file:///a/greeter#0.1.0` or `path+file:///a/b#greeter@0.1.0`.
fn package_name(id: &str) -> &str {
    let (place, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name,
        None => place.rsplit('/').next().unwrap_or(place),
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
