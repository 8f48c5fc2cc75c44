//! Parses forms into CloudFormation's requests.

use crate::model::request::{
    CancelUpdateStack, ChangeSetType, ContinueUpdateRollback, CreateChangeSet, CreateStack,
    DeleteChangeSet, DeleteStack, DescribeChangeSet, DescribeEvents, DescribeStackResource,
    DescribeStackResources, DescribeStacks, ExecuteChangeSet, GetTemplate, GetTemplateSummary,
    InputValue, ListExports, ListImports, ListStacks, ParameterInput, Request, RollbackStack,
    StackPageRequest, StackSpec, Tag, TemplateSource, UpdateStack, UpdateTerminationProtection,
    ValidateTemplate,
};
use crate::model::response::ApiError;
use crate::wire::form::Form;

/// Reads the text behind a `TemplateURL`.
pub(super) type Fetch<'a> = &'a dyn Fn(&str) -> Result<String, ApiError>;

/// Parses a request. Templates behind a URL are fetched.
pub(super) fn parse(action: &str, form: &Form, fetch: Fetch<'_>) -> Result<Request, ApiError> {
    Ok(match action {
        "CreateStack" => Request::CreateStack(create_stack(form, fetch)?),
        "UpdateStack" => Request::UpdateStack(UpdateStack {
            desired: desired(form, fetch, "ClientRequestToken")?,
        }),
        "DeleteStack" => Request::DeleteStack(DeleteStack {
            stack_name: form.required("StackName")?,
            retain_resources: form.texts("RetainResources").unwrap_or_default(),
            role_arn: form.text("RoleARN"),
            token: form.text("ClientRequestToken"),
            deletion_mode: form.enum_value("DeletionMode")?,
        }),
        "CancelUpdateStack" => Request::CancelUpdateStack(CancelUpdateStack {
            stack_name: form.required("StackName")?,
            token: form.text("ClientRequestToken"),
        }),
        "ContinueUpdateRollback" => Request::ContinueUpdateRollback(ContinueUpdateRollback {
            stack_name: form.required("StackName")?,
            resources_to_skip: form.texts("ResourcesToSkip").unwrap_or_default(),
            force_rollback: form.boolean("ForceRollback")?.unwrap_or(false),
            token: form.text("ClientRequestToken"),
        }),
        "RollbackStack" => Request::RollbackStack(RollbackStack {
            stack_name: form.required("StackName")?,
            token: form.text("ClientRequestToken"),
            retain_except_on_create: form.boolean("RetainExceptOnCreate")?,
        }),
        "UpdateTerminationProtection" => {
            form.required("EnableTerminationProtection")?;
            Request::UpdateTerminationProtection(UpdateTerminationProtection {
                stack_name: form.required("StackName")?,
                enable: form
                    .boolean("EnableTerminationProtection")?
                    .unwrap_or(false),
            })
        }
        _ => return parse_change_set_request(action, form, fetch),
    })
}

/// Parses the actions on change sets.
fn parse_change_set_request(
    action: &str,
    form: &Form,
    fetch: Fetch<'_>,
) -> Result<Request, ApiError> {
    Ok(match action {
        "CreateChangeSet" => Request::CreateChangeSet(create_change_set(form, fetch)?),
        "DescribeChangeSet" => Request::DescribeChangeSet(DescribeChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
            include_property_values: form.boolean("IncludePropertyValues")?.unwrap_or(false),
            next_token: form.text("NextToken"),
        }),
        "ExecuteChangeSet" => Request::ExecuteChangeSet(ExecuteChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
            disable_rollback: form.boolean("DisableRollback")?,
            retain_except_on_create: form.boolean("RetainExceptOnCreate")?,
            token: form.text("ClientRequestToken"),
        }),
        "DeleteChangeSet" => Request::DeleteChangeSet(DeleteChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
        }),
        "ListChangeSets" => Request::ListChangeSets(stack_page(form)?),
        _ => return parse_query(action, form, fetch),
    })
}

/// Parses the queries of stacks, resources, templates and exports.
fn parse_query(action: &str, form: &Form, fetch: Fetch<'_>) -> Result<Request, ApiError> {
    Ok(match action {
        "DescribeStackEvents" => Request::DescribeStackEvents(stack_page(form)?),
        "ListStackResources" => Request::ListStackResources(stack_page(form)?),
        "DescribeStacks" => Request::DescribeStacks(DescribeStacks {
            stack_name: form.text("StackName"),
            next_token: form.text("NextToken"),
        }),
        "ListStacks" => Request::ListStacks(ListStacks {
            status_filter: form.texts("StackStatusFilter").unwrap_or_default(),
            next_token: form.text("NextToken"),
        }),
        "DescribeEvents" => Request::DescribeEvents(DescribeEvents {
            stack_name: form.text("StackName"),
            change_set_name: form.text("ChangeSetName"),
            operation_id: form.text("OperationId"),
            failed_events: form.boolean("Filters.FailedEvents")?.unwrap_or(false),
            next_token: form.text("NextToken"),
        }),
        "DescribeStackResources" => Request::DescribeStackResources(DescribeStackResources {
            stack_name: form.text("StackName"),
            logical_id: form.text("LogicalResourceId"),
            physical_id: form.text("PhysicalResourceId"),
        }),
        "DescribeStackResource" => Request::DescribeStackResource(DescribeStackResource {
            stack_name: form.required("StackName")?,
            logical_id: form.required("LogicalResourceId")?,
        }),
        "GetTemplate" => Request::GetTemplate(GetTemplate {
            stack_name: form.text("StackName"),
            change_set_name: form.text("ChangeSetName"),
        }),
        "GetTemplateSummary" => Request::GetTemplateSummary(GetTemplateSummary {
            template: template(form, fetch)?,
            stack_name: form.text("StackName"),
        }),
        "ValidateTemplate" => Request::ValidateTemplate(ValidateTemplate {
            template: template(form, fetch)?,
        }),
        "ListExports" => Request::ListExports(ListExports {
            next_token: form.text("NextToken"),
        }),
        "ListImports" => Request::ListImports(ListImports {
            export_name: form.required("ExportName")?,
            next_token: form.text("NextToken"),
        }),
        other => {
            return Err(ApiError::new(
                "InvalidAction",
                format!("Could not find operation {other} for version 2010-05-15"),
            ));
        }
    })
}

