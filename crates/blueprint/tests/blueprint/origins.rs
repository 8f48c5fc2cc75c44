//! Origins of values: the sources of a variable's value, the changes of an overlay, the references of a text.

use crate::support::{files, given, problems, request};
use formwork_blueprint::{AssignmentSource, Blueprint, KnownValues, Origin, load, references};
use formwork_template::diagnostics::{Sources, Span};

const BLUEPRINT: &str = r#"name = "shop"
[vars]
log_level = "INFO"
owner = "me"
key = { type = "string", sensitive = true, default = "k" }
[env.prod]
vars.log_level = "WARNING"
stacks.api.Topic.DisplayName = "prod"
stacks.api.More = { type = "AWS::SNS::Topic" }
[env.test]
stacks.api.Topic.DisplayName = "test"
[stacks.api.Topic]
type = "AWS::SNS::Topic"
DisplayName = "${vars.log_level} ${vars.owner} ${vars.key}"
"#;

fn prod() -> (Blueprint, Sources) {
    let mut request = request();
    request.environment = formwork_blueprint::EnvName::new("prod");
    request.variables = vec![
        given("log_level", "ERROR", AssignmentSource::ProcessEnvironment),
        given("log_level", "DEBUG", AssignmentSource::CommandLine),
        given("key", "secret", AssignmentSource::CommandLine),
    ];
    let loaded = load(&files(&[("blueprint.toml", BLUEPRINT)]), &request);
    let reported = problems(&loaded);
    (loaded.blueprint.expect(&reported), loaded.sources)
}

fn place(sources: &Sources, span: Span) -> String {
    let at = sources.position(span);
    let path = sources.path(span.file).display();
    format!("{path}:{}: {}", at.line, sources.slice(span))
}

#[test]
fn a_variable_records_every_value_assigned_to_it() {
    let (blueprint, sources) = prod();
    let variable = &blueprint.variables["log_level"];
    assert_eq!(variable.origin, Origin::CommandLine);
    assert_eq!(place(&sources, variable.span), "--set log_level:1: DEBUG");
    assert_eq!(
        place(&sources, variable.declared),
        "blueprint.toml:3: log_level"
    );
    let replaced: Vec<String> = variable
        .replaced
        .iter()
        .map(|one| format!("{:?} {}", one.origin, place(&sources, one.span)))
        .collect();
    assert_eq!(
        replaced,
        [
            "Default blueprint.toml:3: \"INFO\"",
            "Environment(EnvName(\"prod\")) blueprint.toml:7: \"WARNING\"",
            "ProcessEnvironment FORMWORK_VAR_log_level:1: ERROR",
        ]
    );
}

#[test]
fn a_sensitive_variable_records_no_value() {
    let (blueprint, _) = prod();
    let variable = &blueprint.variables["key"];
    assert_eq!(variable.origin, Origin::CommandLine);
    assert!(variable.value.is_none());
    assert!(variable.replaced.iter().all(|one| one.value.is_none()));
}

#[test]
fn an_overlay_records_new_and_replaced_values() {
    let (blueprint, sources) = prod();
    let overlays: Vec<(String, Option<u32>)> = blueprint
        .overlays
        .iter()
        .map(|one| {
            let line = one.replaced.map(|span| sources.position(span).line);
            (place(&sources, one.span), line)
        })
        .collect();
    assert_eq!(
        overlays,
        [
            ("blueprint.toml:8: \"prod\"".to_owned(), Some(14)),
            (
                "blueprint.toml:9: { type = \"AWS::SNS::Topic\" }".to_owned(),
                None
            ),
        ]
    );
    let stack = blueprint.graph.get("api").unwrap();
    let nothing = Default::default();
    let rendered = stack.render(&KnownValues {
        assets: &nothing,
        parameters: &Default::default(),
    });
    let topic = rendered.template.resource("Topic").unwrap();
    let name = topic.node.at("Properties.DisplayName").unwrap();
    assert_eq!(place(&sources, name.span), "blueprint.toml:8: \"prod\"");
}

#[test]
fn the_references_of_a_text_include_those_in_expressions() {
    let named = |text: &str| -> Vec<String> {
        let names = references(text);
        names.iter().map(|name| name.join(".")).collect()
    };
    assert_eq!(
        named("a ${vars.x} ${vars.x} ${!vars.no} ${Topic.Arn} ${AWS::Region}"),
        ["vars.x", "Topic.Arn", "AWS::Region"]
    );
    assert_eq!(
        named("${'a' if vars.b == 'vars.no' else stacks['private-api'].Url}"),
        ["vars.b", "stacks.private-api.Url"]
    );
    assert_eq!(named("no reference"), [""; 0]);
}
