//! Forms as the SDK and the AWS CLI send them, and the requests that they parse into.

use super::*;
use crate::model::request::{DeletionMode, OnFailure, OnStackFailure};
use crate::wire::throttle::RateClass;

fn parse_form(text: &str) -> Result<Request, ApiError> {
    let form = Form::parse(text.as_bytes());
    let action = form.text("Action").unwrap();
    parse(&action, &form, &|url| match url {
        "https://b/k" => Ok("{fetched}".to_owned()),
        _ => Err(ApiError::validation("S3 error")),
    })
}

fn tag(key: &str, value: &str) -> Tag {
    Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}

fn given(key: &str, value: InputValue) -> ParameterInput {
    ParameterInput {
        key: key.to_owned(),
        value,
    }
}

#[test]
fn a_creation_is_read_whole() {
    let request = parse_form(
        "Action=CreateStack&Version=2010-05-15&StackName=net&TemplateBody=%7B%7D\
         &Parameters.member.1.ParameterKey=A&Parameters.member.1.ParameterValue=\
         &Parameters.member.2.ParameterKey=B&Parameters.member.2.ParameterValue=x%26y\
         &Capabilities.member.1=CAPABILITY_IAM&OnFailure=DELETE&TimeoutInMinutes=5\
         &NotificationARNs.member.1=arn%3A1&Tags.member.1.Key=team&Tags.member.1.Value=\
         &RoleARN=arn%3Arole&ClientRequestToken=fw-1&EnableTerminationProtection=true\
         &RetainExceptOnCreate=true&DeploymentConfig.Mode=STANDARD&DeploymentConfig.DisableRollback=false",
    );
    let Ok(Request::CreateStack(create)) = request else {
        panic!("{request:?} is a creation");
    };
    let expect = CreateStack {
        desired: StackSpec {
            stack_name: "net".to_owned(),
            template: TemplateSource::Body("{}".to_owned()),
            parameters: vec![
                given("A", InputValue::Value(String::new())),
                given("B", InputValue::Value("x&y".to_owned())),
            ],
            capabilities: vec!["CAPABILITY_IAM".to_owned()],
            tags: Some(vec![tag("team", "")]),
            role_arn: Some("arn:role".to_owned()),
            notification_arns: Some(vec!["arn:1".to_owned()]),
            disable_rollback: Some(false),
            retain_except_on_create: Some(true),
            token: Some("fw-1".to_owned()),
            deployment_mode: None,
        },
        on_failure: Some(OnFailure::Delete),
        termination_protection: true,
        timeout_in_minutes: Some(5),
    };
    assert_eq!(create, expect);
}

#[test]
fn an_update_tells_absent_lists_from_empty_ones() {
    let tags = |text: &str| match parse_form(&format!(
        "Action=UpdateStack&StackName=a&UsePreviousTemplate=true{text}"
    )) {
        Ok(Request::UpdateStack(update)) => {
            assert_eq!(update.desired.template, TemplateSource::Previous);
            (update.desired.tags, update.desired.parameters)
        }
        other => panic!("{other:?} is an update"),
    };
    assert_eq!(tags("").0, None);
    assert_eq!(tags("&Tags=").0, Some(vec![]));
    let previous = "&Parameters.member.1.ParameterKey=A&Parameters.member.1.UsePreviousValue=true";
    assert_eq!(tags(previous).1, [given("A", InputValue::Previous)]);
}

#[test]
fn a_change_set_is_read_whole() {
    let request = parse_form(
        "Action=CreateChangeSet&StackName=a&ChangeSetName=c&ChangeSetType=CREATE\
         &TemplateURL=https%3A%2F%2Fb%2Fk&ClientToken=t&Description=d&OnStackFailure=DO_NOTHING\
         &DeploymentConfig.Mode=EXPRESS",
    );
    let Ok(Request::CreateChangeSet(create)) = request else {
        panic!("{request:?} is a change set");
    };
    assert_eq!(
        create.desired.template,
        TemplateSource::Url("{fetched}".to_owned())
    );
    assert_eq!(create.desired.token.as_deref(), Some("t"));
    assert_eq!(create.desired.deployment_mode.as_deref(), Some("EXPRESS"));
    assert_eq!(
        (create.kind, create.on_stack_failure),
        (ChangeSetType::Create, Some(OnStackFailure::DoNothing))
    );
    assert_eq!(create.description.as_deref(), Some("d"));
    let update = parse_form("Action=CreateChangeSet&StackName=a&ChangeSetName=c");
    assert!(
        matches!(update, Ok(Request::CreateChangeSet(create)) if create.kind == ChangeSetType::Update)
    );
}

