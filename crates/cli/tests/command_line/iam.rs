//! `iam`: the least-privilege policy, and the reason for each action.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sandbox::sandbox_with;

/// A function with its role.
const WORKER: &str = r#"name = "shop"
region = "us-east-1"
[env.prod]
account = "111122223333"
[stacks.worker.Role]
type = "AWS::IAM::Role"
[stacks.worker.Role.AssumeRolePolicyDocument]
Version = "2012-10-17"
Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
[stacks.worker.Worker]
type = "AWS::Lambda::Function"
Role = "${Role.Arn}"
Code = { ZipFile = "def handler(event, context): pass" }
Handler = "index.handler"
Runtime = "python3.13"
"#;

fn statements(document: &Value) -> &Vec<Value> {
    document["Statement"].as_array().unwrap()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    match value {
        Value::Array(all) => all.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    }
}

/// Returns the statements that allow an action.
fn allowing<'d>(document: &'d Value, action: &str) -> Vec<&'d Value> {
    let all = statements(document).iter();
    all.filter(|statement| texts(&statement["Action"]).contains(action))
        .collect()
}

#[test]
fn the_policy_allows_the_calls_of_handlers_and_formwork_only() {
    let sandbox = sandbox_with(WORKER);
    let output = sandbox
        .run(&["iam", "-e", "prod", "--format", "json"])
        .expect_code(0);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    assert_eq!(document["Version"], "2012-10-17");
    let pass = allowing(&document, "iam:PassRole");
    assert_eq!(pass.len(), 1);
    assert_eq!(
        pass[0]["Resource"],
        "arn:aws:iam::111122223333:role/shop-prod-worker-Role-*"
    );
    assert_eq!(
        pass[0]["Condition"]["StringEquals"]["iam:PassedToService"],
        "lambda.amazonaws.com"
    );
    let create = allowing(&document, "iam:CreateRole");
    assert_eq!(create.len(), 1);
    assert_eq!(create[0]["Resource"], pass[0]["Resource"]);
    let stacks = allowing(&document, "cloudformation:CreateStack");
    assert_eq!(
        stacks[0]["Resource"],
        "arn:aws:cloudformation:us-east-1:111122223333:stack/shop-prod-*/*"
    );
    assert_eq!(allowing(&document, "lambda:CreateFunction").len(), 1);
    // The code is in the template, so that no bucket is needed.
    assert!(allowing(&document, "s3:PutObject").is_empty());
    for statement in statements(&document) {
        assert!(
            texts(&statement["Action"])
                .iter()
                .all(|action| !action.contains('*'))
        );
    }

    let text = sandbox.run(&["iam", "-e", "prod"]).expect_code(0).stdout;
    assert!(text.contains("lambda:CreateFunction"), "{text}");
    assert!(text.contains("creates AWS::Lambda::Function"), "{text}");
}

#[test]
fn a_stack_with_its_own_role_needs_only_pass_role() {
    let role = "arn:aws:iam::111122223333:role/deployer";
    let blueprint = WORKER.replace(
        "[stacks.worker.Role]",
        &format!("[stacks.worker]\nrole_arn = \"{role}\"\n[stacks.worker.Role]"),
    );
    let output = sandbox_with(&blueprint)
        .run(&["iam", "--format", "json"])
        .expect_code(0);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let pass = allowing(&document, "iam:PassRole");
    assert_eq!(pass[0]["Resource"], role);
    assert_eq!(
        pass[0]["Condition"]["StringEquals"]["iam:PassedToService"],
        "cloudformation.amazonaws.com"
    );
    assert!(allowing(&document, "lambda:CreateFunction").is_empty());
    assert!(output.stderr.contains("left out"), "{}", output.stderr);
}

#[test]
fn the_policy_passes_formwork_check() {
    let output = sandbox_with(WORKER)
        .run(&["iam", "--format", "json"])
        .expect_code(0);
    let template = format!(
        "{{\"Resources\": {{\"P\": {{\"Type\": \"AWS::IAM::ManagedPolicy\", \"Properties\": {{\"PolicyDocument\": {}}}}}}}}}",
        output.stdout
    );
    let sandbox =
        sandbox_with("name = \"p\"\nregion = \"us-east-1\"\n[stacks.p]\ntemplate = \"p.json\"\n")
            .with("p.json", template);
    let checked = sandbox.run(&["check"]).expect_code(0);
    assert_eq!(checked.stderr, "");
}

