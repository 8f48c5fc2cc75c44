//! The components that are shipped, all of them in one blueprint: deployed on the local cloud, left alone, changed
//! and destroyed.

use std::path::Path;

use super::scene::Scene;

fn scene() -> Scene {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../blueprints/components");
    ["blueprint.toml", "orders.py"]
        .into_iter()
        .fold(Scene::empty(), |scene, name| {
            scene.with(name, std::fs::read(folder.join(name)).unwrap())
        })
}

#[test]
fn every_shipped_component_is_deployed_left_alone_changed_and_destroyed() {
    let scene = scene();
    let deployed = scene.run(&["deploy", "--local", "--yes"]).with(0);
    assert!(deployed.stderr.contains("ok: 5 stacks created, 0 failed"));
    scene.run(&["plan", "--local", "--exit-code"]).with(0);

    let url = scene
        .run(&["outputs", "--local", "orders.Url"])
        .with(0)
        .stdout;
    assert!(
        url.starts_with("https://") && url.ends_with("/live/orders\n"),
        "{url}"
    );
    let url = scene
        .run(&["outputs", "--local", "internal.Url"])
        .with(0)
        .stdout;
    assert!(
        url.ends_with("/live/\n"),
        "a path with a variable is not one to call: {url}"
    );

    let file = scene.path("blueprint.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let changed = text.replace("visibility_timeout = 90", "visibility_timeout = 120");
    assert_ne!(text, changed);
    std::fs::write(&file, changed).unwrap();
    let plan = scene
        .run(&["plan", "--local", "--exit-code"])
        .with(2)
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
    scene.run(&["deploy", "--local", "--yes"]).with(0);

    let destroyed = scene.run(&["destroy", "--local", "--yes"]).with(0);
    assert!(destroyed.stderr.contains("ok: 5 stacks deleted, 0 failed"));
}
