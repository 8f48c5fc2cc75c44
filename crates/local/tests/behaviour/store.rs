//! The store: shared by handles and processes, without loss.

use std::path::Path;

use formwork_local::{Caller, Cloud, Options, Storage};

use crate::bench::{Bench, parameters, wait};

fn opened(folder: &Path) -> Bench {
    let storage = Storage::Folder(folder.to_path_buf());
    Bench::with(Options {
        storage,
        ..Bench::options()
    })
}

#[tokio::test(start_paused = true)]
async fn a_cloud_in_a_folder_survives_its_process() {
    let folder = tempfile::tempdir().unwrap();
    let bench = opened(folder.path());
    let id = bench
        .create("s", &parameters(&[("A", "a"), ("B", "!Ref A")]))
        .unwrap();
    wait(1.5).await;
    drop(bench);
    let bench = opened(folder.path());
    assert_eq!(bench.status(&id), "CREATE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    assert_eq!(
        bench.status(&id),
        "CREATE_COMPLETE",
        "nobody had to be there for it"
    );
    assert_eq!(bench.record(), "CreateStack s");
    bench.cloud.reset().unwrap();
    assert_eq!(
        bench.status("s"),
        "ValidationError: Stack with id s does not exist"
    );
    assert_eq!(bench.record(), "");
}

#[tokio::test(start_paused = true)]
async fn two_handles_see_one_cloud() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (opened(folder.path()), opened(folder.path()));
    one.create("s", &parameters(&[("A", "a")])).unwrap();
    assert_eq!(
        two.create("s", &parameters(&[("A", "a")]))
            .unwrap_err()
            .code,
        "AlreadyExistsException"
    );
    wait(60.0).await;
    two.update("s", &parameters(&[("A", "b")])).unwrap();
    assert_eq!(one.status("s"), "UPDATE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    assert_eq!(one.status("s"), "UPDATE_COMPLETE");
    assert_eq!(two.record(), "CreateStack s, UpdateStack s");
}

#[test]
fn many_threads_are_accepted_one_after_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let storage = Storage::Folder(folder.path().to_path_buf());
            std::thread::spawn(move || {
                let bench = Bench {
                    cloud: Cloud::open(Options {
                        storage,
                        ..Options::default()
                    })
                    .unwrap(),
                    caller: Caller {
                        region: "us-east-1".to_owned(),
                    },
                };
                for index in 0..5 {
                    let own = format!("own-{thread}-{index}");
                    bench.create(&own, &parameters(&[("A", "a")])).unwrap();
                    // Four threads create this stack, and one of them succeeds.
                    let _: Result<_, _> =
                        bench.create(&format!("shared-{index}"), &parameters(&[("A", "a")]));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let calls = opened(folder.path()).cloud.call_records().unwrap();
    let mut names: Vec<_> = calls.iter().map(|call| call.stack_name.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!((calls.len(), names.len()), (25, 25));
    assert!(
        calls.is_sorted_by_key(|call| call.time),
        "time never runs backwards"
    );
}
