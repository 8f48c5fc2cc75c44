//! The three responses about resources.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot")]
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
    let answer = Response::ListStackResources(page(resource.clone()));
    assert_snapshot!(shown("ListStackResources", &answer), @r#"
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
    "#);
    let answer = Response::DescribeStackResources(vec![resource.clone()]);
    assert_snapshot!(shown("DescribeStackResources", &answer), @r#"
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
    "#);
    let answer = Response::DescribeStackResource(Box::new(resource));
    assert_snapshot!(shown("DescribeStackResource", &answer), @r#"
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
    "#);
}
