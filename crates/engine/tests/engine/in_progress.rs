//! Tests of operations in progress and of foreign stacks.

use std::time::Duration;

use formwork_aws::{CreateStack, Rollback, StackStatus, TemplateSource};
use formwork_engine::{Blocker, Event, FailureKind, ForeignOperations, Origin, Refusal};
use tokio::time::sleep;

use formwork_testkit::{Bench, RunRecord, SECRET, key, stacks};

/// Kills a run two seconds after the cloud accepted its first operation.
async fn kill(bench: &Bench, run: impl Future<Output = RunRecord>) {
    let before = bench.accepted();
    let begun = async {
        while bench.accepted() == before {
            sleep(Duration::from_millis(100)).await;
        }
        sleep(Duration::from_secs(2)).await;
    };
    tokio::select! {
        ran = run => panic!("it ended before: {}", ran.outcomes()),
        () = begun => {}
    }
}

/// Creates a foreign stack.
async fn create_foreign_stack(bench: &Bench, name: &str) {
    let (client, _) = bench.client().await;
    let body =
        "Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: theirs}}}";
    let request = CreateStack {
        name: formwork_template::StackName::new(name).unwrap(),
        template: TemplateSource::Body(body.to_owned()),
        parameters: Default::default(),
        tags: Default::default(),
        capabilities: Default::default(),
        role_arn: None,
        notification_arns: Vec::new(),
        timeout_minutes: None,
        termination_protection: false,
        rollback: Rollback::Enabled,
        token: formwork_aws::ClientToken::new("theirs").unwrap(),
    };
    client.cloud().create_stack(&request).await.unwrap();
}

/// Returns whether a foreign stack blocked the run.
fn is_not_ours(record: &RunRecord) -> bool {
    let is_not_ours = |blocker: &Blocker| matches!(blocker, Blocker::Stack { refusal, .. } if matches!(refusal, Refusal::NotOurs { .. }));
    record.blockers().iter().any(is_not_ours)
}

#[tokio::test(start_paused = true)]
async fn a_creation_of_ours_in_progress_is_adopted() {
    let bench = Bench::new();
    let text = stacks("a, b < a", "one");
    kill(&bench, bench.deploy(&text)).await;
    assert_eq!(bench.status("shop-a").await, "CREATE_IN_PROGRESS");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a created, b created");
    assert_eq!(bench.record(), "CreateStack shop-a, CreateStack shop-b");
    let is_adopted = ran.events.iter().any(|stamped| {
        matches!(&stamped.event, Event::Started { stack, origin: Origin::Adopted, .. } if *stack == key("a"))
    });
    assert!(is_adopted, "the user is informed");
}

#[tokio::test(start_paused = true)]
async fn an_update_of_ours_in_progress_is_adopted() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let text = stacks("a, b < a", "two");
    kill(&bench, bench.deploy(&text)).await;
    assert_eq!(bench.status("shop-a").await, "UPDATE_IN_PROGRESS");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a updated, b updated");
    assert_eq!(
        bench.record_since(2),
        "ExecuteChangeSet shop-a, ExecuteChangeSet shop-b"
    );
}