fn create_stack(form: &Form, fetch: Fetch<'_>) -> Result<CreateStack, ApiError> {
    Ok(CreateStack {
        desired: desired(form, fetch, "ClientRequestToken")?,
        on_failure: form.enum_value("OnFailure")?,
        termination_protection: form
            .boolean("EnableTerminationProtection")?
            .unwrap_or(false),
        timeout_in_minutes: form.number("TimeoutInMinutes")?,
    })
}

fn create_change_set(form: &Form, fetch: Fetch<'_>) -> Result<CreateChangeSet, ApiError> {
    Ok(CreateChangeSet {
        desired: desired(form, fetch, "ClientToken")?,
        change_set_name: form.required("ChangeSetName")?,
        kind: form
            .enum_value("ChangeSetType")?
            .unwrap_or(ChangeSetType::Update),
        description: form.text("Description"),
        on_stack_failure: form.enum_value("OnStackFailure")?,
    })
}

fn desired(form: &Form, fetch: Fetch<'_>, token: &str) -> Result<StackSpec, ApiError> {
    let mode = form.text("DeploymentConfig.Mode");
    Ok(StackSpec {
        stack_name: form.required("StackName")?,
        template: template(form, fetch)?,
        parameters: parameters(form)?,
        capabilities: form.texts("Capabilities").unwrap_or_default(),
        tags: tags(form)?,
        role_arn: form.text("RoleARN"),
        notification_arns: form.texts("NotificationARNs"),
        disable_rollback: form
            .boolean("DisableRollback")?
            .or(form.boolean("DeploymentConfig.DisableRollback")?),
        retain_except_on_create: form.boolean("RetainExceptOnCreate")?,
        token: form.text(token),
        deployment_mode: mode
            .filter(|mode| mode != "STANDARD")
            .or_else(|| form.text("DeploymentMode")),
    })
}

fn template(form: &Form, fetch: Fetch<'_>) -> Result<TemplateSource, ApiError> {
    let body = form.text("TemplateBody");
    let url = form.text("TemplateURL");
    let previous = form.boolean("UsePreviousTemplate")?.unwrap_or(false);
    match (body, url, previous) {
        (None, None, false) => Ok(TemplateSource::Absent),
        (Some(body), None, false) => Ok(TemplateSource::Body(body)),
        (None, Some(url), false) => fetch(&url).map(TemplateSource::Url),
        (None, None, true) => Ok(TemplateSource::Previous),
        _ => Err(ApiError::validation(
            "You must specify exactly one of TemplateBody, TemplateURL or UsePreviousTemplate",
        )),
    }
}

fn parameters(form: &Form) -> Result<Vec<ParameterInput>, ApiError> {
    let parameters = form.structures("Parameters").unwrap_or_default();
    let parameter = |form: Form| {
        let previous = form.boolean("UsePreviousValue")?.unwrap_or(false);
        let value = match (form.get("ParameterValue"), previous) {
            (None, true) => InputValue::Previous,
            (Some(value), false) => InputValue::Value(value.to_owned()),
            (Some(_), true) => {
                let key = form.get("ParameterKey").unwrap_or_default();
                return Err(ApiError::validation(format!(
                    "Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a parameter"
                )));
            }
            (None, false) => {
                let key = form.get("ParameterKey").unwrap_or_default();
                return Err(ApiError::validation(format!(
                    "Invalid input for parameter key {key}. Either specify usePreviousValue as true or a value for the parameter"
                )));
            }
        };
        Ok(ParameterInput {
            key: form.required("ParameterKey")?,
            value,
        })
    };
    parameters.into_iter().map(parameter).collect()
}

fn tags(form: &Form) -> Result<Option<Vec<Tag>>, ApiError> {
    let tag = |form: Form| {
        Ok(Tag {
            key: form.required("Key")?,
            value: form.required("Value")?,
        })
    };
    let tags = form.structures("Tags");
    tags.map(|tags| tags.into_iter().map(tag).collect())
        .transpose()
}

fn stack_page(form: &Form) -> Result<StackPageRequest, ApiError> {
    Ok(StackPageRequest {
        stack_name: form.required("StackName")?,
        next_token: form.text("NextToken"),
    })
}

#[cfg(test)]
mod tests;
