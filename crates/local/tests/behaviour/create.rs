//! The creation of stacks: events, failures and rollbacks.

use formwork_local::model::request::{CreateStack, OnFailure};
use formwork_local::{FaultPhase, InjectedFault, Options, Pace};
use insta::assert_snapshot;

use crate::bench::{Bench, desired, given, parameters, tag, wait};

const CHAIN: &[(&str, &str)] = &[("A", "a"), ("B", "!Ref A"), ("C", "c")];

#[tokio::test(start_paused = true)]
async fn resources_are_created_in_the_order_of_dependencies_side_by_side() {
    let bench = Bench::new();
    bench.create("s", &parameters(CHAIN)).unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 A - CREATE_IN_PROGRESS
    0.0 C - CREATE_IN_PROGRESS
    0.1 A + CREATE_IN_PROGRESS: Resource creation Initiated
    0.1 C + CREATE_IN_PROGRESS: Resource creation Initiated
    1.0 A + CREATE_COMPLETE
    1.0 B - CREATE_IN_PROGRESS
    1.0 C + CREATE_COMPLETE
    1.1 B + CREATE_IN_PROGRESS: Resource creation Initiated
    2.0 B + CREATE_COMPLETE
    2.0 s CREATE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_create_is_revealed_as_time_passes() {
    let bench = Bench::new();
    let id = bench.create("s", &parameters(CHAIN)).unwrap();
    assert_eq!(bench.status("s"), "CREATE_IN_PROGRESS: User Initiated");
    wait(0.5).await;
    let shown = |bench: &Bench| {
        let resources = bench.resources("s");
        let lines = resources
            .iter()
            .map(|one| format!("{} {}", one.logical_id, one.status));
        lines.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(shown(&bench), "A CREATE_IN_PROGRESS, C CREATE_IN_PROGRESS");
    wait(1.0).await;
    assert_eq!(
        shown(&bench),
        "A CREATE_COMPLETE, B CREATE_IN_PROGRESS, C CREATE_COMPLETE"
    );
    wait(0.5).await;
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
    assert_eq!(bench.status(&id), "CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn a_slow_type_passes_configuration_complete() {
    let bench = Bench::new();
    bench
        .create(
            "s",
            "Resources: {V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}}",
        )
        .unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 V - CREATE_IN_PROGRESS
    0.1 V + CREATE_IN_PROGRESS: Resource creation Initiated
    0.7 V + CREATE_IN_PROGRESS [CONFIGURATION_COMPLETE]: Eventual consistency check initiated
    1.0 V + CREATE_COMPLETE
    1.0 s CREATE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_failed_create_is_rolled_back_in_reverse_order() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new(
        "C",
        FaultPhase::Create,
        "no more of it",
    ));
    bench
        .create(
            "s",
            &parameters(&[
                ("A", "a"),
                ("B", "!Ref A"),
                ("C", "!Ref A"),
                ("D", "!Ref C"),
            ]),
        )
        .unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 A - CREATE_IN_PROGRESS
    0.1 A + CREATE_IN_PROGRESS: Resource creation Initiated
    1.0 A + CREATE_COMPLETE
    1.0 B - CREATE_IN_PROGRESS
    1.0 C - CREATE_IN_PROGRESS
    1.1 B + CREATE_IN_PROGRESS: Resource creation Initiated
    1.1 C + CREATE_IN_PROGRESS: Resource creation Initiated
    2.0 B + CREATE_COMPLETE
    2.0 C + CREATE_FAILED: no more of it
    2.0 s ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [C]. Rollback requested by user.
    2.0 B + DELETE_IN_PROGRESS
    2.0 C + DELETE_IN_PROGRESS
    3.0 B + DELETE_COMPLETE
    3.0 C + DELETE_COMPLETE
    3.0 A + DELETE_IN_PROGRESS
    4.0 A + DELETE_COMPLETE
    4.0 s ROLLBACK_COMPLETE
    ");
    let shown = bench.resources("s");
    assert!(
        shown
            .iter()
            .all(|one| one.status.as_str() == "DELETE_COMPLETE"),
        "{shown:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_under_way_when_another_fails_is_cancelled() {
    let bench = Bench::with(Options {
        pace: Pace::Quick,
        ..Options::default()
    });
    let template = "Resources:
  W: {Type: AWS::CloudFormation::WaitCondition, Properties: {Timeout: '10'}}
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
  B: {Type: AWS::SSM::Parameter, DependsOn: W, Properties: {Type: String, Value: b}}
  L: {Type: AWS::CloudFormation::WaitCondition, Properties: {Timeout: '1000'}}
";
    bench.create("s", template).unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 W - CREATE_IN_PROGRESS
    0.0 A - CREATE_IN_PROGRESS
    0.0 L - CREATE_IN_PROGRESS
    0.0 A + CREATE_IN_PROGRESS: Resource creation Initiated
    0.0 W + CREATE_IN_PROGRESS: Resource creation Initiated
    0.1 A + CREATE_COMPLETE
    0.2 W + CREATE_FAILED: WaitCondition timed out. Received 0 conditions when expecting 1
    0.2 L - CREATE_FAILED: Resource creation cancelled
    0.2 s ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [W, L]. Rollback requested by user.
    0.2 L - DELETE_COMPLETE
    0.2 W + DELETE_IN_PROGRESS
    0.2 A + DELETE_IN_PROGRESS
    0.3 A + DELETE_COMPLETE
    0.4 W + DELETE_COMPLETE
    0.4 s ROLLBACK_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_deleted_leaves_rollback_failed() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("B", FaultPhase::Create, "no"));
    bench.fail(&InjectedFault::new("A", FaultPhase::Delete, "still in use"));
    bench
        .create("s", &parameters(&[("A", "a"), ("B", "!Ref A")]))
        .unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("s"),
        "ROLLBACK_FAILED: The following resource(s) failed to delete: [A]."
    );
    let error = bench.update("s", &parameters(&[("A", "x")])).unwrap_err();
    assert!(
        error
            .message
            .ends_with("is in ROLLBACK_FAILED state and can not be updated.")
    );
    bench.cloud.clear_faults().unwrap();
    bench.delete("s").unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("s"),
        "ValidationError: Stack with id s does not exist"
    );
}

