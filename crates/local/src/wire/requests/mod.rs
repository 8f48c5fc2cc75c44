//! From a form to a request of the cloud.

use super::form::Form;
use crate::Refusal;
use crate::request::{
    CancelUpdateStack, ChangeSetType, ContinueUpdateRollback, CreateChangeSet, CreateStack,
    DeleteChangeSet, DeleteStack, DescribeChangeSet, DescribeEvents, DescribeStackResource,
    DescribeStackResources, DescribeStacks, Desired, ExecuteChangeSet, GetTemplate,
    GetTemplateSummary, GivenParameter, GivenValue, ListExports, ListImports, ListStacks, OfStack,
    Request, RollbackStack, Tag, TemplateSource, UpdateStack, UpdateTerminationProtection,
    ValidateTemplate,
};

/// Reads the text behind a `TemplateURL`.
pub(super) type Fetch<'a> = &'a dyn Fn(&str) -> Result<String, Refusal>;

/// The request that `form` makes; templates by URL are fetched.
pub(super) fn read(action: &str, form: &Form, fetch: Fetch<'_>) -> Result<Request, Refusal> {
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
            deletion_mode: form.word("DeletionMode")?,
        }),
        "CancelUpdateStack" => Request::CancelUpdateStack(CancelUpdateStack {
            stack_name: form.required("StackName")?,
            token: form.text("ClientRequestToken"),
        }),
        "ContinueUpdateRollback" => Request::ContinueUpdateRollback(ContinueUpdateRollback {
            stack_name: form.required("StackName")?,
            resources_to_skip: form.texts("ResourcesToSkip").unwrap_or_default(),
            force_rollback: form.truth("ForceRollback")?.unwrap_or(false),
            token: form.text("ClientRequestToken"),
        }),
        "RollbackStack" => Request::RollbackStack(RollbackStack {
            stack_name: form.required("StackName")?,
            token: form.text("ClientRequestToken"),
            retain_except_on_create: form.truth("RetainExceptOnCreate")?,
        }),
        "UpdateTerminationProtection" => {
            form.required("EnableTerminationProtection")?;
            Request::UpdateTerminationProtection(UpdateTerminationProtection {
                stack_name: form.required("StackName")?,
                enable: form.truth("EnableTerminationProtection")?.unwrap_or(false),
            })
        }
        _ => return read_or_change_set(action, form, fetch),
    })
}

/// Change sets, and what only asks.
fn read_or_change_set(action: &str, form: &Form, fetch: Fetch<'_>) -> Result<Request, Refusal> {
    Ok(match action {
        "CreateChangeSet" => Request::CreateChangeSet(create_change_set(form, fetch)?),
        "DescribeChangeSet" => Request::DescribeChangeSet(DescribeChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
            include_property_values: form.truth("IncludePropertyValues")?.unwrap_or(false),
            next_token: form.text("NextToken"),
        }),
        "ExecuteChangeSet" => Request::ExecuteChangeSet(ExecuteChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
            disable_rollback: form.truth("DisableRollback")?,
            retain_except_on_create: form.truth("RetainExceptOnCreate")?,
            token: form.text("ClientRequestToken"),
        }),
        "DeleteChangeSet" => Request::DeleteChangeSet(DeleteChangeSet {
            change_set_name: form.required("ChangeSetName")?,
            stack_name: form.text("StackName"),
        }),
        "ListChangeSets" => Request::ListChangeSets(of_stack(form)?),
        "DescribeStackEvents" => Request::DescribeStackEvents(of_stack(form)?),
        "ListStackResources" => Request::ListStackResources(of_stack(form)?),
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
            failed_events: form.truth("Filters.FailedEvents")?.unwrap_or(false),
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
            return Err(Refusal::new(
                "InvalidAction",
                format!("Could not find operation {other} for version 2010-05-15"),
            ));
        }
    })
}

