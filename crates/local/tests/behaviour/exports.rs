//! Exports, imports and their locks, and SSM parameters of other stacks.

use formwork_local::model::request::{CreateStack, ListExports, ListImports, Request};
use formwork_local::model::response::Response;

use crate::bench::{Bench, desired, parameters, wait};

fn exporter(value: &str) -> String {
    parameters(&[("A", value)])
        + "Outputs: {A: {Value: !GetAtt A.Value, Export: {Name: !Sub '${AWS::StackName}-a'}}}\n"
}

/// Returns a bench with the stack `up`, whose export `up-a` the stack `down` imports.
async fn linked() -> Bench {
    let bench = Bench::new();
    bench.create("up", &exporter("one")).unwrap();
    wait(60.0).await;
    bench
        .create("down", &parameters(&[("B", "!ImportValue up-a")]))
        .unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("down"), "CREATE_COMPLETE");
    bench
}

#[tokio::test(start_paused = true)]
async fn exports_and_imports_are_listed() {
    let bench = linked().await;
    let Response::ListExports(exports) = bench
        .call(Request::ListExports(ListExports::default()))
        .unwrap()
    else {
        panic!()
    };
    let shown: Vec<_> = exports
        .items
        .iter()
        .map(|one| format!("{}={}", one.name, one.value))
        .collect();
    assert_eq!(shown, ["up-a=one"]);
    let imports = |name: &str| {
        let request = ListImports {
            export_name: name.to_owned(),
            next_token: None,
        };
        bench.call(Request::ListImports(request))
    };
    let Response::ListImports(page) = imports("up-a").unwrap() else {
        panic!()
    };
    assert_eq!(page.items, ["down"]);
    assert_eq!(
        imports("nope").unwrap_err().message,
        "No export named nope found."
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_whose_export_is_used_is_not_deleted() {
    let bench = linked().await;
    let since = bench.events("up").len();
    bench.delete("up").unwrap();
    assert_eq!(bench.status("up"), "DELETE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    insta::assert_snapshot!(bench.log("up", since), @r"
    0.0 up DELETE_IN_PROGRESS: User Initiated
    1.0 up CREATE_COMPLETE: Delete canceled. Cannot delete export up-a as it is in use by down.
    ");
    assert_eq!(bench.outputs("up"), "A=one");
    bench.delete("down").unwrap();
    wait(60.0).await;
    bench.delete("up").unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("up"),
        "ValidationError: Stack with id up does not exist"
    );
}

#[tokio::test(start_paused = true)]
async fn a_used_export_cannot_change_or_vanish() {
    let bench = linked().await;
    bench.update("up", &exporter("two")).unwrap();
    wait(2.0).await;
    let reasons = |bench: &Bench| {
        let events = bench.events("up");
        let rollback = events
            .iter()
            .rfind(|event| event.status == "UPDATE_ROLLBACK_IN_PROGRESS");
        rollback.unwrap().status_reason.clone().unwrap()
    };
    wait(60.0).await;
    assert_eq!(bench.status("up"), "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(
        reasons(&bench),
        "Cannot update export up-a as it is in use by down."
    );
    bench.update("up", &parameters(&[("A", "one")])).unwrap();
    wait(60.0).await;
    assert_eq!(
        reasons(&bench),
        "Cannot delete export up-a as it is in use by down."
    );
    bench.delete("down").unwrap();
    wait(60.0).await;
    bench.update("up", &exporter("two")).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("up"), "UPDATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn an_export_has_one_owner() {
    let bench = linked().await;
    let template = parameters(&[("A", "x")]) + "Outputs: {A: {Value: x, Export: {Name: up-a}}}\n";
    bench.create("other", &template).unwrap();
    wait(60.0).await;
    let events = bench.events("other");
    let rollback = events
        .iter()
        .find(|event| event.status == "ROLLBACK_IN_PROGRESS")
        .unwrap();
    assert_eq!(
        rollback.status_reason.as_deref(),
        Some("Export with name up-a is already exported by stack up. Rollback requested by user.")
    );
}

#[tokio::test(start_paused = true)]
async fn ssm_parameters_resolve_by_type_and_by_reference() {
    let bench = Bench::new();
    let source = |value: &str| {
        format!(
            "Resources: {{P: {{Type: AWS::SSM::Parameter, Properties: {{Name: /team/size, Type: String, Value: {value}}}}}}}"
        )
    };
    bench.create("source", &source("one")).unwrap();
    wait(60.0).await;
    let user = "Parameters:
  Size: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /team/size}
  Image: {Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: /aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64}
Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Size}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: '{{resolve:ssm:/team/size}}'}}
  C: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: '{{resolve:ssm:/team/size:1}}'}}
Outputs: {A: {Value: !GetAtt A.Value}, B: {Value: !GetAtt B.Value}, C: {Value: !GetAtt C.Value}, Image: {Value: !Ref Image}}
";
    bench.create("user", user).unwrap();
    wait(60.0).await;
    let outputs = bench.outputs("user");
    assert!(
        outputs.starts_with("A=one B=one C=one Image=ami-0"),
        "{outputs}"
    );
    bench.update("source", &source("two")).unwrap();
    wait(60.0).await;
    bench.update("user", user).unwrap();
    wait(60.0).await;
    let outputs = bench.outputs("user");
    assert!(
        outputs.starts_with("A=two B=two C=one Image="),
        "fetched anew: {outputs}"
    );
    let parameters = bench.describe("user").unwrap().parameters;
    assert_eq!(parameters[0].value, "/team/size");
    assert_eq!(parameters[0].resolved_value.as_deref(), Some("two"));
}

#[tokio::test(start_paused = true)]
async fn a_missing_ssm_parameter_is_refused_or_fails() {
    let bench = Bench::new();
    let template = "Parameters: {P: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /nope}}
Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref P}}}
";
    assert_eq!(
        bench.create("s", template).unwrap_err().message,
        "Unable to fetch parameters [/nope] from parameter store for this account."
    );
    let request = CreateStack {
        desired: desired("r", &parameters(&[("A", "'{{resolve:ssm:/nope}}'")])),
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap();
    wait(60.0).await;
    let events = bench.events("r");
    let rollback = events
        .iter()
        .find(|event| event.status == "ROLLBACK_IN_PROGRESS")
        .unwrap();
    let reason = rollback.status_reason.as_deref().unwrap();
    assert!(
        reason.starts_with("Parameters: [ssm:/nope] cannot be found."),
        "{reason}"
    );
}
