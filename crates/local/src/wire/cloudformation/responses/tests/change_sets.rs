//! The responses about change sets.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot")]
fn a_change_set_has_the_services_fields_in_its_order() {
    let detail = ResourceChangeDetail {
        attribute: "Properties".to_owned(),
        name: text("CidrBlock"),
        path: text("/Properties/CidrBlock"),
        requires_recreation: "Always".to_owned(),
        before_value: text("10.0.0.0/16"),
        after_value: text("10.1.0.0/16"),
        change_type: text("Modify"),
        evaluation: "Static".to_owned(),
        change_source: "DirectModification".to_owned(),
        causing_entity: text("Cidr"),
    };
    let change = ResourceChange {
        action: "Modify".to_owned(),
        policy_action: text("ReplaceAndDelete"),
        logical_id: "Vpc".to_owned(),
        physical_id: text("vpc-1"),
        resource_type: "AWS::EC2::VPC".to_owned(),
        replacement: text("True"),
        scope: vec!["Properties".to_owned()],
        details: vec![detail],
        before_context: text("{}"),
        after_context: text("{\"a\":1}"),
    };
    let summary = ChangeSetSummary {
        stack_id: "arn:s".to_owned(),
        stack_name: "s".to_owned(),
        change_set_id: "arn:c".to_owned(),
        change_set_name: "c".to_owned(),
        execution_status: ExecutionStatus::Available,
        status: ChangeSetStatus::CreateComplete,
        status_reason: None,
        creation_time: Time(0),
        description: text("d"),
    };
    let answer = Response::DescribeChangeSet(Box::new(ChangeSetDescription {
        summary: summary.clone(),
        kind: ChangeSetType::Update,
        parameters: vec![parameter()],
        notification_arns: vec![],
        capabilities: vec![],
        tags: vec![tag()],
        on_stack_failure: Some(OnStackFailure::DoNothing),
        changes: vec![change],
        next_token: None,
    }));
    assert_snapshot!(shown("DescribeChangeSet", &answer), @r#"
    <DescribeChangeSetResult>
    <ChangeSetName>c</ChangeSetName>
    <ChangeSetId>arn:c</ChangeSetId>
    <StackId>arn:s</StackId>
    <StackName>s</StackName>
    <Description>d</Description>
    <Parameters>
    <member>
    <ParameterKey>Image</ParameterKey>
    <ParameterValue>/image</ParameterValue>
    <ResolvedValue>ami-1</ResolvedValue>
    </member>
    </Parameters>
    <CreationTime>1970-01-01T00:00:00.000Z</CreationTime>
    <ExecutionStatus>AVAILABLE</ExecutionStatus>
    <Status>CREATE_COMPLETE</Status>
    <NotificationARNs>
    </NotificationARNs>
    <RollbackConfiguration>
    </RollbackConfiguration>
    <Tags>
    <member>
    <Key>team</Key>
    <Value>&lt;a&amp;b&gt;</Value>
    </member>
    </Tags>
    <Changes>
    <member>
    <Type>Resource</Type>
    <ResourceChange>
    <PolicyAction>ReplaceAndDelete</PolicyAction>
    <Action>Modify</Action>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>vpc-1</PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <Replacement>True</Replacement>
    <Scope>
    <member>Properties</member>
    </Scope>
    <Details>
    <member>
    <Target>
    <Attribute>Properties</Attribute>
    <Name>CidrBlock</Name>
    <RequiresRecreation>Always</RequiresRecreation>
    <Path>/Properties/CidrBlock</Path>
    <BeforeValue>10.0.0.0/16</BeforeValue>
    <AfterValue>10.1.0.0/16</AfterValue>
    <AttributeChangeType>Modify</AttributeChangeType>
    </Target>
    <Evaluation>Static</Evaluation>
    <ChangeSource>DirectModification</ChangeSource>
    <CausingEntity>Cidr</CausingEntity>
    </member>
    </Details>
    <BeforeContext>{}</BeforeContext>
    <AfterContext>{&quot;a&quot;:1}</AfterContext>
    </ResourceChange>
    </member>
    </Changes>
    <IncludeNestedStacks>false</IncludeNestedStacks>
    <OnStackFailure>DO_NOTHING</OnStackFailure>
    </DescribeChangeSetResult>
    "#);
    let answer = Response::ListChangeSets(page(summary));
    assert_snapshot!(shown("ListChangeSets", &answer), @r#"
    <ListChangeSetsResult>
    <Summaries>
    <member>
    <StackId>arn:s</StackId>
    <StackName>s</StackName>
    <ChangeSetId>arn:c</ChangeSetId>
    <ChangeSetName>c</ChangeSetName>
    <ExecutionStatus>AVAILABLE</ExecutionStatus>
    <Status>CREATE_COMPLETE</Status>
    <CreationTime>1970-01-01T00:00:00.000Z</CreationTime>
    <Description>d</Description>
    <IncludeNestedStacks>false</IncludeNestedStacks>
    </member>
    </Summaries>
    <NextToken>next</NextToken>
    </ListChangeSetsResult>
    "#);
}