#[test]
fn the_documentation_lists_formworks_own_permissions() {
    let page = include_str!("../../../../docs/iam.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let shown: Value = serde_json::from_str(block).unwrap();
    // The asset needs the bucket; the resources of a stack with its own role are not in the policy.
    let blueprint = "name = \"secure-private-api\"\nregion = \"us-east-1\"\nenv.prod.account = \"111122223333\"\n\
        assets.site.path = \"site\"\n[stacks.a]\nname = \"secure-private-api-a\"\n\
        role_arn = \"arn:aws:iam::111122223333:role/x\"\n[stacks.a.F]\ntype = \"AWS::Lambda::Function\"\n\
        Role = \"arn:aws:iam::111122223333:role/y\"\nCode = \"${assets.site}\"\nHandler = \"a.b\"\nRuntime = \"python3.13\"\n";
    let sandbox = sandbox_with(blueprint).with("site/a.py", "b = 1\n");
    let output = sandbox
        .run(&["iam", "-e", "prod", "--format", "json"])
        .expect_code(0);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let by_sid = |document: &Value| -> Vec<Value> {
        let mut own: Vec<Value> = statements(document)
            .iter()
            .filter(|statement| statement["Sid"] != "PassStackRole")
            .cloned()
            .collect();
        own.sort_by_key(|statement| statement["Sid"].as_str().unwrap().to_owned());
        own
    };
    let ours = by_sid(&document);
    let shown = by_sid(&shown);
    for (ours, shown) in ours.iter().zip(&shown) {
        assert_eq!(ours["Sid"], shown["Sid"]);
        assert_eq!(
            texts(&ours["Action"]),
            texts(&shown["Action"]),
            "{}",
            ours["Sid"]
        );
        let ours = ours["Resource"].as_str().unwrap();
        let ours = ours.replace(
            "stack/secure-private-api-a/*",
            "stack/secure-private-api-*/*",
        );
        assert_eq!(ours, shown["Resource"].as_str().unwrap());
    }
    assert_eq!(ours.len(), shown.len());
}

#[test]
fn the_targets_of_custom_resources_may_be_called() {
    let blueprint = format!(
        "{WORKER}[stacks.worker.Told]\ntype = \"AWS::SNS::Topic\"\nTopicName = \"told\"\n\
         [stacks.worker.A]\ntype = \"Custom::A\"\nServiceToken = \"${{Worker.Arn}}\"\n\
         [stacks.worker.B]\ntype = \"Custom::B\"\nServiceToken = \"${{Told}}\"\n\
         [stacks.worker.C]\ntype = \"Custom::C\"\nServiceToken = \"arn:aws:lambda:us-east-1:111122223333:function:mine\"\n"
    );
    let output = sandbox_with(&blueprint)
        .run(&["iam", "-e", "prod", "--format", "json"])
        .expect_code(0);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let about = |action: &str| -> Vec<String> {
        let allowing = allowing(&document, action);
        let all = allowing.iter().flat_map(|one| texts(&one["Resource"]));
        all.map(str::to_owned).collect()
    };
    assert_eq!(
        about("lambda:InvokeFunction"),
        [
            "arn:aws:lambda:us-east-1:111122223333:function:mine",
            "arn:aws:lambda:us-east-1:111122223333:function:shop-prod-worker-Worker-*",
        ]
    );
    assert_eq!(
        about("sns:Publish"),
        ["arn:aws:sns:us-east-1:111122223333:told"]
    );
    assert!(!output.stderr.contains("Custom::"), "{}", output.stderr);
}

#[test]
fn only_types_with_a_role_property_need_pass_role() {
    let api = "name = \"shop\"\nregion = \"us-east-1\"\n[stacks.a.Api]\ntype = \"AWS::ApiGateway::RestApi\"\nName = \"a\"\n";
    let passing = |blueprint: &str| {
        let output = sandbox_with(blueprint)
            .run(&["iam", "--format", "json"])
            .expect_code(0);
        let document: Value = serde_json::from_str(&output.stdout).unwrap();
        allowing(&document, "iam:PassRole").len()
    };
    assert_eq!(passing(api), 0);
    let without = format!("{api}BinaryMediaTypes = [\"text/html\"]\n");
    assert_eq!(passing(&without), 0);
    let from_elsewhere = format!("{api}BodyS3Location = {{ Bucket = \"b\", Key = \"k\" }}\n");
    assert_eq!(passing(&from_elsewhere), 1);
}

/// Returns the passed roles in the policy of [`WORKER`] with another role, if they are limited, and the notes.
fn passed(role: &str, more: &str) -> (BTreeSet<String>, bool, String) {
    let blueprint = WORKER.replace("Role = \"${Role.Arn}\"", &format!("Role = {role}"));
    let sandbox = sandbox_with(&format!("{blueprint}{more}"));
    let output = sandbox
        .run(&["iam", "-e", "prod", "--format", "json"])
        .expect_code(0);
    let document: Value = serde_json::from_str(&output.stdout).unwrap();
    let pass = allowing(&document, "iam:PassRole");
    let all = pass.iter().flat_map(|one| texts(&one["Resource"]));
    let limited = pass.iter().all(|one| !one["Condition"].is_null());
    (all.map(str::to_owned).collect(), limited, output.stderr)
}

#[test]
fn a_role_is_resolved_through_texts_and_other_stacks() {
    let made =
        BTreeSet::from(["arn:aws:iam::111122223333:role/shop-prod-worker-Role-*".to_owned()]);
    let text = "\"arn:aws:iam::${AWS::AccountId}:role/${Role}\"";
    let (roles, limited, notes) = passed(text, "");
    assert_eq!((&roles, limited), (&made, true), "{notes}");

    let written = "\"arn:${AWS::Partition}:iam::${AWS::AccountId}:role/mine\"";
    let (roles, limited, notes) = passed(written, "");
    let mine = BTreeSet::from(["arn:aws:iam::111122223333:role/mine".to_owned()]);
    // The services that it trusts are unknown.
    assert_eq!((&roles, limited), (&mine, false), "{notes}");

    let elsewhere = "[stacks.roles.outputs]\nArn = \"${Theirs.Arn}\"\n[stacks.roles.Theirs]\ntype = \"AWS::IAM::Role\"\n\
        AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { Service = \"lambda.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] }\n";
    let (roles, limited, notes) = passed("\"${stacks.roles.Arn}\"", elsewhere);
    let theirs =
        BTreeSet::from(["arn:aws:iam::111122223333:role/shop-prod-roles-Theirs-*".to_owned()]);
    assert_eq!((&roles, limited), (&theirs, true), "{notes}");
}

#[test]
fn an_unknown_role_allows_passing_any_role() {
    let (roles, _, notes) = passed("{ \"Fn::ImportValue\" = \"role\" }", "");
    let any = BTreeSet::from(["arn:aws:iam::111122223333:role/*".to_owned()]);
    assert_eq!(roles, any);
    let note =
        "the role of worker.Worker (AWS::Lambda::Function) is unknown: any role may be passed";
    assert!(notes.contains(note), "{notes}");
}
