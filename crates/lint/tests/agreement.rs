//! Invalid templates that cfn-lint reports, each with the errors that this crate reports.
//!
//! The folder `agreement` contains the templates by topic. A line `--- # RULE what is wrong` begins a
//! template and names the rule of cfn-lint. The snapshots contain the code, the place and the text of
//! each error, but not its message. `cargo xtask agreement` compares the same templates with cfn-lint.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails when it cannot read a template"
)]

use formwork_catalog::schema::Table;
use formwork_lint::{CheckContext, check};
use formwork_template::diagnostics::{Problem, Sources};
use formwork_template::{Template, read};
use std::fmt::Write;

/// Returns the errors of a template, one a line, by their places.
fn errors(text: &str, table: &Table) -> String {
    let mut sources = Sources::default();
    let file = sources.add("template", text);
    let parsed = read(file, text);
    let mut problems = parsed.problems;
    if let Some(root) = parsed.node {
        let (template, structural) = Template::recover(root);
        problems.extend(structural);
        let context = CheckContext {
            region: Some("us-east-1"),
            ..CheckContext::new(table)
        };
        let checked = template
            .iter()
            .flat_map(|template| check(template, &context));
        problems.extend(checked);
    }
    let mut lines = Vec::new();
    for problem in problems.iter().filter(|problem| problem.is_error()) {
        lines.push(line(problem, &sources, text));
    }
    lines.sort();
    lines.concat()
}

/// Returns the code, the place and the first line of the text of an error.
fn line(problem: &Problem, sources: &Sources, text: &str) -> String {
    let mut line = format!("  {}", problem.code.name);
    for label in &problem.labels {
        let position = sources.position(label.span);
        let range = label.span.start as usize..label.span.end as usize;
        let excerpt = text[range].lines().next().unwrap_or_default();
        let excerpt: String = excerpt.chars().take(40).collect();
        write!(line, " {}:{} `{excerpt}`", position.line, position.column).unwrap();
    }
    line + "\n"
}

/// Returns the templates of a topic with their names.
fn templates(topic: &str) -> Vec<(&str, String)> {
    let mut templates: Vec<(&str, String)> = Vec::new();
    for line in topic.lines() {
        match (line.strip_prefix("--- # "), templates.last_mut()) {
            (Some(name), _) => templates.push((name, String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => panic!("the file begins without a name"),
        }
    }
    templates
}

/// Compares the errors of every template of a topic with its snapshot.
fn check_templates<'a>(topic: &str, templates: impl Iterator<Item = (&'a str, String)>) {
    let table = Table::new();
    let mut listing = String::new();
    for (name, text) in templates {
        let errors = errors(&text, &table);
        assert!(!errors.is_empty(), "no error is reported: {name}\n{text}");
        writeln!(listing, "{name}\n{errors}").unwrap();
    }
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false, snapshot_path => "agreement" }, {
        insta::assert_snapshot!(topic, listing);
    });
}

macro_rules! topics {
    ($($test:ident $name:literal,)*) => {
        $(
            #[test]
            fn $test() {
                let topic = include_str!(concat!("agreement/", $name, ".yaml"));
                check_templates($name, templates(topic).into_iter());
            }
        )*
    };
}

topics! {
    faults_of_attributes_are_found "attributes",
    faults_of_formats_are_found "formats",
    faults_of_functions_are_found "functions",
    faults_of_mappings_and_conditions_are_found "mappings-and-conditions",
    faults_of_outputs_are_found "outputs",
    faults_of_parameters_are_found "parameters",
    faults_of_policies_are_found "policies",
    faults_of_properties_are_found "properties",
    faults_of_services_are_found "services",
    faults_of_templates_are_found "template",
}

#[test]
fn a_valid_template_has_no_errors() {
    let text = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n";
    assert_eq!(errors(text, &Table::new()), "");
}

#[test]
fn exceeded_quotas_are_found() {
    check_templates("quotas", quotas().into_iter());
}

/// Returns templates that are larger than CloudFormation accepts.
#[expect(clippy::too_many_lines, reason = "a flat list of templates")]
fn quotas() -> Vec<(&'static str, String)> {
    let topic = "{\"Type\": \"AWS::SNS::Topic\"}";
    let name = "a".repeat(256);
    let repeat = |count: usize, entry: &dyn Fn(usize) -> String| {
        (0..count).map(entry).collect::<Vec<_>>().join(", ")
    };
    let section = |name: &str, entries: &str| {
        format!("{{\"{name}\": {{{entries}}}, \"Resources\": {{\"T\": {topic}}}}}")
    };
    let parameter = |key: &str, length: usize| {
        let value = "a".repeat(length);
        let entry = format!("\"P\": {{\"Type\": \"String\", \"{key}\": \"{value}\"}}");
        section("Parameters", &entry)
    };
    let mapping = |rows: &str| section("Mappings", &format!("\"M\": {{{rows}}}"));
    let values = repeat(201, &|n| format!("\"b{n}\": \"c\""));
    vec![
        (
            "E3010 501 resources",
            format!(
                "{{\"Resources\": {{{}}}}}",
                repeat(501, &|n| format!("\"T{n}\": {topic}"))
            ),
        ),
        (
            "E7010 a mapping of 201 keys",
            mapping(&repeat(201, &|n| format!("\"a{n}\": {{\"b\": \"c\"}}"))),
        ),
        (
            "E7010 a mapping of 201 second keys",
            mapping(&format!("\"a\": {{{values}}}")),
        ),
        (
            "E6010 201 outputs",
            section(
                "Outputs",
                &repeat(201, &|n| format!("\"O{n}\": {{\"Value\": \"a\"}}")),
            ),
        ),
        (
            "E1003 a description of 1,025 bytes",
            format!(
                "{{\"Description\": \"{}\", \"Resources\": {{\"T\": {topic}}}}}",
                "a".repeat(1025)
            ),
        ),
        (
            "E3001 a logical id of 256 letters",
            format!("{{\"Resources\": {{\"{name}\": {topic}}}}}"),
        ),
        (
            "E2011 a parameter's name of 256 letters",
            section(
                "Parameters",
                &format!("\"{name}\": {{\"Type\": \"String\"}}"),
            ),
        ),
        (
            "E6011 an output's name of 256 letters",
            section("Outputs", &format!("\"{name}\": {{\"Value\": \"a\"}}")),
        ),
        (
            "E7002 a mapping's name of 256 letters",
            section(
                "Mappings",
                &format!("\"{name}\": {{\"a\": {{\"b\": \"c\"}}}}"),
            ),
        ),
        ("E2011 a default of 4,097 bytes", parameter("Default", 4097)),
        (
            "E2011 a description of a parameter of 4,001 letters",
            parameter("Description", 4001),
        ),
    ]
}
