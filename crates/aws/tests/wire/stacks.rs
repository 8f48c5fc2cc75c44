//! Tests of stacks: describe, create, delete and protect.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, UNIX_EPOCH};

use formwork_aws::{
    CreateStack, DeleteStack, DeployedParameter, ErrorKind, Output, ParameterValue, Protection,
    Rollback, Secret, Stack, StackId, StackRef, StackStatus, TemplateSource,
};
use formwork_template::Capability;

use crate::peer::{cloud, failure, result, stack_name, token};

const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:stack/net/0a1b";

fn member(name: &str, status: &str, rest: &str) -> String {
    format!(
        "<member><StackId>arn:aws:cloudformation:eu-west-1:123456789012:stack/{name}/0a1b</StackId>\
         <StackName>{name}</StackName><StackStatus>{status}</StackStatus>\
         <CreationTime>2026-11-22T20:40:00.500Z</CreationTime>{rest}</member>"
    )
}

#[tokio::test]
async fn a_stack_is_read_with_all_its_fields() {
    let (cloud, record) = cloud(|_| {
        let rest = "<StackStatusReason>User Initiated</StackStatusReason>\
            <Description>The network</Description><EnableTerminationProtection>true</EnableTerminationProtection>\
            <Parameters><member><ParameterKey>Ami</ParameterKey><ParameterValue>/aws/ami</ParameterValue>\
            <ResolvedValue>ami-1</ResolvedValue></member></Parameters>\
            <Outputs><member><OutputKey>VpcId</OutputKey><OutputValue>vpc-1</OutputValue>\
            <ExportName>net-vpc</ExportName></member></Outputs>\
            <Tags><member><Key>formwork:stack</Key><Value>net</Value></member></Tags>\
            <Capabilities><member>CAPABILITY_IAM</member><member>CAPABILITY_LATER</member></Capabilities>\
            <NotificationARNs/><RoleARN>arn:aws:iam::123456789012:role/x</RoleARN>\
            <TimeoutInMinutes>7</TimeoutInMinutes>";
        result("DescribeStacks", &format!("<Stacks>{}</Stacks>", member("net", "UPDATE_COMPLETE", rest)))
    })
    .await;
    let stack = cloud
        .describe_stack(&StackRef::Name(stack_name("net")))
        .await
        .unwrap()
        .unwrap();
    let expected = Stack {
        id: StackId::new(ARN),
        name: stack_name("net"),
        description: Some("The network".to_owned()),
        status: StackStatus::UpdateComplete,
        status_reason: Some("User Initiated".to_owned()),
        parameters: BTreeMap::from([(
            "Ami".to_owned(),
            DeployedParameter {
                value: "/aws/ami".to_owned(),
                resolved_value: Some("ami-1".to_owned()),
            },
        )]),
        outputs: BTreeMap::from([(
            "VpcId".to_owned(),
            Output {
                value: "vpc-1".to_owned(),
                description: None,
                export_name: Some("net-vpc".to_owned()),
            },
        )]),
        tags: BTreeMap::from([("formwork:stack".to_owned(), "net".to_owned())]),
        capabilities: BTreeSet::from([Capability::Iam]),
        role_arn: Some("arn:aws:iam::123456789012:role/x".to_owned()),
        notification_arns: Vec::new(),
        timeout_minutes: Some(7),
        termination_protection: true,
        created: Some(UNIX_EPOCH + Duration::from_millis(1_795_380_000_500)),
        updated: None,
        deleted: None,
        parent: None,
    };
    assert_eq!(stack, expected);
    assert_eq!(
        record.only().listed(),
        "Action=DescribeStacks\nStackName=net"
    );
}

