//! Tests of archives by their bytes, and of builds with small crates.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use formwork_blueprint::Architecture;
use tokio::sync::mpsc::UnboundedReceiver;
use tower::ServiceExt;
use tower::util::BoxCloneService;
use zip::ZipArchive;

use super::*;
use crate::model::event::TimedEvent;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Returns each entry's mode, time, size and name.
fn listed(archive: &Archive) -> String {
    let mut zip = ZipArchive::new(Cursor::new(archive.bytes())).unwrap();
    let lines: Vec<String> = (0..zip.len())
        .map(|index| {
            let entry = zip.by_index(index).unwrap();
            let (mode, time) = (entry.unix_mode().unwrap(), entry.last_modified().unwrap());
            format!("{mode:o} {time} {} {}", entry.size(), entry.name().unwrap())
        })
        .collect();
    lines.join("\n")
}

fn content(archive: &Archive, name: &str) -> Vec<u8> {
    let mut zip = ZipArchive::new(Cursor::new(archive.bytes())).unwrap();
    let mut bytes = Vec::new();
    zip.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn collected(path: &Path) -> Archive {
    collect::collect(path).unwrap()
}

/// Returns an error's message with those of its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut lines = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        lines.push(cause.to_string());
        next = cause.source();
    }
    lines.join(": ")
}

const FILES: [(&str, &str); 5] = [
    ("index.html", "<p>hello</p>"),
    ("a/z.css", "p { color: red }"),
    ("a-b.txt", "between"),
    ("Äpfel.txt", "umlaut"),
    ("run.sh", "#!/bin/sh\necho hello\n"),
];

#[test]
fn an_archive_depends_only_on_names_and_contents() {
    let one = folder(&FILES);
    let mut backwards = FILES;
    backwards.reverse();
    let other = folder(&backwards);
    for (name, _) in FILES {
        let file = fs::File::options()
            .write(true)
            .open(other.path().join(name))
            .unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
            .unwrap();
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let run = other.path().join("index.html");
        fs::set_permissions(run, fs::Permissions::from_mode(0o700)).unwrap();
    }
    let one = collected(one.path());
    assert_eq!(one, collected(other.path()));
    insta::assert_snapshot!(listed(&one), @r"
    100644 1980-01-01 00:00:00 7 a-b.txt
    100644 1980-01-01 00:00:00 16 a/z.css
    100644 1980-01-01 00:00:00 12 index.html
    100755 1980-01-01 00:00:00 21 run.sh
    100644 1980-01-01 00:00:00 6 Äpfel.txt
    ");
    // Every user's templates contain the key, so it may change only with the content.
    insta::assert_snapshot!(one.packed().key, @"4fba3edbf0758fe498620b3be04ecf5e322fb216679cd10a3bcb8e410f25c983.zip");
}

#[test]
fn another_name_or_content_is_another_key() {
    let key = |files: &[(&str, &str)]| collected(folder(files).path()).packed().key.clone();
    let keys = [
        key(&[("a", "1")]),
        key(&[("a", "2")]),
        key(&[("b", "1")]),
        key(&[("a", "1"), ("b", "")]),
        key(&[("a/b", "1")]),
    ];
    for (index, one) in keys.iter().enumerate() {
        assert!(!keys[..index].contains(one));
    }
    assert_eq!(key(&[("a", "1")]), keys[0]);
}

const WITH_IGNORED: [(&str, &str); 7] = [
    (".gitignore", "*.log\n"),
    ("site/.gitignore", "draft/\n!keep.log\n"),
    ("site/page.html", "page"),
    ("site/.hidden", "hidden files are files"),
    ("site/out.log", "log"),
    ("site/keep.log", "kept"),
    ("site/draft/page.html", "draft"),
];

#[test]
fn files_that_the_repository_ignores_are_left_out() {
    let folder = folder(&WITH_IGNORED);
    fs::create_dir(folder.path().join(".git")).unwrap();
    fs::write(folder.path().join(".git/config"), "").unwrap();
    insta::assert_snapshot!(listed(&collected(&folder.path().join("site"))), @r"
    100644 1980-01-01 00:00:00 17 .gitignore
    100644 1980-01-01 00:00:00 22 .hidden
    100644 1980-01-01 00:00:00 4 keep.log
    100644 1980-01-01 00:00:00 4 page.html
    ");
    let whole = listed(&collected(folder.path()));
    assert!(!whole.contains(".git/"), "{whole}");
}

#[test]
fn without_a_repository_only_the_folders_own_rules_count() {
    let folder = folder(&WITH_IGNORED);
    let names = listed(&collected(&folder.path().join("site")));
    assert!(
        names.contains("out.log") && !names.contains("draft"),
        "{names}"
    );
}

#[test]
fn a_file_is_packed_under_its_name_and_an_archive_as_it_is() {
    let folder = folder(&[("handler.py", "def handler(): pass"), ("ready.zip", "PK…")]);
    let file = collected(&folder.path().join("handler.py"));
    insta::assert_snapshot!(listed(&file), @"100644 1980-01-01 00:00:00 19 handler.py");
    assert_eq!(content(&file, "handler.py"), b"def handler(): pass");
    let ready = collected(&folder.path().join("ready.zip"));
    assert_eq!(ready.bytes(), "PK…".as_bytes());
    assert_eq!(
        ready.packed().hash,
        formwork_template::sha256("PK…").to_string()
    );
}

#[test]
fn an_error_names_the_path() {
    let folder = folder(&[("ignored/.gitignore", "*")]);
    let told = |path: &str| {
        let error = collect::collect(&folder.path().join(path)).unwrap_err();
        chain(&error).replace(folder.path().to_str().unwrap(), "DIR")
    };
    insta::assert_snapshot!(told("missing"), @"cannot read `DIR/missing`: No such file or directory (os error 2)");
    insta::assert_snapshot!(told("ignored"), @"`DIR/ignored` contains no file, or only ignored files");
}

#[cfg(unix)]
#[test]
fn a_link_is_followed_inside_the_folder_and_refused_outside() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("secret", "s"), ("site/page", "p")]);
    let site = folder.path().join("site");
    symlink("page", site.join("alias")).unwrap();
    assert_eq!(content(&collected(&site), "alias"), b"p");
    for target in ["../secret", "/etc/hostname", "nowhere", "."] {
        let link = site.join("link");
        symlink(target, &link).unwrap();
        let error = collect::collect(&site).unwrap_err();
        assert!(chain(&error).contains("site/link`"), "{target}: {error}");
        fs::remove_file(link).unwrap();
    }
}

