//! Reads files: only inside the root, within limits, each once.

use crate::files::{FileKind, Files};
use crate::limits::FILES;
use crate::model::ASSET_MARK;
use crate::{codes, limits};
use formwork_template::diagnostics::{FileId, Problem, Sources, Span};
use std::collections::HashMap;
use std::io;
use std::path::{Component, Path, PathBuf};

/// The reason why a file cannot be read.
#[derive(Debug, Clone)]
pub(crate) struct ReadError {
    /// The message, including the file's name.
    pub(crate) message: String,
    /// The span of the error in the file.
    pub(crate) at: Option<Span>,
}

impl From<String> for ReadError {
    fn from(message: String) -> Self {
        Self { message, at: None }
    }
}

impl ReadError {
    /// Converts the error to a problem. `reference` is the span of the file's name.
    pub(crate) fn problem(self, reference: Option<Span>) -> Problem {
        let problem = Problem::error(codes::UNREADABLE_FILE, self.message);
        let keys = reference.into_iter().chain(self.at);
        keys.fold(problem, |problem, span| problem.at(span, ""))
    }
}

/// The files of one blueprint.
pub(crate) struct Reader<'a> {
    files: &'a dyn Files,
    /// The texts that were read.
    pub(crate) sources: Sources,
    /// The folder of `blueprint.toml`, with links resolved.
    pub(crate) folder: PathBuf,
    /// The root folder, with links resolved. No file outside it is read.
    pub(crate) root: PathBuf,
    bytes: u64,
    count: usize,
    /// The folder of each text. Paths in the text are relative to it.
    folders: HashMap<FileId, PathBuf>,
    texts: HashMap<PathBuf, Result<FileId, ReadError>>,
}

impl<'a> Reader<'a> {
    /// Finds the requested blueprint: a folder with a `blueprint.toml`, or such a file.
    pub(crate) fn open(files: &'a dyn Files, asked: &Path) -> Result<(Self, PathBuf), Problem> {
        let file = match files.kind(asked) {
            Ok(FileKind::Folder) => asked.join("blueprint.toml"),
            _ => asked.to_owned(),
        };
        if !matches!(files.kind(&file), Ok(FileKind::File)) {
            let message = match files.kind(asked) {
                Ok(_) => format!("`{}` has no `blueprint.toml`", asked.display()),
                Err(_) => format!("there is no blueprint at `{}`", asked.display()),
            };
            let help = "a blueprint is a folder with a `blueprint.toml`, or that file itself";
            return Err(Problem::error(codes::NO_BLUEPRINT, message).help(help));
        }
        let folder = file.parent().unwrap_or(Path::new("."));
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let folder = files.resolve(folder).map_err(|error| {
            let message = format!("cannot open `{}`: {}", folder.display(), reason(&error));
            Problem::error(codes::UNREADABLE_FILE, message)
        })?;
        let file = match file.file_name() {
            Some(name) => folder.join(name),
            None => file,
        };
        let reader = Self {
            files,
            sources: Sources::default(),
            root: folder.clone(),
            folder,
            bytes: 0,
            count: 0,
            folders: HashMap::new(),
            texts: HashMap::new(),
        };
        Ok((reader, file))
    }

    /// Sets the root folder, relative to the folder of the blueprint.
    pub(crate) fn set_root(&mut self, path: &str) -> Result<(), String> {
        let root = self
            .files
            .resolve(&self.folder.join(path))
            .map_err(|error| format!("cannot open the root `{path}`: {}", reason(&error)))?;
        if !matches!(self.files.kind(&root), Ok(FileKind::Folder)) {
            return Err(format!("the root `{path}` is not a folder"));
        }
        if !self.folder.starts_with(&root) {
            return Err(format!(
                "the root `{path}` does not contain the blueprint's folder"
            ));
        }
        self.root = root;
        Ok(())
    }

    /// Returns the names of the files in a folder of the blueprint. Empty if the folder
    /// does not exist.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, String> {
        let folder = self.folder.join(name);
        if self.files.kind(&folder).is_err() {
            return Ok(Vec::new());
        }
        let cannot = |error: io::Error| format!("cannot list `{name}`: {}", reason(&error));
        let real = self.files.resolve(&folder).map_err(cannot)?;
        if !real.starts_with(&self.root) {
            return Err(self.outside(name));
        }
        let entries = self.files.list(&real).map_err(cannot)?;
        let mut names: Vec<String> = entries
            .into_iter()
            .filter(|entry| entry.kind == FileKind::File)
            .map(|entry| entry.name)
            .collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Resolves a path in a text, if the file exists inside the root.
    pub(crate) fn locate(
        &self,
        containing_file: FileId,
        path: &str,
    ) -> Result<(PathBuf, FileKind), String> {
        let folder = self.folders.get(&containing_file).unwrap_or(&self.folder);
        self.inside(&folder.join(path), path)
    }