#[test]
fn the_other_actions_keep_what_they_are_given() {
    let delete = parse_form(
        "Action=DeleteStack&StackName=a&RetainResources.member.1=Db&DeletionMode=FORCE_DELETE_STACK&ClientRequestToken=t",
    );
    let expect = DeleteStack {
        stack_name: "a".to_owned(),
        retain_resources: vec!["Db".to_owned()],
        role_arn: None,
        token: Some("t".to_owned()),
        deletion_mode: Some(DeletionMode::ForceDeleteStack),
    };
    assert_eq!(delete, Ok(Request::DeleteStack(expect)));
    let describe = parse_form(
        "Action=DescribeChangeSet&ChangeSetName=c&StackName=a&IncludePropertyValues=true&NextToken=n",
    );
    let expect = DescribeChangeSet {
        change_set_name: "c".to_owned(),
        stack_name: Some("a".to_owned()),
        include_property_values: true,
        next_token: Some("n".to_owned()),
    };
    assert_eq!(describe, Ok(Request::DescribeChangeSet(expect)));
    let events = parse_form("Action=DescribeEvents&OperationId=o&Filters.FailedEvents=true");
    let expect = DescribeEvents {
        operation_id: Some("o".to_owned()),
        failed_events: true,
        ..DescribeEvents::default()
    };
    assert_eq!(events, Ok(Request::DescribeEvents(expect)));
    let execute = parse_form("Action=ExecuteChangeSet&ChangeSetName=c&DisableRollback=false");
    let expect = ExecuteChangeSet {
        change_set_name: "c".to_owned(),
        disable_rollback: Some(false),
        ..ExecuteChangeSet::default()
    };
    assert_eq!(execute, Ok(Request::ExecuteChangeSet(expect)));
}

/// Each action is parsed into the request with its own name.
#[test]
fn actions_and_requests_have_the_same_names() {
    for action in [
        "CreateStack",
        "UpdateStack",
        "DeleteStack",
        "CancelUpdateStack",
        "ContinueUpdateRollback",
        "RollbackStack",
        "UpdateTerminationProtection",
        "CreateChangeSet",
        "DescribeChangeSet",
        "ExecuteChangeSet",
        "DeleteChangeSet",
        "ListChangeSets",
        "DescribeStacks",
        "ListStacks",
        "DescribeStackEvents",
        "DescribeEvents",
        "ListStackResources",
        "DescribeStackResources",
        "DescribeStackResource",
        "GetTemplate",
        "GetTemplateSummary",
        "ValidateTemplate",
        "ListExports",
        "ListImports",
    ] {
        let request = parse_form(&format!(
            "Action={action}&StackName=a&ChangeSetName=c&ExportName=e&LogicalResourceId=r&EnableTerminationProtection=true"
        ));
        assert_eq!(request.map(|request| request.action()), Ok(action));
        // The rate limiter classifies actions by name, like the request itself.
        let mutates = RateClass::of_action(action) == RateClass::Mutation;
        let form = format!(
            "Action={action}&StackName=a&ChangeSetName=c&ExportName=e&LogicalResourceId=r&EnableTerminationProtection=true"
        );
        assert_eq!(
            parse_form(&form).map(|request| request.is_mutation()),
            Ok(mutates),
            "{action}"
        );
    }
}

#[test]
fn what_cannot_be_is_refused() {
    for (text, expect) in [
        ("Action=CreateStack", "Value null at 'stackName'"),
        (
            "Action=CreateStack&StackName=a&TemplateBody=x&TemplateURL=https://b/k",
            "exactly one of TemplateBody",
        ),
        (
            "Action=CreateStack&StackName=a&TemplateURL=https://b/nope",
            "S3 error",
        ),
        (
            "Action=CreateStack&StackName=a&OnFailure=MAYBE",
            "Member must satisfy enum value set: [DO_NOTHING, ROLLBACK, DELETE]",
        ),
        (
            "Action=UpdateStack&StackName=a&Parameters.member.1.ParameterKey=A",
            "Either specify usePreviousValue as true or a value",
        ),
        (
            "Action=UpdateStack&StackName=a&Parameters.member.1.ParameterKey=A&Parameters.member.1.ParameterValue=x&Parameters.member.1.UsePreviousValue=true",
            "Cannot specify usePreviousValue as true and non empty value",
        ),
        (
            "Action=UpdateStack&StackName=a&Tags.member.1.Key=k",
            "Value null at 'value'",
        ),
        (
            "Action=UpdateTerminationProtection&StackName=a",
            "Value null at 'enableTerminationProtection'",
        ),
    ] {
        let message = parse_form(text).unwrap_err().message;
        assert!(message.contains(expect), "{text}: {message}");
    }
}
