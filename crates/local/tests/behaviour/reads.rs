//! The queries: pages, lists, resources, templates and events.

use std::time::Duration;

use formwork_local::model::request::{
    DescribeEvents, DescribeStackResource, DescribeStackResources, DescribeStacks, GetTemplate,
    GetTemplateSummary, ListStacks, Request, TemplateSource, ValidateTemplate,
};
use formwork_local::model::response::{Page, Response, StackDescription};
use formwork_local::{Caller, FaultPhase, InjectedFault, Options};

use crate::bench::{Bench, parameters, wait};

fn page(bench: &Bench, next_token: Option<String>) -> Page<StackDescription> {
    let request = DescribeStacks {
        stack_name: None,
        next_token,
    };
    match bench.call(Request::DescribeStacks(request)).unwrap() {
        Response::DescribeStacks(page) => page,
        other => panic!("{other:?}"),
    }
}

fn names(page: &Page<StackDescription>) -> String {
    let names: Vec<_> = page
        .items
        .iter()
        .map(|stack| stack.stack_name.as_str())
        .collect();
    names.join(" ")
}

#[tokio::test(start_paused = true)]
async fn all_living_stacks_are_described_in_pages_the_newest_first() {
    let bench = Bench::with(Options {
        page_size: 2,
        ..Bench::options()
    });
    for name in ["a", "b", "c", "d", "e"] {
        bench.create(name, &parameters(&[("A", "a")])).unwrap();
        wait(2.0).await;
    }
    bench.delete("c").unwrap();
    wait(60.0).await;
    let first = page(&bench, None);
    assert_eq!(names(&first), "e d");
    let second = page(&bench, first.next_token);
    assert_eq!(names(&second), "b a");
    assert_eq!(second.next_token, None);
    let wrong = DescribeStacks {
        stack_name: None,
        next_token: Some("x".to_owned()),
    };
    assert_eq!(
        bench.call(Request::DescribeStacks(wrong)).unwrap_err().code,
        "ValidationError"
    );
}