#[tokio::test]
async fn a_stack_that_does_not_exist_is_none() {
    for message in [
        "Stack with id net does not exist",
        "Stack [net] does not exist",
    ] {
        let (cloud, _) = cloud(move |_| failure(400, "ValidationError", message)).await;
        let stack = StackRef::Name(stack_name("net"));
        assert_eq!(cloud.describe_stack(&stack).await.unwrap(), None);
        assert_eq!(cloud.get_template(&stack).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_unknown_status_is_an_error_that_names_it() {
    let (cloud, _) = cloud(|_| {
        let stack = member("net", "HIBERNATE_COMPLETE", "");
        result("DescribeStacks", &format!("<Stacks>{stack}</Stacks>"))
    })
    .await;
    let error = cloud
        .describe_stack(&StackId::new(ARN).into())
        .await
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreadable { maybe_done: false });
    insta::assert_snapshot!(error, @"`DescribeStacks` got an unreadable response: unknown stack status `HIBERNATE_COMPLETE`");
}

#[tokio::test]
async fn an_unreadable_stack_does_not_hide_the_others_of_its_page() {
    let (cloud, record) = cloud(|call| {
        let (stacks, next) = match call.field("NextToken").as_str() {
            "" => (
                [
                    member("a", "CREATE_COMPLETE", ""),
                    member("b", "HIBERNATED", ""),
                ]
                .concat(),
                "<NextToken>page 2+</NextToken>",
            ),
            _ => (member("c", "DELETE_IN_PROGRESS", ""), ""),
        };
        result(
            "DescribeStacks",
            &format!("<Stacks>{stacks}</Stacks>{next}"),
        )
    })
    .await;
    let first = cloud.describe_stacks(None).await.unwrap();
    assert_eq!(first.items[0].name.as_str(), "a");
    assert_eq!(first.items.len(), 1);
    assert!(first.unreadable[0].name.contains("stack/b/"));
    let second = cloud.describe_stacks(first.next).await.unwrap();
    assert_eq!(second.items[0].status, StackStatus::DeleteInProgress);
    assert!(second.next.is_none());
    assert_eq!(record.calls()[1].field("NextToken"), "page 2+");
}

fn request() -> CreateStack {
    CreateStack {
        name: stack_name("net"),
        template: TemplateSource::Body("{\"Resources\":{}}".to_owned()),
        parameters: BTreeMap::from([
            (
                "Cidr".to_owned(),
                ParameterValue::Plain("10.0.0.0/16".to_owned()),
            ),
            (
                "Key".to_owned(),
                ParameterValue::Secret(Secret::new("hunter2")),
            ),
        ]),
        tags: BTreeMap::from([("formwork:env".to_owned(), "-".to_owned())]),
        capabilities: BTreeSet::from([Capability::NamedIam]),
        role_arn: None,
        notification_arns: Vec::new(),
        timeout_minutes: Some(30),
        termination_protection: true,
        rollback: Rollback::Enabled,
        token: token(),
    }
}

#[tokio::test]
async fn create_stack_sends_every_option() {
    let (cloud, record) =
        cloud(|_| result("CreateStack", &format!("<StackId>{ARN}</StackId>"))).await;
    let id = cloud.create_stack(&request()).await.unwrap();
    assert_eq!(id.as_str(), ARN);
    insta::assert_snapshot!(record.only().listed(), @r#"
    Action=CreateStack
    Capabilities.member.1=CAPABILITY_NAMED_IAM
    ClientRequestToken=fw-abc-1
    DisableRollback=false
    EnableTerminationProtection=true
    Parameters.member.1.ParameterKey=Cidr
    Parameters.member.1.ParameterValue=10.0.0.0/16
    Parameters.member.2.ParameterKey=Key
    Parameters.member.2.ParameterValue=hunter2
    StackName=net
    Tags.member.1.Key=formwork:env
    Tags.member.1.Value=-
    TemplateBody={"Resources":{}}
    TimeoutInMinutes=30
    "#);
}

#[tokio::test]
async fn a_secret_is_sent_and_not_shown() {
    let (cloud, record) =
        cloud(|_| failure(400, "ValidationError", "Parameters: [X] do not exist")).await;
    let request = request();
    let error = cloud.create_stack(&request).await.unwrap_err();
    assert!(record.only().listed().contains("hunter2"));
    for shown in [
        format!("{request:?}"),
        format!("{error:?}"),
        error.to_string(),
    ] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[tokio::test]
async fn a_response_without_the_id_is_ambiguous() {
    let (cloud, _) = cloud(|_| result("CreateStack", "")).await;
    let error = cloud.create_stack(&request()).await.unwrap_err();
    assert!(error.kind.is_ambiguous());
    insta::assert_snapshot!(error, @"`CreateStack` got an unreadable response: the response has no `StackId`");
}

#[tokio::test]
async fn delete_stack_retains_only_the_named_resources() {
    let (cloud, record) = cloud(|_| result("DeleteStack", "")).await;
    let mut request = DeleteStack {
        stack: StackId::new(ARN).into(),
        retain: Vec::new(),
        role_arn: None,
        token: token(),
    };
    cloud.delete_stack(&request).await.unwrap();
    request.retain = vec!["Bucket".to_owned(), "Table".to_owned()];
    cloud.delete_stack(&request).await.unwrap();
    let calls: Vec<String> = record
        .calls()
        .iter()
        .map(crate::peer::Call::listed)
        .collect();
    insta::assert_snapshot!(calls.join("\n\n"), @r#"
    Action=DeleteStack
    ClientRequestToken=fw-abc-1
    StackName=arn:aws:cloudformation:eu-west-1:123456789012:stack/net/0a1b

    Action=DeleteStack
    ClientRequestToken=fw-abc-1
    RetainResources.member.1=Bucket
    RetainResources.member.2=Table
    StackName=arn:aws:cloudformation:eu-west-1:123456789012:stack/net/0a1b
    "#);
}

#[tokio::test]
async fn events_resources_and_exports_are_read_page_by_page() {
    let (cloud, record) = cloud(|call| match call.field("Action").as_str() {
        "DescribeStackEvents" => result(
            "DescribeStackEvents",
            "<StackEvents><member><EventId>e1</EventId><StackId>arn:net</StackId><StackName>net</StackName>\
             <LogicalResourceId>net</LogicalResourceId><PhysicalResourceId>arn:net</PhysicalResourceId>\
             <ResourceType>AWS::CloudFormation::Stack</ResourceType><Timestamp>2026-11-22T20:40:00Z</Timestamp>\
             <ResourceStatus>UPDATE_IN_PROGRESS</ResourceStatus>\
             <ResourceStatusReason>User Initiated</ResourceStatusReason>\
             <ClientRequestToken>fw-abc-1</ClientRequestToken></member></StackEvents><NextToken>n</NextToken>",
        ),
        "ListStackResources" => result(
            "ListStackResources",
            "<StackResourceSummaries><member><LogicalResourceId>Vpc</LogicalResourceId><PhysicalResourceId/>\
             <ResourceType>AWS::EC2::VPC</ResourceType><ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>\
             <LastUpdatedTimestamp>2026-11-22T20:40:00Z</LastUpdatedTimestamp></member></StackResourceSummaries>",
        ),
        "ListExports" => result(
            "ListExports",
            "<Exports><member><ExportingStackId>arn:net</ExportingStackId><Name>net-vpc</Name><Value>vpc-1</Value>\
             </member></Exports>",
        ),
        "ListImports" => result("ListImports", "<Imports><member>app</member></Imports>"),
        "DescribeEvents" => result(
            "DescribeEvents",
            "<OperationEvents><member><EventId>e2</EventId><EventType>VALIDATION_ERROR</EventType>\
             <LogicalResourceId>Vpc</LogicalResourceId><ValidationStatusReason>no such property</ValidationStatusReason>\
             <ValidationPath>/Resources/Vpc/Properties/Cidr</ValidationPath></member></OperationEvents>",
        ),
        action => panic!("{action}"),
    })
    .await;
    let stack = StackRef::Name(stack_name("net"));
    let events = cloud.stack_events(&stack, None).await.unwrap();
    assert!(events.items[0].is_of_stack());
    assert_eq!(events.items[0].token.as_deref(), Some("fw-abc-1"));
    assert!(events.next.is_some());
    let resources = cloud.list_stack_resources(&stack, None).await.unwrap();
    assert_eq!(resources.items[0].physical_id, None);
    assert!(resources.items[0].status.is_in_progress());
    let exports = cloud.list_exports(None).await.unwrap();
    assert_eq!(exports.items[0].value, "vpc-1");
    let imports = cloud.list_imports("net-vpc", None).await.unwrap();
    assert_eq!(imports.items, ["app"]);
    let failures = cloud.failed_events(&stack, None).await.unwrap();
    assert_eq!(failures.items[0].kind, "VALIDATION_ERROR");
    assert_eq!(
        failures.items[0].reason.as_deref(),
        Some("no such property")
    );
    assert_eq!(record.calls()[4].field("Filters.FailedEvents"), "true");
}

#[tokio::test]
async fn termination_protection_is_switched() {
    let (cloud, record) = cloud(|_| result("UpdateTerminationProtection", "")).await;
    let stack = StackRef::Name(stack_name("net"));
    cloud
        .update_termination_protection(&stack, Protection::On)
        .await
        .unwrap();
    assert_eq!(record.only().field("EnableTerminationProtection"), "true");
}
