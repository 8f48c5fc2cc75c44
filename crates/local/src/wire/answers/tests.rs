//! Answers as XML, with everything that they can hold.

use super::*;
use crate::Time;
use crate::answer::{ChangeSetDescription, ChangeSetSummary, ResourceChange, ResourceChangeDetail};
use crate::request::{ChangeSetType, OnStackFailure};
use crate::status::{ChangeSetStatus, ExecutionStatus, ResourceStatus, StackStatus};
use insta::assert_snapshot;

/// The result of an answer, an element a line.
fn shown(action: &str, answer: &Answer) -> String {
    write(action, answer, "id").replace("><", ">\n<")
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn page<T>(item: T) -> Page<T> {
    Page {
        items: vec![item],
        next_token: text("next"),
    }
}

fn tag() -> Tag {
    Tag {
        key: "team".to_owned(),
        value: "<a&b>".to_owned(),
    }
}

fn parameter() -> StackParameter {
    StackParameter {
        key: "Image".to_owned(),
        value: "/image".to_owned(),
        resolved_value: text("ami-1"),
    }
}

fn operation() -> OperationSummary {
    OperationSummary {
        operation_type: "CREATE_STACK".to_owned(),
        operation_id: "op-1".to_owned(),
    }
}

#[test]
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
    assert_snapshot!(shown("DescribeStacks", &Answer::DescribeStacks(page(stack))), @r#"
    <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
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
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeStacksResponse>
    "#);
}

#[test]
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
    let answer = Answer::DescribeStackEvents(page(event.clone()));
    assert_snapshot!(shown("DescribeStackEvents", &answer), @r#"
    <DescribeStackEventsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
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
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeStackEventsResponse>
    "#);
    let answer = Answer::DescribeEvents(page(OperationEvent {
        event,
        operation_type: "CREATE_STACK".to_owned(),
        operation_status: None,
        event_type: "PROGRESS_EVENT".to_owned(),
    }));
    assert_snapshot!(shown("DescribeEvents", &answer), @r#"
    <DescribeEventsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
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
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeEventsResponse>
    "#);
}

#[test]
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
    let answer = Answer::DescribeChangeSet(Box::new(ChangeSetDescription {
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
    <DescribeChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
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
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeChangeSetResponse>
    "#);
    let answer = Answer::ListChangeSets(page(summary));
    assert_snapshot!(shown("ListChangeSets", &answer), @r#"
    <ListChangeSetsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
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
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ListChangeSetsResponse>
    "#);
}

#[test]
fn resources_are_shown_in_three_ways() {
    let resource = ResourceDescription {
        stack_id: "arn:s".to_owned(),
        stack_name: "s".to_owned(),
        logical_id: "Vpc".to_owned(),
        physical_id: text("vpc-1"),
        resource_type: "AWS::EC2::VPC".to_owned(),
        timestamp: Time(0),
        status: ResourceStatus::CreateComplete,
        status_reason: None,
        description: text("d"),
        metadata: text("{\"a\":1}"),
    };
    let answer = Answer::ListStackResources(page(resource.clone()));
    assert_snapshot!(shown("ListStackResources", &answer), @r#"
    <ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ListStackResourcesResult>
    <StackResourceSummaries>
    <member>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>vpc-1</PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <LastUpdatedTimestamp>1970-01-01T00:00:00.000Z</LastUpdatedTimestamp>
    <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
    <DriftInformation>
    <StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus>
    </DriftInformation>
    </member>
    </StackResourceSummaries>
    <NextToken>next</NextToken>
    </ListStackResourcesResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ListStackResourcesResponse>
    "#);
    let answer = Answer::DescribeStackResources(vec![resource.clone()]);
    assert_snapshot!(shown("DescribeStackResources", &answer), @r#"
    <DescribeStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStackResourcesResult>
    <StackResources>
    <member>
    <StackName>s</StackName>
    <StackId>arn:s</StackId>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>vpc-1</PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <Timestamp>1970-01-01T00:00:00.000Z</Timestamp>
    <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
    <Description>d</Description>
    <DriftInformation>
    <StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus>
    </DriftInformation>
    </member>
    </StackResources>
    </DescribeStackResourcesResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeStackResourcesResponse>
    "#);
    let answer = Answer::DescribeStackResource(Box::new(resource));
    assert_snapshot!(shown("DescribeStackResource", &answer), @r#"
    <DescribeStackResourceResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <DescribeStackResourceResult>
    <StackResourceDetail>
    <StackName>s</StackName>
    <StackId>arn:s</StackId>
    <LogicalResourceId>Vpc</LogicalResourceId>
    <PhysicalResourceId>vpc-1</PhysicalResourceId>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <LastUpdatedTimestamp>1970-01-01T00:00:00.000Z</LastUpdatedTimestamp>
    <ResourceStatus>CREATE_COMPLETE</ResourceStatus>
    <Description>d</Description>
    <Metadata>{&quot;a&quot;:1}</Metadata>
    <DriftInformation>
    <StackResourceDriftStatus>NOT_CHECKED</StackResourceDriftStatus>
    </DriftInformation>
    </StackResourceDetail>
    </DescribeStackResourceResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DescribeStackResourceResponse>
    "#);
}

#[test]
fn templates_exports_and_what_says_nothing() {
    let summary = TemplateSummary {
        description: text("d"),
        metadata: text("{}"),
        version: text("2010-09-09"),
        parameters: vec![ParameterDeclaration {
            key: "Env".to_owned(),
            kind: "String".to_owned(),
            default: text("dev"),
            no_echo: false,
            description: text("which"),
            allowed_values: vec!["dev".to_owned(), "prod".to_owned()],
        }],
        capabilities: vec!["CAPABILITY_IAM".to_owned()],
        capabilities_reason: text("because"),
        resource_types: vec!["AWS::EC2::VPC".to_owned()],
        resources: [("AWS::EC2::VPC".to_owned(), vec!["Vpc".to_owned()])]
            .into_iter()
            .collect(),
    };
    let accepted = || Accepted {
        stack_id: "arn:s".to_owned(),
        operation_id: "op-1".to_owned(),
    };
    let shown = [
        shown(
            "GetTemplateSummary",
            &Answer::GetTemplateSummary(Box::new(summary.clone())),
        ),
        shown(
            "ValidateTemplate",
            &Answer::ValidateTemplate(Box::new(summary)),
        ),
        shown(
            "GetTemplate",
            &Answer::GetTemplate {
                body: "{\n  \"a\": \"<&>\"\n}".to_owned(),
            },
        ),
        shown(
            "ListExports",
            &Answer::ListExports(page(Export {
                stack_id: "arn:s".to_owned(),
                name: "n".to_owned(),
                value: "v".to_owned(),
            })),
        ),
        shown("ListImports", &Answer::ListImports(page("s".to_owned()))),
        shown("CreateStack", &Answer::CreateStack(accepted())),
        shown(
            "CreateChangeSet",
            &Answer::CreateChangeSet {
                id: "arn:c".to_owned(),
                stack_id: "arn:s".to_owned(),
            },
        ),
        shown("DeleteStack", &Answer::DeleteStack),
        shown("ExecuteChangeSet", &Answer::ExecuteChangeSet),
    ]
    .join("\n");
    assert_snapshot!(shown, @r#"
    <GetTemplateSummaryResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <GetTemplateSummaryResult>
    <Parameters>
    <member>
    <ParameterKey>Env</ParameterKey>
    <DefaultValue>dev</DefaultValue>
    <ParameterType>String</ParameterType>
    <NoEcho>false</NoEcho>
    <Description>which</Description>
    <ParameterConstraints>
    <AllowedValues>
    <member>dev</member>
    <member>prod</member>
    </AllowedValues>
    </ParameterConstraints>
    </member>
    </Parameters>
    <Description>d</Description>
    <Capabilities>
    <member>CAPABILITY_IAM</member>
    </Capabilities>
    <CapabilitiesReason>because</CapabilitiesReason>
    <ResourceTypes>
    <member>AWS::EC2::VPC</member>
    </ResourceTypes>
    <Version>2010-09-09</Version>
    <Metadata>{}</Metadata>
    <ResourceIdentifierSummaries>
    <member>
    <ResourceType>AWS::EC2::VPC</ResourceType>
    <LogicalResourceIds>
    <member>Vpc</member>
    </LogicalResourceIds>
    </member>
    </ResourceIdentifierSummaries>
    </GetTemplateSummaryResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </GetTemplateSummaryResponse>
    <ValidateTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ValidateTemplateResult>
    <Parameters>
    <member>
    <ParameterKey>Env</ParameterKey>
    <DefaultValue>dev</DefaultValue>
    <NoEcho>false</NoEcho>
    <Description>which</Description>
    </member>
    </Parameters>
    <Description>d</Description>
    <Capabilities>
    <member>CAPABILITY_IAM</member>
    </Capabilities>
    <CapabilitiesReason>because</CapabilitiesReason>
    </ValidateTemplateResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ValidateTemplateResponse>
    <GetTemplateResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <GetTemplateResult>
    <TemplateBody>{
      &quot;a&quot;: &quot;&lt;&amp;&gt;&quot;
    }</TemplateBody>
    <StagesAvailable>
    <member>Original</member>
    <member>Processed</member>
    </StagesAvailable>
    </GetTemplateResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </GetTemplateResponse>
    <ListExportsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ListExportsResult>
    <Exports>
    <member>
    <ExportingStackId>arn:s</ExportingStackId>
    <Name>n</Name>
    <Value>v</Value>
    </member>
    </Exports>
    <NextToken>next</NextToken>
    </ListExportsResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ListExportsResponse>
    <ListImportsResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ListImportsResult>
    <Imports>
    <member>s</member>
    </Imports>
    <NextToken>next</NextToken>
    </ListImportsResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ListImportsResponse>
    <CreateStackResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <CreateStackResult>
    <StackId>arn:s</StackId>
    <OperationId>op-1</OperationId>
    </CreateStackResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </CreateStackResponse>
    <CreateChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <CreateChangeSetResult>
    <Id>arn:c</Id>
    <StackId>arn:s</StackId>
    </CreateChangeSetResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </CreateChangeSetResponse>
    <DeleteStackResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </DeleteStackResponse>
    <ExecuteChangeSetResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
    <ExecuteChangeSetResult>
    </ExecuteChangeSetResult>
    <ResponseMetadata>
    <RequestId>id</RequestId>
    </ResponseMetadata>
    </ExecuteChangeSetResponse>
    "#);
}
