//! The responses about stacks and their events.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot")]
fn a_stack_has_the_services_fields_in_its_order() {
    let stack = StackDescription {
        stack_id: "arn:s".to_owned(),
        stack_name: "s".to_owned(),
        change_set_id: text("arn:c"),
        description: text("d"),
        parameters: vec![parameter()],
        creation_time: Time(0),
        last_updated_time: Some(Time(1)),
        deletion_time: Some(Time(2)),
        status: StackStatus::UpdateComplete,
        status_reason: text("why"),
        disable_rollback: false,
        notification_arns: vec!["arn:n".to_owned()],
        timeout_in_minutes: Some(5),
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        outputs: vec![StackOutput {
            key: "Url".to_owned(),
            value: "https://x".to_owned(),
            description: text("where"),
            export_name: text("s-Url"),
        }],
        role_arn: text("arn:r"),
        tags: vec![tag()],
        termination_protection: true,
        retain_except_on_create: false,
        last_operations: vec![operation()],
    };
    assert_snapshot!(shown("DescribeStacks", &Response::DescribeStacks(page(stack))), @r#"
    <DescribeStacksResult>
    <Stacks>
    <member>
    <StackId>arn:s</StackId>
    <StackName>s</StackName>
    <ChangeSetId>arn:c</ChangeSetId>
    <Description>d</Description>
    <Parameters>
    <member>
    <ParameterKey>Image</ParameterKey>
    <ParameterValue>/image</ParameterValue>
    <ResolvedValue>ami-1</ResolvedValue>
    </member>
    </Parameters>
    <CreationTime>1970-01-01T00:00:00.000Z</CreationTime>
    <DeletionTime>1970-01-01T00:00:00.002Z</DeletionTime>
    <LastUpdatedTime>1970-01-01T00:00:00.001Z</LastUpdatedTime>
    <RollbackConfiguration>
    </RollbackConfiguration>
    <StackStatus>UPDATE_COMPLETE</StackStatus>
    <StackStatusReason>why</StackStatusReason>
    <DisableRollback>false</DisableRollback>
    <NotificationARNs>
    <member>arn:n</member>
    </NotificationARNs>
    <TimeoutInMinutes>5</TimeoutInMinutes>
    <Capabilities>
    <member>CAPABILITY_IAM</member>
    </Capabilities>
    <Outputs>
    <member>
    <OutputKey>Url</OutputKey>
    <OutputValue>https://x</OutputValue>
    <Description>where</Description>
    <ExportName>s-Url</ExportName>
    </member>
    </Outputs>
    <RoleARN>arn:r</RoleARN>
    <Tags>
    <member>
    <Key>team</Key>
    <Value>&lt;a&amp;b&gt;</Value>
    </member>
    </Tags>
    <EnableTerminationProtection>true</EnableTerminationProtection>
    <DriftInformation>
    <StackDriftStatus>NOT_CHECKED</StackDriftStatus>
    </DriftInformation>
    <LastOperations>
    <member>
    <OperationType>CREATE_STACK</OperationType>
    <OperationId>op-1</OperationId>
    </member>
    </LastOperations>
    </member>
    </Stacks>
    <NextToken>next</NextToken>
    </DescribeStacksResult>
    "#);
}

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot")]
fn an_event_has_the_services_fields_in_its_order() {
    let event = StackEvent {
        stack_id: "arn:s".to_owned(),
        event_id: "e".to_owned(),
        stack_name: "s".to_owned(),
        operation_id: "op-1".to_owned(),
        logical_id: "Vpc".to_owned(),
        physical_id: String::new(),
        resource_type: "AWS::EC2::VPC".to_owned(),
        timestamp: Time(0),
        status: "CREATE_IN_PROGRESS".to_owned(),
        status_reason: None,
        detailed_status: text("CONFIGURATION_COMPLETE"),
        properties: text("{\"CidrBlock\":\"10.0.0.0/16\"}"),
        token: text("fw-1"),
    };
    let answer = Response::DescribeStackEvents(page(event.clone()));
    assert_snapshot!(shown("DescribeStackEvents", &answer), @r#"
    <DescribeStackEventsResult>
    <StackEvents>
    <member>
    <StackId>arn:s</StackId>
    <EventId>e</EventId>
    <StackName>s</StackName>
    <OperationId>op-1</OperationId>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>
    </PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <Timestamp>1970-01-01T00:00:00.000Z</Timestamp>
    <ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>
    <ResourceProperties>{&quot;CidrBlock&quot;:&quot;10.0.0.0/16&quot;}</ResourceProperties>
    <ClientRequestToken>fw-1</ClientRequestToken>
    <DetailedStatus>CONFIGURATION_COMPLETE</DetailedStatus>
    </member>
    </StackEvents>
    <NextToken>next</NextToken>
    </DescribeStackEventsResult>
    "#);
    let answer = Response::DescribeEvents(page(OperationEvent {
        event,
        operation_type: "CREATE_STACK".to_owned(),
        operation_status: None,
        event_type: "PROGRESS_EVENT".to_owned(),
    }));
    assert_snapshot!(shown("DescribeEvents", &answer), @r#"
    <DescribeEventsResult>
    <OperationEvents>
    <member>
    <EventId>e</EventId>
    <StackId>arn:s</StackId>
    <OperationId>op-1</OperationId>
    <OperationType>CREATE_STACK</OperationType>
    <EventType>PROGRESS_EVENT</EventType>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>
    </PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <Timestamp>1970-01-01T00:00:00.000Z</Timestamp>
    <ResourceStatus>CREATE_IN_PROGRESS</ResourceStatus>
    <ResourceProperties>{&quot;CidrBlock&quot;:&quot;10.0.0.0/16&quot;}</ResourceProperties>
    <ClientRequestToken>fw-1</ClientRequestToken>
    <DetailedStatus>CONFIGURATION_COMPLETE</DetailedStatus>
    </member>
    </OperationEvents>
    <NextToken>next</NextToken>
    </DescribeEventsResult>
    "#);
}
