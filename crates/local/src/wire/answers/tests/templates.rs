//! Templates, exports, and answers that say nothing.

use super::*;

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
