//! Rejected requests with their messages, and client request tokens.

use formwork_local::model::request::{
    ChangeSetType, CreateStack, DeleteStack, ListStacks, OnFailure, Request, StackPageRequest,
    StackSpec, TemplateSource,
};
use formwork_local::{FaultPhase, InjectedFault};

use crate::bench::{Bench, change_set, desired, given, parameters, tag, wait};

fn rejected(bench: &Bench, desired: StackSpec) -> String {
    let request = CreateStack {
        desired,
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap_err().to_string()
}

#[tokio::test(start_paused = true)]
async fn a_wrong_template_is_refused_in_cloudformations_words() {
    let bench = Bench::new();
    let resource = "{Type: AWS::SNS::Topic}";
    let many = |count: usize| {
        let lines = (0..count).map(|index| format!("  R{index}: {resource}\n"));
        format!("Resources:\n{}", lines.collect::<String>())
    };
    for (template, expect) in [
        (
            "Resources: {}".to_owned(),
            "Template format error: At least one Resources member must be defined.",
        ),
        (
            "Outputs: {}".to_owned(),
            "Template format error: At least one Resources member must be defined.",
        ),
        (
            many(501),
            "Template format error: Number of resources, 501, is greater than maximum allowed, 500",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Ref X}}}".to_owned(),
            "Template format error: Unresolved resource dependencies [X] in the Resources block of the template",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, Properties: {TopicName: !GetAtt A.Nope}}}".to_owned(),
            "Template error: resource A does not support attribute type Nope in Fn::GetAtt",
        ),
        (
            "Resources: {A: {Type: AWS::SNS::Topic, DependsOn: B}, B: {Type: AWS::SNS::Topic, DependsOn: A}}".to_owned(),
            "Circular dependency between resources: [A, B]",
        ),
        (
            format!("Resources: {{a-b: {resource}}}"),
            "Template format error: Resource name a-b is non alphanumeric.",
        ),
        (
            "Resources: {A: {Type: Topic}}".to_owned(),
            "Template format error: Unrecognized resource types: [Topic]",
        ),
        (
            format!("Transform: AWS::Serverless-2016-10-31\nResources: {{A: {resource}}}"),
            "The local cloud does not run transforms: [AWS::Serverless-2016-10-31]. Deploy this template to AWS",
        ),
        (
            format!("Transform: [{{Name: A}}, B]\nResources: {{A: {resource}, 'Fn::Transform': {{Name: C}}}}"),
            "The local cloud does not run transforms: [A, B, C]. Deploy this template to AWS",
        ),
    ] {
        let message = rejected(&bench, desired("s", &template));
        assert_eq!(message, format!("ValidationError: {expect}"));
    }
    assert_eq!(bench.record(), "");
}

