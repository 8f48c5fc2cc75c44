//! The reference blueprints load without problems, in each of their environments.

use crate::support::{Disk, problems};
use formwork_blueprint::{EnvName, Request, load};
use std::path::Path;

fn loads(name: &str, environment: Option<&str>) -> formwork_blueprint::Blueprint {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../blueprints")
        .join(name);
    let request = Request {
        blueprint: folder,
        environment: environment.map(|name| EnvName::new(name).unwrap()),
        ..Request::default()
    };
    let loaded = load(&Disk, &request);
    assert_eq!(problems(&loaded), "", "{name} {environment:?}");
    loaded.blueprint.unwrap()
}

#[test]
fn the_private_api_loads_without_problems() {
    let environments = [None, Some("local"), Some("prod")];
    let both = ["secure-private-api", "secure-private-api-raw"];
    for (name, environment) in both
        .map(|name| environments.map(|one| (name, one)))
        .concat()
    {
        let blueprint = loads(name, environment);
        let order: Vec<&str> = blueprint
            .graph
            .order()
            .map(|stack| stack.key.as_str())
            .filter(|key| *key != "unsecure-public-api")
            .collect();
        assert_eq!(order, ["network", "private-api", "api-consumer"]);
        let alone = blueprint.graph.dependencies("unsecure-public-api");
        assert_eq!(alone.count(), 0);
        let needs: Vec<&str> = blueprint
            .graph
            .dependencies("api-consumer")
            .map(|key| key.as_str())
            .collect();
        assert_eq!(needs, ["network", "private-api"]);
    }
}

#[test]
fn hello_loads_without_problems() {
    loads("hello", None);
}

#[test]
fn every_shipped_component_loads_without_problems() {
    let blueprint = loads("components", None);
    let used: std::collections::BTreeSet<&str> = blueprint
        .graph
        .stacks()
        .flat_map(|stack| &stack.components)
        .map(|used| used.component.as_str())
        .collect();
    let shipped = formwork_blueprint::SHIPPED_COMPONENTS.iter();
    assert!(used.into_iter().eq(shipped.map(|(name, _)| *name)));
}
