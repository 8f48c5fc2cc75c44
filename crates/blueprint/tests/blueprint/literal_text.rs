//! Literal text that looks like a reference: shell, inline code, policy variables, regular expressions.
//!
//! Accepted text reaches the property unchanged. All other text is an error, and its help leads to
//! a text that is accepted and has the intended meaning.

use crate::support::{self, load_files, part, problems};
use formwork_template::sub::{self, Part};
use formwork_template::{Intrinsic, Node, Value};

const BLUEPRINT: &str = "name = \"demo\"\n[vars]\nname = \"demo\"\n";

/// Returns a stack whose `Text` is `text`, quoted so that TOML does not change it.
fn stack(text: &str) -> String {
    let quoted: String = text
        .chars()
        .map(|c| match c {
            '"' => "\\\"".to_owned(),
            '\\' => "\\\\".to_owned(),
            '\n' => "\\n".to_owned(),
            '\t' => "\\t".to_owned(),
            c => c.to_string(),
        })
        .collect();
    format!(
        "[Vpc]\ntype = \"Acme::EC2::VPC\"\n[It]\ntype = \"Acme::SSM::Parameter\"\nName = \"${{vars.name}}\"\nText = \"{quoted}\"\n"
    )
}

fn load(text: &str) -> formwork_blueprint::LoadOutput {
    let stack = stack(text);
    load_files(&[
        ("blueprint.toml", BLUEPRINT),
        ("stacks/web.toml", &stack),
        (
            "stacks/setup.sh",
            "echo ${HOME} ${VAR:-x} $(date) ${aws:username}\n",
        ),
    ])
}

/// Returns the property's value after deployment, with `vpc-1` for the VPC.
fn deployed(node: &Node) -> String {
    match (&node.value, node.intrinsic()) {
        (Value::String(text), _) => text.clone(),
        (_, Some(Intrinsic::Ref("Vpc"))) => "vpc-1".to_owned(),
        (
            _,
            Some(Intrinsic::Sub {
                text,
                variables: None,
            }),
        ) => sub::parts(text)
            .into_iter()
            .map(|part| match part {
                Part::Literal(text) => text.to_owned(),
                Part::Escaped(text) => format!("${{{text}}}"),
                Part::Reference { name: "Vpc", .. } => "vpc-1".to_owned(),
                Part::Reference { name, .. } => panic!("`{name}` became a reference"),
            })
            .collect(),
        (_, Some(Intrinsic::Other(formwork_template::Function::Join, argument))) => {
            let list = argument.at("1").and_then(Node::as_list).unwrap();
            list.iter().map(deployed).collect()
        }
        other => panic!("cannot be deployed: {other:?}"),
    }
}

fn text_of(loaded: &formwork_blueprint::LoadOutput) -> Option<String> {
    let blueprint = loaded.blueprint.as_ref()?;
    let text = part(blueprint, "web", "Resources.It.Properties.Text");
    let file = formwork_template::diagnostics::Sources::default().add("text.json", text.as_str());
    let node = formwork_template::read(file, &format!("{{\"It\": {text}}}"))
        .node
        .unwrap();
    Some(deployed(node.get("It").unwrap()))
}

#[test]
fn literal_text_is_rendered_unchanged() {
    let cases = [
        // shell, as in UserData
        ("#!/bin/bash\necho $HOME", "#!/bin/bash\necho $HOME"),
        ("now=$(date +%s)", "now=$(date +%s)"),
        (
            "awk '{print $1}' | cut -d$ -f2",
            "awk '{print $1}' | cut -d$ -f2",
        ),
        (
            "pid=$$ last=$! args=$@ count=$#",
            "pid=$$ last=$! args=$@ count=$#",
        ),
        ("cost: 5$", "cost: 5$"),
        ("$", "$"),
        ("$ {x} $x{y}", "$ {x} $x{y}"),
        ("echo ${!HOME}", "echo ${HOME}"),
        ("echo ${!VAR:-default}", "echo ${VAR:-default}"),
        ("echo ${!a${!b}}", "echo ${a${b}}"),
        (
            "if ((${!#array[@]} > 1)); then :; fi",
            "if ((${#array[@]} > 1)); then :; fi",
        ),
        // other template languages
        (
            "{{ jinja }} {% raw %} <%= erb %> #{ruby} %{puppet}",
            "{{ jinja }} {% raw %} <%= erb %> #{ruby} %{puppet}",
        ),
        ("{{resolve:ssm:/app/key:1}}", "{{resolve:ssm:/app/key:1}}"),
        ("`hello ${!name}`", "`hello ${name}`"),
        // policies
        (
            "arn:aws:s3:::bucket/${!aws:username}/*",
            "arn:aws:s3:::bucket/${aws:username}/*",
        ),
        // regular expressions
        (r"^[a-z]{2,3}\$?$", r"^[a-z]{2,3}\$?$"),
        (r"(\d+)$1 \${!1}", r"(\d+)$1 \${1}"),
        // next to references
        ("$x ${Vpc} $(y) ${!z}", "$x vpc-1 $(y) ${z}"),
        ("${!aws:username}@${Vpc}", "${aws:username}@vpc-1"),
        ("${!a${Vpc}b}", "${avpc-1b}"),
        ("${!}${Vpc}", "${}vpc-1"),
        ("${!never closed ${Vpc}", "${never closed vpc-1"),
        ("$${Vpc}", "$vpc-1"),
        ("${!!x} ${Vpc}", "${!x} vpc-1"),
        ("${vars.name}: ${!vars.name}", "demo: ${vars.name}"),
        // data that comes from a file
        (
            "${file('setup.sh')}",
            "echo ${HOME} ${VAR:-x} $(date) ${aws:username}\n",
        ),
        (
            "${Vpc}: ${file('setup.sh')}",
            "vpc-1: echo ${HOME} ${VAR:-x} $(date) ${aws:username}\n",
        ),
    ];
    for (text, expect) in cases {
        let loaded = load(text);
        let found = text_of(&loaded)
            .unwrap_or_else(|| panic!("`{text}` is refused:\n{}", problems(&loaded)));
        assert_eq!(found, expect, "{text}");
    }
}