#[tokio::test(start_paused = true)]
async fn deleted_stacks_are_listed_for_90_days() {
    let bench = Bench::new();
    bench.create("a", &parameters(&[("A", "a")])).unwrap();
    bench.create("b", &parameters(&[("A", "a")])).unwrap();
    wait(60.0).await;
    bench.delete("a").unwrap();
    wait(60.0).await;
    let list = |filter: &[&str]| {
        let status_filter = filter.iter().map(|status| (*status).to_owned()).collect();
        let request = ListStacks {
            status_filter,
            next_token: None,
        };
        match bench.call(Request::ListStacks(request)).unwrap() {
            Response::ListStacks(page) => {
                let shown = page
                    .items
                    .iter()
                    .map(|one| format!("{} {}", one.stack_name, one.status));
                shown.collect::<Vec<_>>().join(", ")
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(list(&[]), "b CREATE_COMPLETE, a DELETE_COMPLETE");
    assert_eq!(list(&["DELETE_COMPLETE"]), "a DELETE_COMPLETE");
    wait(90.0 * 86_400.0).await;
    assert_eq!(list(&[]), "b CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn regions_do_not_see_each_other() {
    let bench = Bench::new();
    bench.create("s", &parameters(&[("A", "a")])).unwrap();
    let elsewhere = Bench {
        cloud: bench.cloud.clone(),
        caller: Caller {
            region: "eu-west-1".to_owned(),
        },
    };
    assert_eq!(names(&page(&elsewhere, None)), "");
    let id = elsewhere.create("s", &parameters(&[("A", "a")])).unwrap();
    assert!(
        id.starts_with("arn:aws:cloudformation:eu-west-1:123456789012:stack/s/"),
        "{id}"
    );
}

#[tokio::test(start_paused = true)]
async fn events_come_in_pages_that_do_not_shift() {
    let bench = Bench::with(Options {
        page_size: 3,
        ..Bench::options()
    });
    bench
        .create("s", &parameters(&[("A", "a"), ("B", "!Ref A")]))
        .unwrap();
    wait(1.0).await;
    let request = |next_token| {
        let request = formwork_local::model::request::StackPageRequest {
            stack_name: "s".to_owned(),
            next_token,
        };
        match bench.call(Request::DescribeStackEvents(request)).unwrap() {
            Response::DescribeStackEvents(page) => page,
            other => panic!("{other:?}"),
        }
    };
    let first = request(None);
    assert_eq!(first.items[0].logical_id, "B", "the newest first");
    wait(60.0).await;
    let second = request(first.next_token.clone());
    let mut ids: Vec<_> = first
        .items
        .iter()
        .chain(&second.items)
        .map(|event| event.event_id.clone())
        .collect();
    assert_eq!(ids.len(), 5);
    ids.dedup();
    assert_eq!(ids.len(), 5, "what came in between shifts nothing");
    assert_eq!(second.items.last().unwrap().status, "CREATE_IN_PROGRESS");
}

#[tokio::test(start_paused = true)]
async fn events_are_asked_for_by_operation_and_by_failure() {
    let bench = Bench::new();
    bench
        .create("s", &parameters(&[("A", "a"), ("B", "b")]))
        .unwrap();
    wait(60.0).await;
    bench.fail(&InjectedFault::new("B", FaultPhase::Update, "no"));
    bench
        .update("s", &parameters(&[("A", "x"), ("B", "!GetAtt A.Value")]))
        .unwrap();
    wait(60.0).await;
    let stack = bench.describe("s").unwrap();
    let operations: Vec<_> = stack
        .last_operations
        .iter()
        .map(|one| one.operation_type.as_str())
        .collect();
    assert_eq!(
        operations,
        ["ROLLBACK", "UPDATE_STACK"],
        "a rollback is an operation of its own"
    );
    let ask = |operation: usize, failed_events| {
        let request = DescribeEvents {
            stack_name: Some("s".to_owned()),
            operation_id: Some(stack.last_operations[operation].operation_id.clone()),
            failed_events,
            ..DescribeEvents::default()
        };
        match bench.call(Request::DescribeEvents(request)).unwrap() {
            Response::DescribeEvents(page) => page.items,
            other => panic!("{other:?}"),
        }
    };
    let failed = ask(1, true);
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].event.logical_id, "B");
    assert_eq!(failed[0].event_type, "PROVISIONING_ERROR");
    assert!(
        ask(0, true).is_empty(),
        "the cause lies in the operation before the rollback"
    );
    assert!(
        ask(0, false)
            .iter()
            .all(|event| event.operation_type == "ROLLBACK")
    );
}

#[tokio::test(start_paused = true)]
async fn resources_are_found_by_stack_by_name_and_by_physical_id() {
    let bench = Bench::new();
    let template = "Resources: {A: {Type: AWS::SSM::Parameter, Metadata: {why: because}, Properties: {Name: /a, Type: String, Value: a}}}";
    bench.create("s", template).unwrap();
    wait(60.0).await;
    let by_id = |physical_id: &str| {
        let request = DescribeStackResources {
            physical_id: Some(physical_id.to_owned()),
            ..DescribeStackResources::default()
        };
        bench.call(Request::DescribeStackResources(request))
    };
    let Response::DescribeStackResources(found) = by_id("/a").unwrap() else {
        panic!()
    };
    assert_eq!(found[0].stack_name, "s");
    assert_eq!(
        by_id("/b").unwrap_err().message,
        "Stack for /b does not exist"
    );
    let one = |logical_id: &str| {
        let request = DescribeStackResource {
            stack_name: "s".to_owned(),
            logical_id: logical_id.to_owned(),
        };
        bench.call(Request::DescribeStackResource(request))
    };
    let Response::DescribeStackResource(found) = one("A").unwrap() else {
        panic!()
    };
    assert_eq!(found.metadata.as_deref(), Some(r#"{"why":"because"}"#));
    assert_eq!(
        one("X").unwrap_err().message,
        "Resource X does not exist for stack s"
    );
}

#[tokio::test(start_paused = true)]
async fn a_template_is_read_back_byte_for_byte() {
    let bench = Bench::new();
    let template = "# a comment\nResources:\n  A: {Type: AWS::SNS::Topic}   \n";
    bench.create("s", template).unwrap();
    let request = GetTemplate {
        stack_name: Some("s".to_owned()),
        change_set_name: None,
    };
    assert_eq!(
        bench.call(Request::GetTemplate(request)).unwrap(),
        Response::GetTemplate {
            body: template.to_owned()
        }
    );
}

#[tokio::test(start_paused = true)]
async fn a_template_says_what_it_needs() {
    let bench = Bench::new();
    let template = "Description: d
Parameters: {P: {Type: Number, Default: 3, NoEcho: true}}
Resources: {R: {Type: AWS::IAM::Role}, T: {Type: AWS::SNS::Topic}}
";
    let source = TemplateSource::Body(template.to_owned());
    let request = GetTemplateSummary {
        template: source.clone(),
        stack_name: None,
    };
    let Response::GetTemplateSummary(summary) =
        bench.call(Request::GetTemplateSummary(request)).unwrap()
    else {
        panic!()
    };
    assert_eq!(summary.capabilities, ["CAPABILITY_IAM"]);
    assert_eq!(
        summary.resource_types,
        ["AWS::IAM::Role", "AWS::SNS::Topic"]
    );
    let request = ValidateTemplate { template: source };
    let Response::ValidateTemplate(validated) =
        bench.call(Request::ValidateTemplate(request)).unwrap()
    else {
        panic!()
    };
    assert_eq!(validated.parameters[0].default.as_deref(), Some("3"));
    assert!(validated.parameters[0].no_echo);
    let request = ValidateTemplate {
        template: TemplateSource::Body("Resources: [".to_owned()),
    };
    let error = bench.call(Request::ValidateTemplate(request)).unwrap_err();
    assert!(
        error.message.starts_with("Template format error: "),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn stacks_may_be_described_as_they_were_a_moment_ago() {
    let lag = Duration::from_millis(500);
    let bench = Bench::with(Options {
        lag,
        ..Bench::options()
    });
    let id = bench.create("s", &parameters(&[("A", "a")])).unwrap();
    assert_eq!(
        bench.status("s"),
        "ValidationError: Stack with id s does not exist"
    );
    wait(0.6).await;
    assert_eq!(bench.status("s"), "CREATE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    bench.delete("s").unwrap();
    assert_eq!(
        bench.status(&id),
        "CREATE_COMPLETE",
        "stale just after a delete"
    );
    wait(0.6).await;
    assert_eq!(bench.status(&id), "DELETE_IN_PROGRESS: User Initiated");
}
