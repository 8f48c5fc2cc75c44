//! `cargo xtask agreement`: compares formwork with cfn-lint, before a release.
//!
//! Both check the invalid templates of `crates/lint/tests/agreement`, the repository's rendered
//! blueprints, and templates that `generate.py` generates from cfn-lint's schemas. The scripts in
//! `crates/xtask/agreement` run cfn-lint, so they are Python. This module builds and installs what
//! they need and runs them. An error that only one side reports fails the task, unless
//! `known.json` explains it.

use crate::{Result, workspace_root};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version of cfn-lint that the templates and `known.json` were made for.
const CFN_LINT: &str = "cfn-lint==1.58.0";

/// The settings of blueprints that are rendered in addition to the default.
const SETTINGS: [(&str, &str); 3] = [
    ("components", "small=true"),
    ("secure-private-api", "api_logging=true"),
    ("secure-private-api-raw", "api_logging=true"),
];

/// The options of the task.
pub(crate) struct Options {
    /// The seed of the generated templates.
    pub(crate) seed: String,
    /// The number of generated templates.
    pub(crate) count: String,
    /// A folder with the checkouts that `correct.json` lists, if those are compared too.
    pub(crate) correct: Option<PathBuf>,
}

/// Compares all templates. Stops at the first group with a difference.
pub(crate) fn run(options: &Options) -> Result<()> {
    let root = workspace_root();
    let target = target_folder(&root);
    let folder = target.join("xtask/agreement");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let mut build = Command::new("cargo");
    build
        .current_dir(&root)
        .args(["build", "--package", "formwork"]);
    execute(&mut build)?;
    let mut build = Command::new("cargo");
    build.current_dir(&root);
    build.args(["build", "--package", "formwork-lint", "--example", "check"]);
    execute(&mut build)?;
    let python = install(&target)?;
    let rendered = folder.join("rendered");
    render_blueprints(&root, &target.join("debug/formwork"), &rendered)?;
    let script = |name: &str| {
        let mut command = Command::new(&python);
        command
            .arg("-B")
            .arg(root.join("crates/xtask/agreement").join(name));
        command.env("CHECK", target.join("debug/examples/check"));
        // cfn-lint reports some errors in the order of a set.
        command.env("PYTHONHASHSEED", "0");
        command
    };
    execute(script("compare.py").arg("faults"))?;
    execute(script("compare.py").arg("own").arg(&rendered))?;
    if let Some(correct) = &options.correct {
        execute(script("compare.py").arg("correct").arg(correct))?;
    }
    let generated = folder.join("generated");
    let mut generate = script("generate.py");
    generate.args(["--seed", &options.seed, "--count", &options.count]);
    execute(generate.arg("--out").arg(&generated))?;
    execute(script("compare.py").arg("generated").arg(&generated))
}

/// Installs cfn-lint into an environment of its own and returns the environment's Python.
fn install(target: &Path) -> Result<PathBuf> {
    let environment = target.join("xtask").join(CFN_LINT);
    let python = environment.join("bin/python");
    if !environment.join("bin/cfn-lint").exists() {
        let mut create = Command::new("python3");
        execute(create.args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut install = Command::new(&python);
        install.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]);
        execute(install.arg(CFN_LINT))?;
    }
    Ok(python)
}

/// Renders every blueprint of the repository, as YAML and as JSON.
fn render_blueprints(root: &Path, formwork: &Path, out: &Path) -> Result<()> {
    for entry in fs::read_dir(root.join("blueprints"))? {
        let blueprint = entry?.path();
        if !blueprint.join("blueprint.toml").exists() {
            continue;
        }
        let name = blueprint.file_name().unwrap_or_default().to_string_lossy();
        let settings = SETTINGS.iter().filter(|(blueprint, _)| *blueprint == name);
        for setting in settings.map(|(_, setting)| Some(*setting)).chain([None]) {
            for format in ["yaml", "json"] {
                let folder = out.join(format!("{name}-{}-{format}", setting.unwrap_or("default")));
                let mut render = Command::new(formwork);
                render
                    .arg("render")
                    .arg(&blueprint)
                    .args(["--format", format]);
                render.arg("--out").arg(folder);
                render.args(setting.iter().flat_map(|setting| ["--set", setting]));
                execute(&mut render)?;
            }
        }
    }
    Ok(())
}

fn target_folder(root: &Path) -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR");
    folder.map_or_else(|| root.join("target"), PathBuf::from)
}

fn execute(command: &mut Command) -> Result<()> {
    let status = command.status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("{} failed: {status}", command.get_program().display()).into()),
    }
}