#[test]
fn explicit_sub_and_inline_assets_are_not_parsed() {
    let loaded = load_files(&[
        (
            "blueprint.toml",
            "name = \"demo\"\n[assets.handler]\npath = \"handler.js\"\ninline = true\n",
        ),
        (
            "stacks/web.toml",
            r#"
[Vpc]
type = "Acme::EC2::VPC"
[It]
type = "Acme::SSM::Parameter"
Text = { "Fn::Sub" = "echo ${!HOME} ${Vpc} $x" }
[Run]
type = "AWS::Lambda::Function"
Handler = "index.run"
Runtime = "nodejs22.x"
Role = "arn:aws:iam::111122223333:role/run"
Code = "${assets.handler}"
"#,
        ),
        ("handler.js", "exports.run = (e) => `${e.path} ${!e.ok}`;\n"),
    ]);
    let blueprint = support::expect_valid(loaded);
    let text = part(&blueprint, "web", "Resources.It.Properties.Text");
    assert_eq!(text, r#"{"Fn::Sub":"echo ${!HOME} ${Vpc} $x"}"#);
    let code = part(&blueprint, "web", "Resources.Run.Properties.Code.ZipFile");
    assert_eq!(code, r#""exports.run = (e) => `${e.path} ${!e.ok}`;\n""#);
}

#[test]
fn invalid_references_have_a_help_that_works() {
    let cases = [
        // shell
        "echo ${HOME}",
        "echo ${VAR:-default}",
        "echo ${VAR:=x} and more",
        "echo ${#array[@]}",
        "echo ${array[0]}",
        "${file%.*}",
        "${path##*/}",
        "${name^^}",
        "${text//a/b}",
        "${1}",
        "${10} ",
        "${@}",
        "${?}",
        "${BASH_SOURCE[0]}",
        "${!HOME} ${PATH}",
        // policies
        "arn:aws:s3:::bucket/${aws:username}/*",
        "${aws:PrincipalTag/team}",
        "${saml:sub}",
        "${cognito-identity.amazonaws.com:sub}",
        "${*}",
        // code
        "`hello ${user.name}`",
        "${JSON.stringify(event)}",
        "${i + 1}",
        "${ok ? 'a' : 'b'}",
        "${items.map(x => x.id).join(',')}",
        "${it's}",
        "${\"a\" + b}",
        "${fn(x)}",
        "${{a: 1}}",
        // regular expressions and the like
        r"${\d+}",
        "${}",
        "${ }",
        "${a${b}}",
        // invalid references in a script
        "echo ${vars.nmae}",
        "export HOME=${env.HOME}",
        "$(cat ${Vpcc}) and ${Vpc}",
        "echo ${AWS::Regionn}",
        "first\n${stacks.other.Output}",
        "#!/bin/sh ${each.value}",
        "cd /tmp && unzip ${assets.code.key}",
        // never closed
        "${",
        "echo ${HOME",
    ];
    for text in cases {
        let loaded = load(text);
        assert!(loaded.blueprint.is_none(), "`{text}` is let through");
        assert_eq!(loaded.problems.len(), 1, "`{text}`:\n{}", problems(&loaded));
        let help = loaded.problems[0].help.as_deref().unwrap_or_default();
        let written = help
            .split('`')
            .skip(1)
            .step_by(2)
            .find(|part| part.starts_with("${!"))
            .unwrap_or_else(|| panic!("`{text}`: no way out in the help: {help}"));
        let fixed = text.replacen(&written.replace("${!", "${"), written, 1);
        assert_ne!(fixed, text, "{help}");
        let loaded = load(&fixed);
        let found = text_of(&loaded)
            .unwrap_or_else(|| panic!("`{text}` by its help `{fixed}`:\n{}", problems(&loaded)));
        // References stay references, and the rest is literal text.
        let expect = text
            .replace("${Vpc}", "vpc-1")
            .replace("${!HOME}", "${HOME}");
        assert_eq!(found, expect, "{fixed}");
    }
    assert!(cases.len() >= 40);
}

#[test]
fn invalid_references_outside_of_scripts_have_no_help_for_literal_text() {
    for (text, help) in [
        ("${vars.nmae}", Some("did you mean `${vars.name}`?")),
        ("${Vpcc} and ${Vpc}", Some("did you mean `${Vpc}`?")),
        ("${vpc}", Some("did you mean `${Vpc}`?")),
        ("${name}", Some("did you mean `${vars.name}`?")),
        ("${AWS::Regionn}", Some("did you mean `${AWS::Region}`?")),
        ("${Unrelated}", None),
        ("${stacks.other.Output}", None),
        ("${each.value}", None),
        ("${env.HOME}", Some("did you mean `${env.name}`?")),
    ] {
        let loaded = load(text);
        assert_eq!(loaded.problems.len(), 1, "`{text}`:\n{}", problems(&loaded));
        assert_eq!(loaded.problems[0].help.as_deref(), help, "{text}");
    }
}
