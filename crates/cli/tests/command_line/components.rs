//! The built-in components, all in one blueprint: deployed to the local cloud, left unchanged, changed and destroyed.

use std::path::Path;

use formwork_testkit::Sandbox;

use super::sandbox::empty_sandbox;

fn sandbox() -> Sandbox {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints/components");
    ["blueprint.toml", "orders.py"]
        .into_iter()
        .fold(empty_sandbox(), |sandbox, name| {
            sandbox.with(name, std::fs::read(folder.join(name)).unwrap())
        })
}

#[test]
fn every_component_is_deployed_unchanged_updated_and_destroyed() {
    let sandbox = sandbox();
    let deployed = sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);
    assert!(deployed.stderr.contains("ok: 5 stacks created, 0 failed"));
    sandbox
        .run(&["plan", "--local", "--exit-code"])
        .expect_code(0);

    let url = sandbox
        .run(&["outputs", "--local", "orders.Url"])
        .expect_code(0)
        .stdout;
    assert!(
        url.starts_with("https://") && url.ends_with("/live/orders\n"),
        "{url}"
    );
    let url = sandbox
        .run(&["outputs", "--local", "internal.Url"])
        .expect_code(0)
        .stdout;
    assert!(
        url.ends_with("/live/\n"),
        "a path with a variable is not one to call: {url}"
    );

    let file = sandbox.path("blueprint.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = text.replace("visibility_timeout = 90", "visibility_timeout = 120");
    assert_ne!(text, changed);
    std::fs::write(&file, changed).unwrap();
    let plan = sandbox
        .run(&["plan", "--local", "--exit-code"])
        .expect_code(2)
        .stdout;
    assert!(plan.contains("~  QueueQueue  AWS::SQS::Queue"), "{plan}");
    assert!(
        plan.contains("VisibilityTimeout  \"90\" -> \"120\"  blueprint.toml:27"),
        "{plan}"
    );
    assert!(
        plan.contains("Plan: 0 to replace, 1 to update, 0 to add, 0 to delete"),
        "{plan}"
    );
    sandbox.run(&["deploy", "--local", "--yes"]).expect_code(0);

    let destroyed = sandbox.run(&["destroy", "--local", "--yes"]).expect_code(0);
    assert!(destroyed.stderr.contains("ok: 5 stacks deleted, 0 failed"));
}
