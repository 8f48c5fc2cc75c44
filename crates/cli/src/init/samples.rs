//! The templates of `formwork init`: blueprints of this repository, as they stand there.

use std::path::PathBuf;

/// A blueprint to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What `--template` calls it.
    pub name: &'static str,
    /// What it is, in a line.
    pub about: &'static str,
    /// Its files by their path, `blueprint.toml` first.
    files: &'static [(&'static str, &'static str)],
}

macro_rules! files {
    ($folder:literal: $($file:literal),+) => {
        &[$(($file, include_str!(concat!("../../../../blueprints/", $folder, "/", $file)))),+]
    };
}

/// Every template, the one that is taken unasked first.
pub const SAMPLES: &[Sample] = &[
    Sample {
        name: "hello",
        about: "one parameter of Systems Manager, to see the tool at work",
        files: files!("hello": "blueprint.toml"),
    },
    Sample {
        name: "private-api",
        about: "a REST API that only one VPC can reach, with a function in Python",
        files: files!("private-api": "blueprint.toml", "handler.py", "stacks/network.toml", "stacks/api.toml"),
    },
    Sample {
        name: "empty",
        about: "a blueprint without a stack",
        files: files!("empty": "blueprint.toml"),
    },
];

impl Sample {
    /// The files of a blueprint called `name` that begins like this one.
    pub fn named(&self, name: &str) -> Vec<(PathBuf, String)> {
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
    fn every_template_takes_another_name() {
        for sample in SAMPLES {
            let files = sample.named("other");
            assert_eq!(files[0].0, PathBuf::from("blueprint.toml"));
            assert!(
                files[0].1.starts_with("name = \"other\"\n"),
                "{}",
                sample.name
            );
        }
    }

    #[test]
    fn every_template_holds_all_files_of_its_blueprint() {
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
        for sample in SAMPLES {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let folder = folder.join("../../blueprints").join(sample.name);
            assert_eq!(count(&folder), sample.files.len(), "{}", sample.name);
        }
    }
}