    /// Reads a file that a text refers to.
    pub(crate) fn read_named(
        &mut self,
        containing_file: FileId,
        path: &str,
    ) -> Result<FileId, ReadError> {
        let (real, kind) = self.locate(containing_file, path)?;
        match kind {
            FileKind::Folder => Err(format!("expected a file, found the folder `{path}`").into()),
            FileKind::File => self.read(&real),
        }
    }

    /// Reads a file of the blueprint.
    pub(crate) fn read(&mut self, path: &Path) -> Result<FileId, ReadError> {
        let shown = self.shown(path);
        let (real, _) = self.inside(path, &shown.display().to_string())?;
        if let Some(known) = self.texts.get(&real) {
            return known.clone();
        }
        let read = self.read_file(&real, &shown);
        if let (Ok(file), Some(folder)) = (&read, path.parent()) {
            self.folders.insert(*file, folder.to_owned());
        }
        self.texts.insert(real, read.clone());
        read
    }

    /// Adds a text that is not a file, such as a value from the command line.
    pub(crate) fn add_text(&mut self, name: String, text: String) -> FileId {
        self.sources.add(name, text)
    }

    /// Adds a copy of a text, so that its spans identify one use of it.
    pub(crate) fn add_copy(&mut self, file: FileId) -> FileId {
        let path = self.sources.path(file).to_owned();
        let copy = self.sources.add(path, self.text(file));
        if let Some(folder) = self.folders.get(&file).cloned() {
            self.folders.insert(copy, folder);
        }
        copy
    }

    /// Returns the text of a file.
    pub(crate) fn text(&self, file: FileId) -> std::sync::Arc<str> {
        self.sources.file(file).text.clone()
    }

    /// Returns the span of `written`, which begins at the `ordinal`-th `${` of the text at `span`.
    /// Returns `span` if the text contains escapes, so that the position is unknown.
    pub(crate) fn inside_text(&self, span: Span, ordinal: usize, written: &str) -> Span {
        let raw = self.sources.slice(span);
        let found = raw
            .match_indices("${")
            .nth(ordinal)
            .filter(|(at, _)| raw[*at..].starts_with(written));
        match found {
            Some((at, _)) => {
                let start = span.start as usize + at;
                Span::new(span.file, start..start + written.len())
            }
            None => span,
        }
    }

    fn read_file(&mut self, real: &Path, shown: &Path) -> Result<FileId, ReadError> {
        let name = shown.display();
        self.count += 1;
        if self.count > FILES {
            let count = self.count;
            return Err(format!("`{name}` is file {count}: at most {FILES} are read").into());
        }
        let read = self.files.read(real, limits::FILE_BYTES);
        let content = read.map_err(|error| match error.kind() {
            io::ErrorKind::FileTooLarge => format!("`{name}` is larger than 2 MiB"),
            _ => format!("cannot read `{name}`: {}", reason(&error)),
        })?;
        self.bytes += content.len() as u64;
        if self.bytes > limits::FILE_BYTES_TOTAL {
            return Err(format!("with `{name}`, the files are larger than 64 MiB in total").into());
        }
        let text = match String::from_utf8(content) {
            Ok(text) => text,
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let message = format!("`{name}` is not UTF-8");
                // The text for the label, as far as it can be shown.
                let lossy = String::from_utf8_lossy(error.as_bytes()).into_owned();
                return Err(self.wrong_at(shown, lossy, at, message));
            }
        };
        match text.find(ASSET_MARK) {
            Some(at) => {
                let message = format!("`{name}` contains U+FDD0, which is not a character");
                Err(self.wrong_at(shown, text, at, message))
            }
            None => Ok(self.sources.add(shown, text)),
        }
    }

    fn wrong_at(&mut self, shown: &Path, text: String, at: usize, message: String) -> ReadError {
        let end = text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        let file = self.sources.add(shown, text);
        ReadError {
            message,
            at: Some(Span::new(file, at..end)),
        }
    }

    fn inside(&self, path: &Path, shown: &str) -> Result<(PathBuf, FileKind), String> {
        let real = self
            .files
            .resolve(path)
            .map_err(|error| format!("cannot open `{shown}`: {}", reason(&error)))?;
        if !real.starts_with(&self.root) {
            return Err(self.outside(shown));
        }
        let kind = self.files.kind(&real);
        let kind = kind.map_err(|error| format!("cannot open `{shown}`: {}", reason(&error)))?;
        Ok((real, kind))
    }

    fn outside(&self, shown: &str) -> String {
        let root = self.shown(&self.root);
        let root = if root.as_os_str().is_empty() {
            Path::new(".")
        } else {
            &root
        };
        format!(
            "`{shown}` is outside the blueprint's root `{}`",
            root.display()
        )
    }

    /// Returns `path` relative to the blueprint's folder.
    fn shown(&self, path: &Path) -> PathBuf {
        let mut ours = self.folder.components().peekable();
        let mut theirs = path.components().peekable();
        while ours.peek().is_some() && ours.peek() == theirs.peek() {
            ours.next();
            theirs.next();
        }
        let up = ours.map(|_| Component::ParentDir);
        up.chain(theirs).collect()
    }
}

/// Describes an I/O error briefly.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is not a folder".to_owned(),
        _ => error.to_string(),
    }
}
