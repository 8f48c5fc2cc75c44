//! A folder with a blueprint and a local cloud, and commands that run in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use formwork_local::{Cloud, Options, Storage};
use tempfile::TempDir;

/// The prefixes of the variables that must not reach a command under test.
const REMOVED_VARIABLES: &[&str] = &[
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

/// A folder with files, a local cloud and the program under test.
pub struct Sandbox {
    folder: TempDir,
    program: PathBuf,
}

/// The result of a command.
#[derive(Debug)]
pub struct CommandOutput {
    /// The exit code.
    pub code: Option<i32>,
    /// The standard output.
    pub stdout: String,
    /// The error output.
    pub stderr: String,
}

impl Sandbox {
    /// Returns a folder with this `blueprint.toml`.
    pub fn new(program: impl Into<PathBuf>, blueprint: &str) -> Self {
        Self::empty(program).with("blueprint.toml", blueprint)
    }

    /// Returns an empty folder, which is the root of a repository.
    pub fn empty(program: impl Into<PathBuf>) -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        let program = program.into();
        Self { folder, program }
    }

    /// Adds a file.
    pub fn with(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// Returns the path of a file in the folder.
    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Returns the program under test.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// Returns a command in this folder, without the variables of the user who runs the tests.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).current_dir(self.folder.path());
        for (name, _) in std::env::vars_os() {
            let name_text = name.to_string_lossy();
            let is_removed = |prefix: &&str| name_text.starts_with(*prefix);
            if REMOVED_VARIABLES.iter().any(is_removed) {
                command.env_remove(&name);
            }
        }
        command.envs(self.variables()).stdin(Stdio::null());
        command
    }

    /// Returns the variables of every command: it can only reach the local cloud in this folder.
    pub fn variables(&self) -> Vec<(&'static str, PathBuf)> {
        let missing = PathBuf::from("/nonexistent");
        vec![
            ("FORMWORK_LOCAL_DIR", self.path(".cloud")),
            ("HOME", missing.clone()),
            ("AWS_CONFIG_FILE", missing.clone()),
            ("AWS_SHARED_CREDENTIALS_FILE", missing),
            ("AWS_EC2_METADATA_DISABLED", PathBuf::from("true")),
        ]
    }

    /// Runs the program with these arguments.
    pub fn run(&self, arguments: &[&str]) -> CommandOutput {
        run_command(self.command(arguments))
    }

    /// Returns the number of mutations that the local cloud accepted.
    pub fn mutations(&self) -> usize {
        if !self.path(".cloud").exists() {
            return 0;
        }
        let storage = Storage::Folder(self.path(".cloud"));
        let options = Options {
            storage,
            ..Options::default()
        };
        let cloud = Cloud::open(options).unwrap();
        cloud.call_records().unwrap().len()
    }
}

/// Runs a command to its end.
pub fn run_command(mut command: Command) -> CommandOutput {
    let output = command.output().unwrap();
    CommandOutput {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl CommandOutput {
    /// Asserts the exit code.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        self
    }
}