/// Returns the files of a crate. Each test uses another crate name, because all may share one target folder.
fn crate_files<'a>(name: &str, sources: &[(&'a str, &'a str)]) -> Vec<(&'a str, String)> {
    let manifest = "edition = \"2024\"\n[workspace]\n[profile.release]\nstrip = true\n";
    let named = format!("name = \"{name}\"\nversion = \"1.0.0\"\n");
    let mut files = vec![
        ("Cargo.toml", format!("[package]\n{named}{manifest}")),
        ("Cargo.lock", format!("version = 4\n\n[[package]]\n{named}")),
    ];
    files.extend(
        sources
            .iter()
            .map(|(path, text)| (*path, (*text).to_owned())),
    );
    files
}

/// Returns whether a program needs a loader (ELF's `PT_INTERP`): a statically linked one does not.
fn is_dynamic(program: &[u8]) -> bool {
    let number = |at: usize, size: usize| {
        let bytes = program[at..at + size].iter().rev();
        bytes.fold(0, |number, byte| number << 8 | usize::from(*byte))
    };
    assert!(program.starts_with(b"\x7fELF"));
    let (table, size, count) = (number(32, 8), number(54, 2), number(56, 2));
    (0..count).any(|index| number(table + index * size, 4) == 3)
}

fn asset(folder: &Path) -> Asset {
    let mut sources = formwork_template::diagnostics::Sources::default();
    let file = sources.add("blueprint.toml", "");
    Asset {
        name: AssetName::new("greeter").unwrap(),
        source: AssetSource::Crate(PathBuf::from(folder)),
        architecture: None,
        span: formwork_template::diagnostics::Span::new(file, 0..0),
    }
}

async fn packed_crate(
    name: &str,
    sources: &[(&str, &str)],
    target: Target,
) -> Result<Archive, String> {
    let files = crate_files(name, sources);
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    built_crate(&files, target).await
}

async fn built_crate(files: &[(&str, &str)], target: Target) -> Result<Archive, String> {
    let folder = folder(files);
    let (events, _listener) = EventSender::channel();
    let asset = asset(folder.path());
    match pack([&asset], target, &events).await {
        Ok(mut archives) => Ok(archives.swap_remove("greeter").unwrap()),
        Err(error) => Err(chain(&error).replace(folder.path().to_str().unwrap(), "DIR")),
    }
}

#[tokio::test]
async fn a_crate_is_built_and_packed_as_bootstrap_for_this_machine_and_statically_for_aws() {
    let main = [(
        "src/main.rs",
        "fn main() { println!(\"{}\", std::env::args().count()) }",
    )];
    for target in [Target::Local, Target::Aws] {
        let archive = packed_crate("formwork-lambda-a", &main, target)
            .await
            .unwrap();
        let listed = listed(&archive);
        assert!(
            listed.starts_with("100755 1980-01-01") && listed.ends_with(" bootstrap"),
            "{listed}"
        );
        let program = content(&archive, "bootstrap");
        assert_eq!(is_dynamic(&program), target == Target::Local);
        // The same source in another folder has the same key.
        let elsewhere = packed_crate("formwork-lambda-a", &main, target).await;
        assert_eq!(elsewhere.unwrap(), archive);
    }
}