fn create_stack(form: &Form, fetch: Fetch<'_>) -> Result<CreateStack, Refusal> {
    Ok(CreateStack {
        desired: desired(form, fetch, "ClientRequestToken")?,
        on_failure: form.word("OnFailure")?,
        termination_protection: form.truth("EnableTerminationProtection")?.unwrap_or(false),
        timeout_in_minutes: form.number("TimeoutInMinutes")?,
    })
}

fn create_change_set(form: &Form, fetch: Fetch<'_>) -> Result<CreateChangeSet, Refusal> {
    Ok(CreateChangeSet {
        desired: desired(form, fetch, "ClientToken")?,
        change_set_name: form.required("ChangeSetName")?,
        kind: form.word("ChangeSetType")?.unwrap_or(ChangeSetType::Update),
        description: form.text("Description"),
        on_stack_failure: form.word("OnStackFailure")?,
    })
}

fn desired(form: &Form, fetch: Fetch<'_>, token: &str) -> Result<Desired, Refusal> {
    let mode = form.text("DeploymentConfig.Mode");
    Ok(Desired {
        stack_name: form.required("StackName")?,
        template: template(form, fetch)?,
        parameters: parameters(form)?,
        capabilities: form.texts("Capabilities").unwrap_or_default(),
        tags: tags(form)?,
        role_arn: form.text("RoleARN"),
        notification_arns: form.texts("NotificationARNs"),
        disable_rollback: form
            .truth("DisableRollback")?
            .or(form.truth("DeploymentConfig.DisableRollback")?),
        retain_except_on_create: form.truth("RetainExceptOnCreate")?,
        token: form.text(token),
        deployment_mode: mode
            .filter(|mode| mode != "STANDARD")
            .or_else(|| form.text("DeploymentMode")),
    })
}

fn template(form: &Form, fetch: Fetch<'_>) -> Result<TemplateSource, Refusal> {
    let body = form.text("TemplateBody");
    let url = form.text("TemplateURL");
    let previous = form.truth("UsePreviousTemplate")?.unwrap_or(false);
    match (body, url, previous) {
        (None, None, false) => Ok(TemplateSource::Absent),
        (Some(body), None, false) => Ok(TemplateSource::Body(body)),
        (None, Some(url), false) => fetch(&url).map(TemplateSource::Url),
        (None, None, true) => Ok(TemplateSource::Previous),
        _ => Err(Refusal::validation(
            "You must specify exactly one of TemplateBody, TemplateURL or UsePreviousTemplate",
        )),
    }
}

fn parameters(form: &Form) -> Result<Vec<GivenParameter>, Refusal> {
    let parameters = form.structures("Parameters").unwrap_or_default();
    let parameter = |form: Form| {
        let previous = form.truth("UsePreviousValue")?.unwrap_or(false);
        let value = match (form.get("ParameterValue"), previous) {
            (None, true) => GivenValue::Previous,
            (Some(value), false) => GivenValue::Value(value.to_owned()),
            (Some(_), true) => {
                let key = form.get("ParameterKey").unwrap_or_default();
                return Err(Refusal::validation(format!(
                    "Invalid input for parameter key {key}. Cannot specify usePreviousValue as true and non empty value for a parameter"
                )));
            }
            (None, false) => {
                let key = form.get("ParameterKey").unwrap_or_default();
                return Err(Refusal::validation(format!(
                    "Invalid input for parameter key {key}. Either specify usePreviousValue as true or a value for the parameter"
                )));
            }
        };
        Ok(GivenParameter {
            key: form.required("ParameterKey")?,
            value,
        })
    };
    parameters.into_iter().map(parameter).collect()
}

fn tags(form: &Form) -> Result<Option<Vec<Tag>>, Refusal> {
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

fn of_stack(form: &Form) -> Result<OfStack, Refusal> {
    Ok(OfStack {
        stack_name: form.required("StackName")?,
        next_token: form.text("NextToken"),
    })
}

#[cfg(test)]
mod tests;