#[tokio::test(start_paused = true)]
async fn without_rollback_a_failed_create_stays_and_can_be_repaired() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("B", FaultPhase::Create, "no"));
    let mut request = CreateStack {
        desired: desired("s", &parameters(&[("A", "a"), ("B", "!Ref A")])),
        ..CreateStack::default()
    };
    request.desired.disable_rollback = Some(true);
    bench.create_as(request.clone()).unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("s"),
        "CREATE_FAILED: The following resource(s) failed to create: [B]."
    );
    assert_eq!(
        bench
            .update("s", &parameters(&[("A", "b")]))
            .unwrap_err()
            .message,
        "This stack is currently in a non-terminal [CREATE_FAILED] state. To update the stack from this state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good state, use the rollback-stack API"
    );
    bench.cloud.clear_faults().unwrap();
    bench.update_as(request.desired).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "UPDATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn created_with_do_nothing_no_update_is_possible() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("A", FaultPhase::Create, "no"));
    let template = parameters(&[("A", "a")]);
    let request = CreateStack {
        desired: desired("s", &template),
        on_failure: Some(OnFailure::DoNothing),
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap();
    wait(60.0).await;
    let mut update = desired("s", &template);
    update.disable_rollback = Some(true);
    let error = bench.update_as(update).unwrap_err();
    assert!(
        error
            .message
            .ends_with("is in CREATE_FAILED state and can not be updated.")
    );
}

#[tokio::test(start_paused = true)]
async fn on_failure_delete_takes_the_stack_away() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("A", FaultPhase::Create, "no"));
    let request = CreateStack {
        desired: desired("s", &parameters(&[("A", "a")])),
        on_failure: Some(OnFailure::Delete),
        ..CreateStack::default()
    };
    let id = bench.create_as(request).unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("s"),
        "ValidationError: Stack with id s does not exist"
    );
    assert_eq!(bench.status(&id), "DELETE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn a_missing_export_fails_the_stack_without_a_failed_event() {
    let bench = Bench::new();
    bench
        .create("s", &parameters(&[("A", "!ImportValue nowhere")]))
        .unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", 0), @r"
    0.0 s CREATE_IN_PROGRESS: User Initiated
    0.0 s ROLLBACK_IN_PROGRESS: No export named nowhere found. Rollback requested by user.
    0.0 s ROLLBACK_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_private_api_without_a_policy_cannot_be_deployed() {
    let bench = Bench::new();
    let template = |policy: &str| {
        format!(
            "Resources:
  Api: {{Type: AWS::ApiGateway::RestApi, Properties: {{Name: a, EndpointConfiguration: {{Types: [PRIVATE]}}{policy}}}}}
  Deployment: {{Type: AWS::ApiGateway::Deployment, Properties: {{RestApiId: !Ref Api}}}}
"
        )
    };
    bench.create("bad", &template("")).unwrap();
    bench
        .create("good", &template(", Policy: {Statement: []}"))
        .unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("good"), "CREATE_COMPLETE");
    let events = bench.events("bad");
    let failed = events
        .iter()
        .find(|event| event.status == "CREATE_FAILED")
        .unwrap();
    assert_eq!(failed.logical_id, "Deployment");
    let reason = failed.status_reason.as_deref().unwrap();
    assert!(
        reason.contains("Private REST API doesn't have a resource policy attached to it"),
        "{reason}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_name_that_another_stack_holds_is_refused() {
    let bench = Bench::new();
    let template = "Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Name: /x, Type: String, Value: a}}}";
    let first = bench.create("one", template).unwrap();
    wait(60.0).await;
    bench.create("two", template).unwrap();
    wait(60.0).await;
    let events = bench.events("two");
    let failed = events
        .iter()
        .find(|event| event.status == "CREATE_FAILED")
        .unwrap();
    assert_eq!(
        failed.status_reason.as_deref(),
        Some(format!("/x already exists in stack {first}").as_str())
    );
    assert_eq!(failed.physical_id, "");
}

#[tokio::test(start_paused = true)]
async fn a_create_has_a_time_limit() {
    let bench = Bench::with(Options {
        pace: Pace::Real,
        ..Options::default()
    });
    let template =
        "Resources: {W: {Type: AWS::CloudFormation::WaitCondition, Properties: {Timeout: '600'}}}";
    let request = CreateStack {
        desired: desired("s", template),
        timeout_in_minutes: Some(1),
        ..CreateStack::default()
    };
    bench.create_as(request).unwrap();
    wait(59.0).await;
    assert_eq!(bench.status("s"), "CREATE_IN_PROGRESS: User Initiated");
    wait(2.0).await;
    assert!(
        bench.status("s").starts_with(
            "ROLLBACK_IN_PROGRESS: Stack creation time exceeded the specified timeout."
        )
    );
}

#[tokio::test(start_paused = true)]
async fn retained_resources_survive_a_rollback_unless_they_are_new_only() {
    let bench = Bench::new();
    bench.fail(&InjectedFault::new("Bad", FaultPhase::Create, "no"));
    let template = "Resources:
  Kept: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Type: String, Value: a}}
  New: {Type: AWS::SSM::Parameter, DeletionPolicy: RetainExceptOnCreate, Properties: {Type: String, Value: a}}
  Bad: {Type: AWS::SSM::Parameter, DependsOn: [Kept, New], Properties: {Type: String, Value: a}}
