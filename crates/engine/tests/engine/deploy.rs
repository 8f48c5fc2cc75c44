//! Creating, updating, leaving alone: the main line.

use engine::options::AfterFailure;
use engine::outcome::{FailureKind, Outcome, Verdict};
use local::{During, Failure};

use crate::bench::{Bench, key, stacks, variable};

#[tokio::test(start_paused = true)]
async fn stacks_are_created_in_their_order_and_then_left_alone() {
    let bench = Bench::new();
    let text = stacks("a, b < a, c < b, d < a", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a created, b created, c created, d created");
    assert_eq!(
        bench.record(),
        "CreateStack shop-a, CreateStack shop-b, CreateStack shop-d, CreateStack shop-c"
    );
    let before = bench.cloud.answered().len();
    let again = bench.deploy(&text).await;
    assert_eq!(
        again.outcomes(),
        "a unchanged, b unchanged, c unchanged, d unchanged"
    );
    assert_eq!(again.summary().verdict(), Verdict::Done);
    assert_eq!(bench.record_since(4), "");
    let calls = bench.cloud.answered().len() - before;
    assert_eq!(calls, 5, "one listing, four templates");
}

#[tokio::test(start_paused = true)]
async fn a_stack_begins_when_all_it_waits_for_is_complete_and_not_a_level_later() {
    let bench = Bench::new();
    // `slow` has three resources in a row; `c` waits for `b` alone.
    let text = format!(
        "{}
[stacks.slow.One]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"1\"
[stacks.slow.Two]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{One}}\"
[stacks.slow.Three]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{Two}}\"
",
        stacks("a, b < a, c < b", "one")
    );
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.summary().verdict(), Verdict::Done);
    let begun = |stack| {
        bench.accepted_at("CreateStack", stack) - bench.accepted_at("CreateStack", "shop-a")
    };
    for (stack, earliest) in [("shop-b", 10.0), ("shop-c", 20.0), ("shop-slow", 0.0)] {
        let begun = begun(stack);
        assert!(
            (earliest..earliest + 2.0).contains(&begun),
            "{stack} began after {begun} s"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn no_more_stacks_are_in_work_than_jobs_and_the_longest_path_goes_first() {
    let bench = Bench::new();
    let text = stacks("a, b, x, y < x, z < y", "one");
    bench.deploy_with(&text, |options| options.jobs = 1).await;
    assert_eq!(
        bench.record(),
        "CreateStack shop-x, CreateStack shop-y, CreateStack shop-a, CreateStack shop-b, CreateStack shop-z"
    );
}

#[tokio::test(start_paused = true)]
async fn an_update_goes_by_a_change_set_that_is_told_to_roll_back() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    let ran = bench.deploy(&stacks("a", "two")).await;
    assert_eq!(ran.outcomes(), "a updated");
    assert_eq!(bench.record_since(1), "ExecuteChangeSet shop-a");
    bench
        .cloud
        .fail(&Failure::of("P", During::Update, "Value is too plain"))
        .unwrap();
    let ran = bench.deploy(&stacks("a", "three")).await;
    assert_eq!(ran.outcomes(), "a failed UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(bench.status("shop-a").await, "UPDATE_ROLLBACK_COMPLETE");
    let Outcome::Failed(failure) = ran.outcome("a") else {
        panic!("it failed");
    };
    let cause = failure.cause.as_ref().unwrap();
    assert_eq!(
        (cause.logical_id.as_str(), cause.property.as_deref()),
        ("P", Some("Value"))
    );
    assert_eq!(cause.reason, "Value is too plain");
    assert!(cause.span.is_some(), "its line in the blueprint is known");
    assert_eq!(ran.summary().verdict(), Verdict::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_failure_skips_its_dependents_and_an_independent_branch_finishes() {
    let bench = Bench::new();
    bench
        .cloud
        .fail(&Failure::of("P", During::Create, "no").in_stack("shop-a"))
        .unwrap();
    let text = stacks("a, b < a, c < b, x, y < x, z < y, w < z", "one");
    let ran = bench.deploy(&text).await;
    assert_eq!(
        ran.outcomes(),
        "a failed ROLLBACK_COMPLETE, b skipped for a, c skipped for a, x created, y created, z created, w created"
    );
    let record = bench.record();
    assert!(
        !record.contains("shop-b") && !record.contains("shop-c"),
        "{record}"
    );
    assert!(
        record.ends_with("CreateStack shop-z, CreateStack shop-w"),
        "{record}"
    );
}

#[tokio::test(start_paused = true)]
async fn with_fail_fast_nothing_more_begins() {
    let bench = Bench::new();
    bench
        .cloud
        .fail(&Failure::of("P", During::Create, "no").in_stack("shop-a"))
        .unwrap();
    let text = stacks("a, x, y < x, z < y", "one");
    let ran = bench
        .deploy_with(&text, |options| options.after_failure = AfterFailure::Stop)
        .await;
    assert!(
        ran.outcomes().contains("z stopped for a"),
        "{}",
        ran.outcomes()
    );
    assert!(!bench.record().contains("shop-z"), "{}", bench.record());
}

#[tokio::test(start_paused = true)]
async fn what_a_failed_creation_left_is_deleted_and_made_again() {
    let bench = Bench::new();
    bench
        .cloud
        .fail(&Failure::of("P", During::Create, "no"))
        .unwrap();
    bench.deploy(&stacks("a", "one")).await;
    assert_eq!(bench.status("shop-a").await, "ROLLBACK_COMPLETE");
    bench.cloud.clear_failures().unwrap();
    let ran = bench.deploy(&stacks("a", "one")).await;
    assert_eq!(ran.outcomes(), "a created");
    assert_eq!(
        bench.record_since(1),
        "DeleteStack shop-a, CreateStack shop-a"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_creation_that_left_resources_is_not_deleted() {
    let bench = Bench::new();
    // The second resource fails, and the first is kept by its policy.
    let text = format!(
        "{}
[stacks.a.Kept]
type = \"AWS::S3::Bucket\"
deletion_policy = \"Retain\"
",
        stacks("a", "${Kept}")
    );
    bench
        .cloud
        .fail(&Failure::of("P", During::Create, "no"))
        .unwrap();
    bench.deploy(&text).await;
    assert_eq!(bench.status("shop-a").await, "ROLLBACK_COMPLETE");
    let before = bench.accepted();
    let ran = bench.deploy(&text).await;
    let Outcome::Failed(failure) = ran.outcome("a") else {
        panic!("it is refused");
    };
    assert!(
        format!("{:?}", failure.kind).contains("Survivors { resources: [\"Kept\"] }"),
        "{:?}",
        failure.kind
    );
    assert_eq!(bench.record_since(before), "");
}

#[tokio::test(start_paused = true)]
async fn a_dependent_whose_values_turn_out_equal_is_skipped() {
    let bench = Bench::new();
    // The output is an attribute: whether an update changes it is known only afterwards.
    let text = stacks("a, b < a", "one").replacen("\"${P}\"", "\"${P.Value}\"", 1);
    bench.deploy(&text).await;
    let text = text.replacen("Value = ", "Description = \"new\"\nValue = ", 1);
    let plan = bench.plan(&text).await;
    let b = plan.stack(&key("b")).unwrap();
    assert_eq!(format!("{:?}", b.action), "MayUpdate");
    assert_eq!(b.only_because, [key("a")]);
    let ran = bench.deploy(&text).await;
    assert_eq!(ran.outcomes(), "a updated, b unchanged");
    assert_eq!(bench.record_since(2), "ExecuteChangeSet shop-a");
}

#[tokio::test(start_paused = true)]
async fn a_dependent_whose_values_change_is_updated_with_them() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let text = stacks("a, b < a", "one").replacen("Value = ", "Name = \"/named\"\nValue = ", 1);
    let ran = bench
        .deploy_with(&text, |options| {
            options.allowed.interruptions = engine::plan::Interruptions::Allowed;
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated, b updated");
    assert_eq!(bench.output("shop-a", "Name").await, "/named");
}

#[tokio::test(start_paused = true)]
async fn what_text_cannot_decide_a_change_set_decides_and_its_no_op_counts() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.parameters.Ami]
Type = \"AWS::SSM::Parameter::Value<String>\"
Default = \"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${Ami}\"
";
    bench.deploy(text).await;
    let before = bench.answered("CreateChangeSet");
    let ran = bench.deploy(text).await;
    assert_eq!(
        bench.answered("CreateChangeSet"),
        before + 1,
        "text cannot tell"
    );
    assert_eq!(ran.outcomes(), "a unchanged");
    assert_eq!(bench.record_since(1), "");
    // What only CloudFormation counts as nothing: a template's description.
    let ran = bench
        .deploy(&text.replace(
            "[stacks.a.parameters",
            "[stacks.a]\ndescription = \"new\"\n[stacks.a.parameters",
        ))
        .await;
    assert_eq!(ran.outcomes(), "a unchanged");
    assert_eq!(bench.record_since(1), "");
    assert!(bench.plan(text).await.is_empty());
}

const SECRET: &str = "
name = \"shop\"
[vars]
api_key = { type = \"string\", sensitive = true }
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${vars.api_key}\"
";

#[tokio::test(start_paused = true)]
async fn a_secret_is_sent_with_a_change_or_on_rotation_and_kept_otherwise() {
    let mut bench = Bench::new();
    bench.given = vec![("api_key", "first-secret")];
    bench.deploy(SECRET).await;
    bench.given = vec![("api_key", "other-secret")];
    let ran = bench.deploy(SECRET).await;
    assert_eq!(ran.outcomes(), "a unchanged", "secrets do not compare");
    assert_eq!(bench.answered("CreateChangeSet"), 0, "and nobody is asked");
    let ran = bench
        .deploy_with(SECRET, |options| {
            options.rotate.insert(variable("api_key"));
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated");
    assert_eq!(bench.record_since(1), "ExecuteChangeSet shop-a");
    let plan = bench
        .plan(&SECRET.replace("String\"", "String\"\nDescription = \"new\""))
        .await;
    let told = format!(
        "{plan:?} {:?} {}",
        ran.events,
        serde_json::to_string(&plan).unwrap()
    );
    assert!(!told.contains("other-secret") && !told.contains("first-secret"));
}

#[tokio::test(start_paused = true)]
async fn protection_follows_the_environment() {
    let mut bench = Bench::new();
    bench.environment = Some("prod");
    let text = |protect| format!("{}\n[env.prod]\nprotect = {protect}\n", stacks("a", "one"));
    bench.deploy(&text(true)).await;
    let refused = bench.destroy(&text(true)).await;
    assert!(format!("{:?}", refused.blockers()).contains("Protected"));
    let ran = bench.deploy(&text(false)).await;
    assert_eq!(ran.outcomes(), "a protectd");
    assert_eq!(bench.record_since(1), "", "no operation is needed for it");
    let ran = bench.destroy(&text(false)).await;
    assert_eq!(ran.outcomes(), "a deleted");
}

#[tokio::test(start_paused = true)]
async fn capabilities_are_derived_and_shown() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.Role]
type = \"AWS::IAM::Role\"
AssumeRolePolicyDocument = { Version = \"2012-10-17\", Statement = [{ Effect = \"Allow\", Principal = { Service = \"ec2.amazonaws.com\" }, Action = \"sts:AssumeRole\" }] }
";
    let plan = bench.plan(text).await;
    assert_eq!(plan.stacks[0].capabilities, ["CAPABILITY_IAM"]);
    assert_eq!(bench.deploy(text).await.outcomes(), "a created");
}

#[tokio::test(start_paused = true)]
async fn a_value_that_cannot_be_a_parameter_is_found_before_anything_is_sent() {
    let bench = Bench::new();
    let long = "x".repeat(3000);
    let text = format!(
        "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"{long}\"
[stacks.a.outputs]
Long = \"${{P.Value}}${{P.Value}}\"
[stacks.b.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{stacks.a.Long}}\"
"
    );
    let ran = bench.deploy(&text).await;
    let Outcome::Failed(failure) = ran.outcome("b") else {
        panic!("it is refused");
    };
    assert!(matches!(failure.kind, FailureKind::Refused(_)));
    let words = format!("{:?}", failure.kind);
    assert!(
        words.contains("6000 bytes, a parameter takes 4096"),
        "{words}"
    );
    assert_eq!(bench.record(), "CreateStack shop-a");
}

#[tokio::test(start_paused = true)]
async fn the_three_tags_are_set_and_nothing_else_of_ours() {
    let bench = Bench::new();
    bench.deploy(&stacks("a", "one")).await;
    let (client, _) = bench.client().await;
    let name = template::StackName::new("shop-a").unwrap();
    let stack = client
        .cloud()
        .describe_stack(&(&name).into())
        .await
        .unwrap()
        .unwrap();
    let tags: Vec<_> = stack
        .tags
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        tags,
        [
            "formwork:blueprint=shop",
            "formwork:env=-",
            "formwork:stack=a"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn each_step_of_a_resource_is_told_once() {
    let bench = Bench::new();
    let text = "
name = \"shop\"
[stacks.a.One]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"1\"
[stacks.a.Two]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${One}\"
";
    let ran = bench.deploy(text).await;
    let mut steps = ran.resources();
    let complete = steps
        .iter()
        .filter(|step| step.ends_with("CREATE_COMPLETE"))
        .count();
    assert_eq!(complete, 2, "{steps:?}");
    let Outcome::Changed { resources, .. } = ran.outcome("a") else {
        panic!("{}", ran.outcomes());
    };
    assert_eq!(*resources, 2);
    let begun = steps
        .iter()
        .position(|step| step == "a.One CREATE_IN_PROGRESS");
    let two = steps
        .iter()
        .position(|step| step == "a.Two CREATE_IN_PROGRESS");
    assert!(begun < two, "{steps:?}");
    steps.retain(|step| step.ends_with("COMPLETE"));
    assert_eq!(steps, ["a.One CREATE_COMPLETE", "a.Two CREATE_COMPLETE"]);
}

#[tokio::test(start_paused = true)]
async fn a_template_too_large_for_a_request_goes_by_the_bucket() {
    let bench = Bench::new();
    let mut text = "name = \"shop\"\n".to_owned();
    for n in 0..20 {
        let value = "x".repeat(3000);
        text += &format!(
            "[stacks.a.P{n}]\ntype = \"AWS::SSM::Parameter\"\nType = \"String\"\nValue = \"{value}\"\n"
        );
    }
    assert_eq!(bench.deploy(&text).await.outcomes(), "a created");
    assert_eq!(bench.deploy(&text).await.outcomes(), "a unchanged");
    assert_eq!(bench.record(), "CreateStack shop-a");
}

#[tokio::test(start_paused = true)]
async fn where_no_resource_failed_the_stacks_own_reason_is_the_cause() {
    let bench = Bench::new();
    let events = "DescribeEvents";
    bench
        .cloud
        .wire_faults()
        .always(events, local::wire::WireFault::Deny);
    let text = "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = { \"Fn::ImportValue\" = \"nobody-makes-it\" }
";
    let ran = bench.deploy(text).await;
    let Outcome::Failed(failure) = ran.outcome("a") else {
        panic!("{}", ran.outcomes());
    };
    let reason = &failure.cause.as_ref().unwrap().reason;
    assert!(reason.contains("nobody-makes-it"), "{reason}");
}

#[tokio::test(start_paused = true)]
async fn a_protected_environment_is_destroyed_when_its_name_was_confirmed() {
    let mut bench = Bench::new();
    bench.environment = Some("prod");
    let text = format!("{}\n[env.prod]\nprotect = true\n", stacks("a", "one"));
    bench.deploy(&text).await;
    let ran = bench
        .destroy_with(&text, |options| {
            options.protected = engine::options::Protected::Lift;
        })
        .await;
    assert_eq!(ran.outcomes(), "a deleted");
}

#[tokio::test(start_paused = true)]
async fn a_written_value_that_does_not_read_back_is_compared_by_a_change_set() {
    let bench = Bench::new();
    let text = |value: &str| {
        format!(
            "
name = \"shop\"
[stacks.a.parameters.Key]
Type = \"String\"
NoEcho = true
value = \"{value}\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{Key}}\"
"
        )
    };
    bench.deploy(&text("one-value")).await;
    assert_eq!(
        bench.deploy(&text("one-value")).await.outcomes(),
        "a unchanged"
    );
    let plan = bench.plan(&text("other-value")).await;
    let told = format!("{plan:?}");
    assert!(
        !told.contains("one-value") && !told.contains("other-value"),
        "{told}"
    );
    assert_eq!(
        bench.deploy(&text("other-value")).await.outcomes(),
        "a updated"
    );
}