#[tokio::test(start_paused = true)]
async fn a_deletion_of_ours_in_progress_is_adopted() {
    let bench = Bench::new();
    let text = stacks("a, b < a", "one");
    bench.deploy(&text).await;
    kill(&bench, bench.destroy(&text)).await;
    assert_eq!(bench.status("shop-b").await, "DELETE_IN_PROGRESS");
    let ran = bench.destroy(&text).await;
    assert_eq!(ran.outcomes(), "b deleted, a deleted");
    assert_eq!(
        bench.record_since(2),
        "DeleteStack shop-b, DeleteStack shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn an_operation_of_ours_that_asks_for_other_content_is_not_adopted() {
    let bench = Bench::new();
    kill(&bench, bench.deploy(&stacks("a", "one"))).await;
    let ran = bench.deploy(&stacks("a", "two")).await;
    assert_eq!(ran.outcomes(), "a refused");
    let ran = bench
        .deploy_with(&stacks("a", "two"), |options| {
            options.foreign_operations = ForeignOperations::Wait
        })
        .await;
    // The refusal above did not wait, so the operation was still in progress here.
    assert_eq!(ran.outcomes(), "a updated");
    assert_eq!(
        bench.record(),
        "CreateStack shop-a, ExecuteChangeSet shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_with_secrets_is_assessed_again_after_an_adopted_operation() {
    let mut bench = Bench::new();
    bench.variables = vec![("api_key", "secret")];
    kill(&bench, bench.deploy(SECRET)).await;
    let ran = bench.deploy(SECRET).await;
    assert_eq!(ran.outcomes(), "a unchanged", "it was assessed again");
    assert_eq!(bench.record(), "CreateStack shop-a");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_operation_is_refused_or_awaited() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    let (client, _) = bench.client().await;
    // Another user updates our stack with a change set.
    let live = bench.described("shop-a").await.unwrap();
    let token = formwork_aws::ClientToken::new("theirs").unwrap();
    let request = formwork_aws::CreateChangeSet {
        stack: (&live.id).into(),
        name: "theirs".to_owned(),
        kind: formwork_aws::ChangeSetKind::Update,
        template: TemplateSource::Body(
            "Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: theirs}}}".to_owned(),
        ),
        parameters: Default::default(),
        tags: live.tags.clone(),
        capabilities: Default::default(),
        role_arn: None,
        notification_arns: Vec::new(),
        description: None,
        token,
    };
    let made = client.cloud().create_change_set(&request).await.unwrap();
    sleep(Duration::from_secs(30)).await;
    let execute = formwork_aws::ExecuteChangeSet {
        change_set: made.id.into(),
        rollback: Rollback::Enabled,
        token: formwork_aws::ClientToken::new("theirs-too").unwrap(),
    };
    client.cloud().execute_change_set(&execute).await.unwrap();

    let refused = bench.deploy(&stacks("a", "one")).await;
    let failure = refused.failure("a");
    let status = StackStatus::UpdateInProgress;
    assert_eq!(
        failure.kind,
        FailureKind::Refused(Refusal::InFlight { status })
    );
    assert_eq!(
        bench.record_since(1),
        "ExecuteChangeSet shop-a",
        "nothing of ours was sent"
    );

    let waited = bench
        .deploy_with(&stacks("a", "one"), |options| {
            options.foreign_operations = ForeignOperations::Wait
        })
        .await;
    assert_eq!(waited.outcomes(), "a updated");
    let waiting = waited
        .events
        .iter()
        .any(|s| matches!(s.event, Event::Waiting { .. }));
    assert!(waiting, "the user is informed");
    assert_eq!(bench.record_since(2), "ExecuteChangeSet shop-a");
}

#[tokio::test(start_paused = true)]
async fn a_foreign_stack_is_only_changed_after_its_adoption() {
    let bench = Bench::new();
    create_foreign_stack(&bench, "shop-a").await;
    sleep(Duration::from_secs(60)).await;
    let text = stacks("a, b", "one");
    let refused = bench.deploy(&text).await;
    assert!(is_not_ours(&refused));
    let refused = bench.destroy(&text).await;
    assert!(is_not_ours(&refused));
    assert_eq!(
        bench.record(),
        "CreateStack shop-a",
        "nothing was sent, not even for b"
    );
    let ran = bench
        .deploy_with(&text, |options| {
            options.adopt.insert(key("a"));
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated, b created");
    assert_eq!(
        bench.deploy(&text).await.outcomes(),
        "a unchanged, b unchanged"
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_that_waits_for_review_is_created() {
    let bench = Bench::new();
    let (client, _) = bench.client().await;
    let request = formwork_aws::CreateChangeSet {
        stack: formwork_template::StackName::new("shop-a").unwrap().into(),
        name: "review".to_owned(),
        kind: formwork_aws::ChangeSetKind::Create,
        template: TemplateSource::Body("Resources: {P: {Type: AWS::SNS::Topic}}".to_owned()),
        parameters: Default::default(),
        tags: Default::default(),
        capabilities: Default::default(),
        role_arn: None,
        notification_arns: Vec::new(),
        description: None,
        token: formwork_aws::ClientToken::new("review").unwrap(),
    };
    client.cloud().create_change_set(&request).await.unwrap();
    assert_eq!(bench.status("shop-a").await, "REVIEW_IN_PROGRESS");
    let refused = bench.deploy(&stacks("a", "one")).await;
    assert!(is_not_ours(&refused));
    let ran = bench
        .deploy_with(&stacks("a", "one"), |options| {
            options.adopt.insert(key("a"));
        })
        .await;
    assert_eq!(ran.outcomes(), "a created");
    assert_eq!(bench.record(), "CreateStack shop-a");
    assert_eq!(bench.status("shop-a").await, "CREATE_COMPLETE");
}