#[tokio::test(start_paused = true)]
async fn sizes_are_limited() {
    let bench = Bench::new();
    let text = format!("{}# {}", parameters(&[("A", "a")]), "x".repeat(51_200));
    let message = rejected(&bench, desired("s", &text));
    assert!(message.starts_with("ValidationError: 1 validation error detected: Value '"));
    assert!(message.ends_with("' at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200"));
    let by_url = |text: &str| StackSpec {
        template: TemplateSource::Url(text.to_owned()),
        ..desired("s", "")
    };
    assert!(
        rejected(&bench, by_url(&"x".repeat(1_048_577)))
            .contains("Template may not exceed 1048576 bytes")
    );
    let request = CreateStack {
        desired: by_url(&text),
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap();
    let reference = "'{{resolve:ssm:/x}}'";
    let many: Vec<_> = (0..61)
        .map(|index| (format!("R{index}"), reference))
        .collect();
    let many: Vec<_> = many
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    assert!(rejected(&bench, desired("r", &parameters(&many))).contains("dynamic references, 61,"));
    let mut tagged = desired("t", &parameters(&[("A", "a")]));
    tagged.tags = Some((0..51).map(|index| tag(&index.to_string(), "x")).collect());
    assert!(rejected(&bench, tagged).contains("'tags'"));
}

#[tokio::test(start_paused = true)]
async fn names_and_tokens_have_a_form() {
    let bench = Bench::new();
    let template = parameters(&[("A", "a")]);
    for name in ["1st", "a_b", "", &"a".repeat(129)] {
        let message = rejected(&bench, desired(name, &template));
        assert!(
            message.contains("at 'stackName' failed to satisfy constraint"),
            "{message}"
        );
    }
    let mut request = desired("s", &template);
    request.token = Some("-x".to_owned());
    assert!(rejected(&bench, request).contains("'clientRequestToken'"));
}

#[tokio::test(start_paused = true)]
#[expect(clippy::too_many_lines, reason = "a flat list of requests")]
async fn parameters_are_held_against_their_declarations() {
    let bench = Bench::new();
    let check = |declaration: &str, value: Option<&str>, expect: &str| {
        let template = format!(
            "Parameters: {{P: {{{declaration}}}}}\nResources: {{A: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Sub '${{P}}'}}}}}}"
        );
        let mut request = desired("s", &template);
        request.parameters = value.map(|value| given("P", value)).into_iter().collect();
        assert_eq!(
            rejected(&bench, request),
            format!("ValidationError: {expect}"),
            "{declaration}"
        );
    };
    check("Type: String", None, "Parameters: [P] must have values");
    check("Type: Number", Some("x"), "Parameter 'P' must be a number");
    check(
        "Type: Number, MinValue: 3",
        Some("2"),
        "Parameter 'P' must be a number not less than 3",
    );
    check(
        "Type: Number, MaxValue: 3",
        Some("4"),
        "Parameter 'P' must be a number not greater than 3",
    );
    check(
        "Type: String, MinLength: 2",
        Some("x"),
        "Parameter 'P' must contain at least 2 characters",
    );
    check(
        "Type: String, MaxLength: 2",
        Some("xxx"),
        "Parameter 'P' must contain at most 2 characters",
    );
    check(
        "Type: String, AllowedValues: [a, b]",
        Some("c"),
        "Parameter 'P' must be one of AllowedValues",
    );
    check(
        "Type: String, AllowedPattern: '[a-z]+'",
        Some("a1"),
        "Parameter 'P' must match pattern [a-z]+",
    );
    check(
        "Type: String, AllowedPattern: '[a-z]+', ConstraintDescription: only letters",
        Some("a1"),
        "Parameter P failed to satisfy constraint: only letters",
    );
    let mut request = desired("s", &parameters(&[("A", "a")]));
    request.parameters = vec![given("Q", "x")];
    assert_eq!(
        rejected(&bench, request),
        "ValidationError: Parameters: [Q] do not exist in the template"
    );
    let mut request = desired(
        "s",
        "Parameters: {P: {Type: String}}\nResources: {A: {Type: AWS::SNS::Topic}}",
    );
    request.parameters = vec![given("P", &"x".repeat(4097))];
    assert!(rejected(&bench, request).ends_with("less than or equal to 4096"));
}

#[tokio::test(start_paused = true)]
async fn capabilities_are_required() {
    let bench = Bench::new();
    let role = "Resources: {R: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}}";
    let named = "Resources: {R: {Type: AWS::IAM::Role, Properties: {RoleName: r, AssumeRolePolicyDocument: {}}}}";
    let with = |template: &str, capabilities: &[&str]| {
        let mut request = desired("s", template);
        request.capabilities = capabilities.iter().map(|one| (*one).to_owned()).collect();
        request
    };
    assert_eq!(
        rejected(&bench, with(role, &[])),
        "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]"
    );
    assert_eq!(
        rejected(&bench, with(named, &["CAPABILITY_IAM"])),
        "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_NAMED_IAM]"
    );
    assert!(rejected(&bench, with(role, &["CAPABILITY_ALL"])).contains("'capabilities'"));
    let request = CreateStack {
        desired: with(role, &["CAPABILITY_NAMED_IAM"]),
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap();
    assert_eq!(
        bench.describe("s").unwrap().capabilities,
        ["CAPABILITY_NAMED_IAM"]
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_there_is_not_created_again_and_what_is_not_there_not_changed() {
    let bench = Bench::new();
    let template = parameters(&[("A", "a")]);
    let id = bench.create("s", &template).unwrap();
    assert_eq!(
        rejected(&bench, desired("s", &template)),
        "AlreadyExistsException: Stack [s] already exists"
    );
    assert_eq!(
        bench.update("s", &template).unwrap_err().message,
        format!("Stack:{id} is in CREATE_IN_PROGRESS state and can not be updated.")
    );
    assert_eq!(
        bench.update("x", &template).unwrap_err().message,
        "Stack [x] does not exist"
    );
    assert_eq!(
        bench.describe("x").unwrap_err().message,
        "Stack with id x does not exist"
    );
    let events = StackPageRequest {
        stack_name: "x".to_owned(),
        next_token: None,
    };
    let error = bench
        .call(Request::DescribeStackEvents(events))
        .unwrap_err();
    assert_eq!(error.message, "Stack [x] does not exist");
    let missing = change_set("x", ChangeSetType::Update, &template);
    assert_eq!(
        bench.change_set(missing).unwrap_err().message,
        "Stack [x] does not exist"
    );
}

#[tokio::test(start_paused = true)]
async fn a_rolled_back_create_can_only_be_deleted() {
    let bench = Bench::new();
    let template = parameters(&[("A", "a")]);
    bench.fail(&InjectedFault::new("A", FaultPhase::Create, "no"));
    let id = bench.create("s", &template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "ROLLBACK_COMPLETE");
    let expect = format!("Stack:{id} is in ROLLBACK_COMPLETE state and can not be updated.");
    assert_eq!(bench.update("s", &template).unwrap_err().message, expect);
    let request = change_set("s", ChangeSetType::Update, &template);
    assert_eq!(bench.change_set(request).unwrap_err().message, expect);
    assert_eq!(
        bench.create("s", &template).unwrap_err().code,
        "AlreadyExistsException"
    );
    bench.delete("s").unwrap();
    wait(60.0).await;
    bench.cloud.clear_faults().unwrap();
    bench.create("s", &template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn the_same_token_gets_the_same_answer() {
    let bench = Bench::new();
    let mut request = desired("s", &parameters(&[("A", "a")]));
    request.token = Some("token-1".to_owned());
    let request = CreateStack {
        desired: request,
        ..CreateStack::default()
    };
    let id = bench.create_as(request.clone()).unwrap();
    wait(60.0).await;
    assert_eq!(bench.create_as(request.clone()).unwrap(), id);
    assert_eq!(
        bench
            .events("s")
            .iter()
            .filter(|event| event.token.as_deref() == Some("token-1"))
            .count(),
        5
    );
    let mut other = request;
    other.desired.tags = Some(vec![tag("a", "b")]);
    assert_eq!(
        bench.create_as(other).unwrap_err().code,
        "TokenAlreadyExistsException"
    );
    let delete = DeleteStack {
        stack_name: "s".to_owned(),
        token: Some("token-1".to_owned()),
        ..DeleteStack::default()
    };
    assert_eq!(
        bench.delete_as(delete.clone()).unwrap_err().code,
        "TokenAlreadyExistsException"
    );
    let delete = DeleteStack {
        token: Some("token-2".to_owned()),
        ..delete
    };
    bench.delete_as(delete.clone()).unwrap();
    bench.delete_as(delete).unwrap();
    let mut update = desired("s", &parameters(&[("A", "b")]));
    update.token = Some("token-1".to_owned());
    assert_eq!(
        bench.update_as(update).unwrap_err().code,
        "TokenAlreadyExistsException"
    );
    assert_eq!(bench.record(), "CreateStack s, DeleteStack s");
}

#[tokio::test(start_paused = true)]
async fn a_refused_call_leaves_nothing() {
    let bench = Bench::new();
    let mut request = desired("s", "Resources: {}");
    request.token = Some("token".to_owned());
    rejected(&bench, request.clone());
    assert_eq!(bench.cloud.call_records().unwrap(), []);
    request.template = TemplateSource::Body(parameters(&[("A", "a")]));
    bench
        .create_as(CreateStack {
            desired: request,
            ..CreateStack::default()
        })
        .unwrap();
    assert_eq!(
        bench.record(),
        "CreateStack s",
        "a token is used up by what was accepted only"
    );
    let answered = bench.cloud.answered_calls();
    let refusals: Vec<_> = answered
        .iter()
        .map(|one| one.error_code.is_some())
        .collect();
    assert_eq!(
        refusals,
        [true, false],
        "this handle remembers refusals too"
    );
}

#[tokio::test(start_paused = true)]
async fn what_excludes_each_other_is_refused() {
    let bench = Bench::new();
    let mut request = CreateStack {
        desired: desired("s", &parameters(&[("A", "a")])),
        on_failure: Some(OnFailure::Rollback),
        ..CreateStack::default()
    };
    request.desired.disable_rollback = Some(true);
    assert!(
        bench
            .create_as(request.clone())
            .unwrap_err()
            .message
            .contains("but not both")
    );
    request.on_failure = None;
    request.desired.deployment_mode = Some("EXPRESS".to_owned());
    assert!(
        bench
            .create_as(request)
            .unwrap_err()
            .message
            .contains("EXPRESS")
    );
    let import = change_set("s", ChangeSetType::Import, &parameters(&[("A", "a")]));
    assert!(
        bench
            .change_set(import)
            .unwrap_err()
            .message
            .contains("IMPORT")
    );
    let list = ListStacks {
        status_filter: vec!["GOOD".to_owned()],
        next_token: None,
    };
    assert_eq!(
        bench.call(Request::ListStacks(list)).unwrap_err().code,
        "ValidationError"
    );
}
