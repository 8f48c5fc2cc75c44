//! The reference blueprints load without a problem, in every environment they have.
#![allow(clippy::unwrap_used)]

mod support;

use formwork_blueprint::{EnvName, Request, load};
use std::path::Path;
use support::{Disk, problems};

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
fn the_private_api_loads_clean() {
    for environment in [None, Some("local"), Some("prod")] {
        let blueprint = loads("secure-private-api", environment);
        let order: Vec<&str> = blueprint
            .graph
            .order()
            .map(|stack| stack.key.as_str())
            .collect();
        assert_eq!(
            order,
            [
                "network",
                "private-api",
                "api-consumer",
                "unsecure-public-api"
            ]
        );
        let needs: Vec<&str> = blueprint
            .graph
            .dependencies("api-consumer")
            .map(|key| key.as_str())
            .collect();
        assert_eq!(needs, ["network", "private-api"]);
    }
}

#[test]
fn hello_loads_clean() {
    loads("hello", None);
}
