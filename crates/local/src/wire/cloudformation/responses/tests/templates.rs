//! The responses about templates and exports, and the responses without output.

use super::*;

#[test]
#[expect(clippy::too_many_lines, reason = "one snapshot")]
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
    let accepted = || AcceptedOperation {
        stack_id: "arn:s".to_owned(),
        operation_id: "op-1".to_owned(),
    };
    let results = [
        shown(
            "GetTemplateSummary",
            &Response::GetTemplateSummary(Box::new(summary.clone())),
        ),
        shown(
            "ValidateTemplate",
            &Response::ValidateTemplate(Box::new(summary)),
        ),
        shown(
            "GetTemplate",
            &Response::GetTemplate {
                body: "{\n  \"a\": \"<&>\"\n}".to_owned(),
            },
        ),
        shown(
            "ListExports",
            &Response::ListExports(page(Export {
                stack_id: "arn:s".to_owned(),
                name: "n".to_owned(),
                value: "v".to_owned(),
            })),
        ),
        shown("ListImports", &Response::ListImports(page("s".to_owned()))),
        shown("CreateStack", &Response::CreateStack(accepted())),
        shown(
            "CreateChangeSet",
            &Response::CreateChangeSet {
                id: "arn:c".to_owned(),
                stack_id: "arn:s".to_owned(),
            },
        ),
        shown("ExecuteChangeSet", &Response::ExecuteChangeSet),
    ]
    .join("\n");
    assert_eq!(shown("DeleteStack", &Response::DeleteStack), "");
    assert_snapshot!(results, @r#"
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
    <GetTemplateResult>
    <TemplateBody>{
      &quot;a&quot;: &quot;&lt;&amp;&gt;&quot;
    }</TemplateBody>
    <StagesAvailable>
    <member>Original</member>
    <member>Processed</member>
    </StagesAvailable>
    </GetTemplateResult>
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
    <ListImportsResult>
    <Imports>
    <member>s</member>
    </Imports>
    <NextToken>next</NextToken>
    </ListImportsResult>
    <CreateStackResult>
    <StackId>arn:s</StackId>
    <OperationId>op-1</OperationId>
    </CreateStackResult>
    <CreateChangeSetResult>
    <Id>arn:c</Id>
    <StackId>arn:s</StackId>
    </CreateChangeSetResult>
    <ExecuteChangeSetResult>
    </ExecuteChangeSetResult>
    "#);
}
