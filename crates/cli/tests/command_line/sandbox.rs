//! A folder with a blueprint and its own local cloud, and commands that run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use formwork_local::{Cloud, Options, Storage};
use tempfile::TempDir;

/// The prefixes of environment variables that must not reach the command.
const FILTERED_PREFIXES: &[&str] = &[
    "AWS_",
    "FORMWORK_",
    "NO_COLOR",
    "TERM",
    "COLUMNS",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "http_proxy",
    "https_proxy",
    "all_proxy",
];

/// Three stacks in a chain: a topic, a parameter that uses it, and a parameter that uses that one.
pub const CHAIN: &str = r#"
name = "chain"
region = "us-east-1"

[vars]
log_level = { default = "INFO", one_of = ["INFO", "DEBUG"] }

[env.prod]
account = "111122223333"

[env.rehearsal]
target = "local"
protect = true

[stacks.base.Topic]
type = "AWS::SNS::Topic"
DisplayName = "base"

[stacks.base.outputs]
TopicArn = "${Topic}"

[stacks.middle.Worker]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${vars.log_level} ${stacks.base.TopicArn}"

[stacks.middle.outputs]
Worker = "${Worker}"

[stacks.top.Note]
type = "AWS::SSM::Parameter"
Type = "String"
Value = "${stacks.middle.Worker}"

[stacks.apart.Topic]
type = "AWS::SNS::Topic"
"#;

/// A folder with files and its own local cloud.
pub struct Sandbox {
    folder: TempDir,
}

/// The result of a command.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Sandbox {
    /// Creates a folder with this `blueprint.toml`.
    pub fn new(blueprint: &str) -> Self {
        Self::empty().with("blueprint.toml", blueprint)
    }

    /// Creates a folder that is the root of an empty repository.
    pub fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        Self { folder }
    }

    /// Adds a file.
    pub fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Returns the command in this folder, without the variables of the test's environment.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(words).current_dir(self.folder.path());
        let variables = self.variables();
        for (name, _) in std::env::vars_os() {
            if FILTERED_PREFIXES
                .iter()
                .any(|prefix| name.to_string_lossy().starts_with(prefix))
            {
                command.env_remove(name);
            }
        }
        command.envs(variables).stdin(std::process::Stdio::null());
        command
    }

    /// Returns the variables of every command: no other account than the local one is reachable.
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let nothing = PathBuf::from("/nonexistent");
        vec![
            ("FORMWORK_LOCAL_DIR", self.path(".cloud")),
            ("HOME", nothing.clone()),
            ("AWS_CONFIG_FILE", nothing.clone()),
            ("AWS_SHARED_CREDENTIALS_FILE", nothing),
            ("AWS_EC2_METADATA_DISABLED", PathBuf::from("true")),
        ]
    }

    /// Runs a command.
    pub fn run(&self, words: &[&str]) -> CommandOutput {
        run_command(self.command(words))
    }

    /// Returns the number of mutations that the cloud has accepted.
    pub fn mutations(&self) -> usize {
        if !self.path(".cloud").exists() {
            return 0;
        }
        let storage = Storage::Folder(self.path(".cloud"));
        let cloud = Cloud::open(Options {
            storage,
            ..Options::default()
        })
        .unwrap();
        cloud.call_records().unwrap().len()
    }
}

/// Runs a command.
pub fn run_command(mut command: Command) -> CommandOutput {
    let output = command.output().unwrap();
    CommandOutput {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Returns the path of the program under test.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_formwork"))
}

impl CommandOutput {
    /// Checks the exit status.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }
}