#[tokio::test]
async fn a_failed_build_shows_the_output_of_cargo() {
    let main = [("src/main.rs", "fn main() { missing() }")];
    let broken = packed_crate("formwork-lambda-b", &main, Target::Local).await;
    let told = broken.unwrap_err();
    let begins =
        "asset `greeter` cannot be built: `cargo build --locked --release` failed in `DIR`";
    assert!(told.starts_with(begins), "{told}");
    assert!(
        told.contains("cannot find function `missing` in this scope"),
        "{told}"
    );
    let manifest = "[package]\nname = \"formwork-lambda-c\"\n[workspace]\n";
    let unlocked = [("Cargo.toml", manifest), ("src/main.rs", "fn main() {}")];
    let told = built_crate(&unlocked, Target::Local).await.unwrap_err();
    assert!(told.contains("--locked"), "{told}");
}

#[tokio::test]
async fn a_crate_has_one_program_or_one_of_its_name() {
    let named = [
        ("src/main.rs", "fn main() { println!(\"the main one\") }"),
        ("src/bin/other.rs", "fn main() {}"),
    ];
    let named = packed_crate("formwork-lambda-d", &named, Target::Local).await;
    let program = content(&named.unwrap(), "bootstrap");
    assert!(program.windows(12).any(|bytes| bytes == b"the main one"));
    let several = [
        ("src/bin/one.rs", "fn main() {}"),
        ("src/bin/two.rs", "fn main() {}"),
    ];
    let several = packed_crate("formwork-lambda-e", &several, Target::Local).await;
    insta::assert_snapshot!(several.unwrap_err(), @"asset `greeter` cannot be built: `DIR` has several binary targets, and none has the crate's name: one, two");
    let none = packed_crate("formwork-lambda-f", &[("src/lib.rs", "")], Target::Local).await;
    insta::assert_snapshot!(none.unwrap_err(), @"asset `greeter` cannot be built: `DIR` has no binary target");
}

#[test]
fn the_command_is_as_documented() {
    let command = |architecture, target| build::arguments(architecture, target).join(" ");
    assert_eq!(
        command(Architecture::Arm64, Target::Local),
        "build --locked --release"
    );
    assert_eq!(
        command(Architecture::Arm64, Target::Aws),
        "build --locked --release --target aarch64-unknown-linux-gnu"
    );
}

/// Connects to a local cloud and returns the client, its events and the lines of the requests.
async fn recorded_client() -> (
    Client,
    UnboundedReceiver<TimedEvent>,
    Arc<Mutex<Vec<String>>>,
) {
    let local = formwork_local::Server::open(formwork_local::Options::default()).unwrap();
    let requests = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&requests);
    let service = local
        .clone()
        .map_request(move |request: http::Request<Bytes>| {
            let line = format!("{} {}", request.method(), request.uri());
            record.lock().unwrap().push(line);
            request
        })
        .map_err(|never| match never {});
    let settings = formwork_aws::Settings {
        region: Some("eu-west-1".to_owned()),
        transport: formwork_aws::Transport::Service(BoxCloneService::new(service)),
        ..formwork_aws::Settings::default()
    };
    let cloud = formwork_aws::Cloud::connect(settings).await.unwrap();
    let (events, receiver) = EventSender::channel();
    let client = Client::connect(cloud, events).await.unwrap();
    (client, receiver, requests)
}

#[tokio::test(start_paused = true)]
async fn an_archive_is_uploaded_once_into_the_accounts_own_bucket() {
    let (client, mut receiver, requests) = recorded_client().await;
    let archive = collected(folder(&FILES).path());
    let asset = AssetName::new("page").unwrap();
    let run = async || {
        requests.lock().unwrap().clear();
        let store = AssetStore::new(&client, None);
        upload(&asset, &archive, &store, &client).await.unwrap();
        let lines = requests.lock().unwrap().join("\n");
        let lines = lines.replace(
            "http://localhost/formwork-assets-123456789012-eu-west-1/",
            "B/",
        );
        lines.replace(&archive.packed().key, "K")
    };
    insta::assert_snapshot!(run().await, @r"
    HEAD B/
    PUT B/
    PUT B/?publicAccessBlock
    PUT B/?ownershipControls
    PUT B/?encryption
    PUT B/?versioning
    HEAD B/K
    PUT B/K?x-id=PutObject
    HEAD B/K
    ");
    insta::assert_snapshot!(run().await, @r"
    HEAD B/
    GET B/?versioning
    HEAD B/K
    ");
    let mut steps = Vec::new();
    while let Ok(timed) = receiver.try_recv() {
        if let Event::Asset { step, .. } = timed.event {
            steps.push(step);
        }
    }
    let bytes = archive.size();
    let expected = [
        AssetStep::Uploading { bytes },
        AssetStep::Ready,
        AssetStep::Ready,
    ];
    assert_eq!(steps, expected);
}
