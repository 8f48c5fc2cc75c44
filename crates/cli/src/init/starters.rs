//! The built-in templates of `formwork init`, which are blueprints of this repository.

use std::path::PathBuf;

/// A built-in template.
#[derive(Debug, Clone, Copy)]
pub struct Starter {
    /// The name for `--template`.
    pub name: &'static str,
    /// A short description.
    pub about: &'static str,
    /// The files with their paths, `blueprint.toml` first.
    files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($folder:literal: $($file:literal),+) => {
        &[$(($file, include_str!(concat!("../../../../blueprints/", $folder, "/", $file)))),+]
    };
}

/// All templates; the first one is the default.
pub const STARTERS: &[Starter] = &[
    Starter {
        name: "hello",
        about: "one Systems Manager parameter, for a first try",
        files: files!("hello": "blueprint.toml"),
    },
    Starter {
        name: "private-api",
        about: "a REST API that only one VPC can reach, with a function in Python",
        files: files!("private-api": "blueprint.toml", "handler.py", "stacks/network.toml", "stacks/api.toml"),
    },
    Starter {
        name: "empty",
        about: "a blueprint without a stack",
        files: files!("empty": "blueprint.toml"),
    },
];

impl Starter {
    /// Returns the files of a blueprint with that name.
    pub fn files_named(&self, name: &str) -> Vec<(PathBuf, String)> {
        let old = format!("name = \"{}\"\n", self.name);
        let new = format!("name = \"{name}\"\n");
        let file =
            |(path, text): &(&str, &str)| (PathBuf::from(path), text.replacen(&old, &new, 1));
        self.files.iter().map(file).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_template_can_be_renamed() {
        for starter in STARTERS {
            let files = starter.files_named("other");
            assert_eq!(files[0].0, PathBuf::from("blueprint.toml"));
            assert!(
                files[0].1.starts_with("name = \"other\"\n"),
                "{}",
                starter.name
            );
        }
    }

    #[test]
    fn every_template_contains_all_files_of_its_blueprint() {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder)
                .unwrap()
                .map(|entry| entry.unwrap());
            entries
                .map(|entry| match entry.path().is_dir() {
                    true => count(&entry.path()),
                    false => 1,
                })
                .sum()
        }
        for starter in STARTERS {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let folder = folder.join("../../blueprints").join(starter.name);
            assert_eq!(count(&folder), starter.files.len(), "{}", starter.name);
        }
    }
}