";
    bench.create("s", template).unwrap();
    wait(60.0).await;
    let shown = bench.resources("s");
    let shown: Vec<_> = shown
        .iter()
        .map(|one| format!("{} {}", one.logical_id, one.status))
        .collect();
    assert_eq!(
        shown.join(", "),
        "Bad DELETE_COMPLETE, Kept DELETE_SKIPPED, New DELETE_COMPLETE"
    );
    assert_eq!(bench.status("s"), "ROLLBACK_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn a_stack_is_described_as_it_was_asked_for() {
    let bench = Bench::new();
    let template = "Description: what it is
Parameters: {Size: {Type: Number, Default: 3}, Secret: {Type: String, NoEcho: true}}
Resources: {P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Secret}}}
Outputs: {Name: {Value: !Ref P, Description: its name}, Size: {Value: !Ref Size}}
";
    let mut request = CreateStack {
        desired: desired("s", template),
        ..CreateStack::default()
    };
    request.desired.parameters = vec![given("Secret", "open sesame")];
    request.desired.tags = Some(vec![tag("team", "a")]);
    request.termination_protection = true;
    bench.create_as(request).unwrap();
    wait(60.0).await;
    let stack = bench.describe("s").unwrap();
    assert_eq!(stack.description.as_deref(), Some("what it is"));
    let parameters: Vec<_> = stack
        .parameters
        .iter()
        .map(|one| format!("{}={}", one.key, one.value))
        .collect();
    assert_eq!(parameters, ["Size=3", "Secret=****"]);
    assert_eq!(stack.tags, [tag("team", "a")]);
    assert!(stack.termination_protection);
    assert_eq!(stack.outputs[0].description.as_deref(), Some("its name"));
    assert_eq!(stack.outputs[1].value, "3");
    for event in bench.events("s") {
        let texts = [event.status_reason, event.properties];
        let has_secret = |text: &String| text.contains("open sesame");
        assert!(
            !texts.iter().flatten().any(has_secret),
            "an event shows a secret"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn conditions_decide_what_is_made_and_shown() {
    let bench = Bench::new();
    let template = "Parameters: {Size: {Type: String, Default: small}}
Conditions:
  IsHere: !Equals [!Ref AWS::Region, us-east-1]
  IsLarge: !Equals [!Ref Size, large]
Resources:
  A: {Type: AWS::SSM::Parameter, Condition: IsHere, Properties: {Type: String, Value: !If [IsLarge, many, few]}}
  B: {Type: AWS::SSM::Parameter, Condition: IsLarge, Properties: {Type: String, Value: b}}
Outputs:
  A: {Value: !GetAtt A.Value}
  B: {Condition: IsLarge, Value: !GetAtt B.Value}
";
    bench.create("s", template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.outputs("s"), "A=few");
    assert_eq!(bench.resources("s").len(), 1);
    let mut update = desired("s", template);
    update.parameters = vec![given("Size", "large")];
    bench.update_as(update).unwrap();
    wait(60.0).await;
    assert_eq!(bench.outputs("s"), "A=many B=b");
}
