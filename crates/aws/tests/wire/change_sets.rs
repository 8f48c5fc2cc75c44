//! Tests of change sets: create, describe, execute and delete.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{
    Attribute, ChangeAction, ChangeSetId, ChangeSetKind, ChangeSetRef, ChangeSource,
    CreateChangeSet, Evaluation, ExecuteChangeSet, PolicyAction, PropertyChange, PropertyValues,
    RequiresReplacement, ResourceChange, Rollback, StackId, TemplateSource,
};

use crate::peer::{Call, cloud, failure, result, token};

const ARN: &str = "arn:aws:cloudformation:eu-west-1:123456789012:changeSet/fw/1";

fn described(reason: &str, changes: &str, next: &str) -> String {
    let next = if next.is_empty() {
        String::new()
    } else {
        format!("<NextToken>{next}</NextToken>")
    };
    format!(
        "<ChangeSetId>{ARN}</ChangeSetId><ChangeSetName>fw</ChangeSetName><StackId>arn:net</StackId>\
         <StackName>net</StackName><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>\
         <StatusReason>{reason}</StatusReason><Changes>{changes}</Changes>{next}"
    )
}

fn change(logical_id: &str, details: &str) -> String {
    format!(
        "<member><Type>Resource</Type><ResourceChange><Action>Modify</Action>\
         <LogicalResourceId>{logical_id}</LogicalResourceId><PhysicalResourceId>p</PhysicalResourceId>\
         <ResourceType>AWS::Lambda::Function</ResourceType><Replacement>Conditional</Replacement>\
         <PolicyAction>ReplaceAndDelete</PolicyAction>\
         <Scope><member>Properties</member></Scope><Details>{details}</Details></ResourceChange></member>"
    )
}

const DETAIL: &str = "<member><Target><Attribute>Properties</Attribute><Name>Environment</Name>\
    <Path>/Properties/Environment/Variables/LOG_LEVEL</Path><BeforeValue>INFO</BeforeValue>\
    <AfterValue>DEBUG</AfterValue><RequiresRecreation>Never</RequiresRecreation>\
    <AttributeChangeType>Modify</AttributeChangeType></Target><Evaluation>Static</Evaluation>\
    <ChangeSource>ParameterReference</ChangeSource><CausingEntity>Level</CausingEntity></member>";

fn id() -> ChangeSetRef {
    ChangeSetId::new(ARN).into()
}

#[tokio::test]
async fn a_change_is_read_with_its_values() {
    let (cloud, _) = cloud(|_| {
        result(
            "DescribeChangeSet",
            &described("", &change("Greeter", DETAIL), ""),
        )
    })
    .await;
    let change_set = cloud.describe_change_set(&id()).await.unwrap();
    assert_eq!(change_set.values, PropertyValues::Complete);
    assert_eq!(
        change_set.changes[0].requires_replacement(),
        RequiresReplacement::Maybe
    );
    let detail = PropertyChange {
        attribute: Attribute::Properties,
        name: Some("Environment".to_owned()),
        path: Some("/Properties/Environment/Variables/LOG_LEVEL".to_owned()),
        before: Some("INFO".to_owned()),
        after: Some("DEBUG".to_owned()),
        requires_replacement: RequiresReplacement::No,
        evaluation: Evaluation::Static,
        source: Some(ChangeSource::ParameterReference),
        cause: Some("Level".to_owned()),
    };
    let expected = ResourceChange {
        action: ChangeAction::Modify,
        logical_id: "Greeter".to_owned(),
        physical_id: Some("p".to_owned()),
        resource_type: "AWS::Lambda::Function".to_owned(),
        replacement: Some(RequiresReplacement::Maybe),
        policy_action: Some(PolicyAction::ReplaceAndDelete),
        scope: vec![Attribute::Properties],
        details: vec![detail],
        before: None,
        after: None,
        nested: None,
    };
    assert_eq!(change_set.changes[0], expected);
}

#[tokio::test]
async fn pages_are_read_to_the_end() {
    let (cloud, record) = cloud(|call| {
        let body = match call.field("NextToken").as_str() {
            "" => described("", &change("A", ""), "two"),
            "two" => described("", &change("B", ""), "three"),
            _ => described("", &change("C", ""), ""),
        };
        result("DescribeChangeSet", &body)
    })
    .await;
    let change_set = cloud.describe_change_set(&id()).await.unwrap();
    let ids: Vec<&str> = change_set
        .changes
        .iter()
        .map(|change| change.logical_id.as_str())
        .collect();
    assert_eq!(ids, ["A", "B", "C"]);
    assert_eq!(record.calls().len(), 3);
}

#[tokio::test]
async fn changes_omitted_with_values_are_read_without() {
    let (cloud, record) = cloud(|call| {
        let body = match call.field("IncludePropertyValues").as_str() {
            "true" => described(
                "[WARN] --include-property-values option can return incomplete ChangeSet data because: …",
                &change("Greeter", DETAIL),
                "",
            ),
            _ => described("", &[change("Big", ""), change("Greeter", "")].concat(), ""),
        };
        result("DescribeChangeSet", &body)
    })
    .await;
    let change_set = cloud.describe_change_set(&id()).await.unwrap();
    let seen: Vec<(&str, usize)> = change_set
        .changes
        .iter()
        .map(|change| (change.logical_id.as_str(), change.details.len()))
        .collect();
    assert_eq!(seen, [("Big", 0), ("Greeter", 1)]);
    assert_eq!(change_set.values, PropertyValues::Partial);
    assert_eq!(record.calls().len(), 2);
}

#[tokio::test]
async fn a_change_set_without_changes_is_a_no_op() {
    let cases = [
        (
            "FAILED",
            "The submitted information didn't contain changes. Submit different information to create a change set.",
            true,
        ),
        ("FAILED", "No updates are to be performed.", true),
        (
            "FAILED",
            "Role arn:x is invalid or cannot be assumed",
            false,
        ),
        ("CREATE_COMPLETE", "", false),
    ];
    for (status, reason, is_no_op) in cases {
        let (cloud, _) = cloud(move |_| {
            let body = described(reason, "", "")
                .replace("<Status>CREATE_COMPLETE", &format!("<Status>{status}"))
                .replace("AVAILABLE", "UNAVAILABLE");
            result("DescribeChangeSet", &body)
        })
        .await;
        let change_set = cloud.describe_change_set(&id()).await.unwrap();
        assert_eq!(change_set.is_no_op(), is_no_op, "{status} {reason}");
    }
}

#[tokio::test]
async fn a_change_set_is_created_executed_and_deleted() {
    let (cloud, record) = cloud(|call| match call.field("Action").as_str() {
        "CreateChangeSet" => result(
            "CreateChangeSet",
            &format!("<Id>{ARN}</Id><StackId>arn:net</StackId>"),
        ),
        action => result(action, ""),
    })
    .await;
    let created = cloud
        .create_change_set(&CreateChangeSet {
            stack: StackId::new("arn:net").into(),
            name: "fw".to_owned(),
            kind: ChangeSetKind::Update,
            template: TemplateSource::Url("https://bucket/key".to_owned()),
            parameters: BTreeMap::new(),
            tags: BTreeMap::new(),
            capabilities: BTreeSet::new(),
            role_arn: None,
            notification_arns: Vec::new(),
            description: None,
            token: token(),
        })
        .await
        .unwrap();
    cloud
        .execute_change_set(&ExecuteChangeSet {
            change_set: created.id.clone().into(),
            rollback: Rollback::Enabled,
            token: token(),
        })
        .await
        .unwrap();
    let by_name = ChangeSetRef::Named {
        stack: created.stack_id.into(),
        name: "fw".to_owned(),
    };
    cloud.delete_change_set(&by_name).await.unwrap();
    let calls: Vec<String> = record.calls().iter().map(Call::listed).collect();
    insta::assert_snapshot!(calls.join("\n\n"), @r#"
    Action=CreateChangeSet
    ChangeSetName=fw
    ChangeSetType=UPDATE
    ClientToken=fw-abc-1
    NotificationARNs=
    StackName=arn:net
    Tags=
    TemplateURL=https://bucket/key

    Action=ExecuteChangeSet
    ChangeSetName=arn:aws:cloudformation:eu-west-1:123456789012:changeSet/fw/1
    ClientRequestToken=fw-abc-1
    DisableRollback=false

    Action=DeleteChangeSet
    ChangeSetName=fw
    StackName=arn:net
    "#);
}

#[tokio::test]
async fn deleting_a_missing_change_set_succeeds() {
    let (cloud, _) =
        cloud(|_| failure(404, "ChangeSetNotFound", "ChangeSet [x] does not exist")).await;
    cloud.delete_change_set(&id()).await.unwrap();
}
