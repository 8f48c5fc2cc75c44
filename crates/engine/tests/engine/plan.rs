//! Tests of plans: their content, and the hazards that block them.

use formwork_aws::RequiresReplacement;
use formwork_engine::{
    Allowances, Basis, Blocker, Disagreement, FailureKind, HazardDecision, InterruptionPolicy,
    Options, Plan, PlannedValue, Refusal, ResourceAction, StackAction, blockers,
};

use formwork_testkit::{Bench, key, stacks};

/// A table whose name `b` uses; `name` as the table's name.
fn table(name: &str) -> String {
    format!(
        "
name = \"shop\"
[stacks.a.Table]
type = \"AWS::DynamoDB::Table\"
TableName = \"{name}\"
BillingMode = \"PAY_PER_REQUEST\"
AttributeDefinitions = [{{ AttributeName = \"id\", AttributeType = \"S\" }}]
KeySchema = [{{ AttributeName = \"id\", KeyType = \"HASH\" }}]
[stacks.a.outputs]
Name = \"${{Table}}\"
[stacks.b.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"${{stacks.a.Name}}\"
"
    )
}

#[tokio::test(start_paused = true)]
async fn planning_changes_nothing_and_leaves_nothing_behind() {
    let bench = Bench::new();
    let plan = bench.plan(&stacks("a, b < a", "one")).await;
    assert!(
        plan.stacks
            .iter()
            .all(|stack| stack.action == StackAction::Create)
    );
    assert_eq!(bench.cloud.call_records().unwrap(), []);
    assert_eq!(bench.status("shop-a").await, "-");
    bench.deploy(&stacks("a, b < a", "one")).await;
    bench.plan(&stacks("a, b < a", "two")).await;
    assert_eq!(bench.record_since(2), "");
    let calls = bench.cloud.call_records().unwrap();
    let count = |action| calls.iter().filter(|call| call.action == action).count();
    assert_eq!(
        count("CreateChangeSet"),
        count("DeleteChangeSet"),
        "they were looked at only"
    );
}

#[tokio::test(start_paused = true)]
async fn a_plan_contains_the_changes_their_values_and_their_consequences() {
    let bench = Bench::new();
    let deployed = stacks("a, b < a, c", "one").replace("${P}", "${P.Value}");
    bench.deploy(&deployed).await;
    let text = deployed.replacen("\"one ", "\"two ", 1);
    let plan = bench.plan(&text).await;
    let a = plan.stack(&key("a")).unwrap();
    assert_eq!(
        (&a.action, a.basis),
        (&StackAction::Update, Basis::ChangeSet)
    );
    let value = &a.resources[0].properties[0];
    assert_eq!(a.resources[0].action, ResourceAction::Update);
    assert_eq!(value.path, "Value");
    assert_eq!(value.before, Some(PlannedValue::Known("one ".into())));
    assert_eq!(value.after, Some(PlannedValue::Known("two ".into())));
    assert_eq!(value.replaces, RequiresReplacement::No);
    let b = plan.stack(&key("b")).unwrap();
    assert_eq!(b.action, StackAction::MayUpdate);
    assert_eq!(b.only_because, [key("a")]);
    let Some(PlannedValue::AfterDeploy(pending)) = &b.resources[0].properties[0].after else {
        panic!("{:#?}", b.resources);
    };
    assert_eq!(pending[0].output, "Name");
    // The present value is known: the parameter that it comes from has a value.
    let Some(PlannedValue::Known(now)) = &b.resources[0].properties[0].before else {
        panic!("{:#?}", b.resources);
    };
    let now = now.as_str().unwrap();
    assert!(now.len() > "one ".len() && now.starts_with("one "), "{now}");
    assert_eq!(
        plan.stack(&key("c")).unwrap().action,
        StackAction::Unchanged
    );
    assert!(!plan.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_output_of_physical_ids_is_stable_unless_a_resource_is_replaced() {
    let bench = Bench::new();
    let deployed = stacks("a, b < a", "one");
    bench.deploy(&deployed).await;
    let action = async |text: &str| {
        bench
            .plan(text)
            .await
            .stack(&key("b"))
            .unwrap()
            .action
            .clone()
    };
    let in_place = deployed.replacen("\"one ", "\"two ", 1);
    assert_eq!(action(&in_place).await, StackAction::Unchanged);
    let replaced = deployed.replacen("Value = ", "Name = \"/named\"\nValue = ", 1);
    assert_eq!(action(&replaced).await, StackAction::MayUpdate);
    let changed_text = deployed.replacen("Name = \"${P}\"", "Name = \"the ${P}\"", 1);
    assert_eq!(action(&changed_text).await, StackAction::MayUpdate);
}

#[tokio::test(start_paused = true)]
async fn a_dependent_of_stable_outputs_is_unchanged_in_the_plan() {
    let bench = Bench::new();
    let text = stacks("a, b < a", "one");
    bench.deploy(&text).await;
    let text = text.replacen("\"one ", "\"two ", 1);
    let plan = bench.plan(&text).await;
    assert_eq!(plan.stack(&key("a")).unwrap().action, StackAction::Update);
    assert_eq!(
        plan.stack(&key("b")).unwrap().action,
        StackAction::Unchanged
    );
    assert_eq!(
        bench.deploy(&text).await.outcomes(),
        "a updated, b unchanged"
    );
}

#[tokio::test(start_paused = true)]
async fn an_interruption_blocks_the_run_before_anything_is_sent() {
    let bench = Bench::new();
    bench.deploy(&table("one")).await;
    let before = bench.accepted();
    let plan = bench.plan(&table("two")).await;
    let replaced = &plan.stack(&key("a")).unwrap().resources[0];
    assert_eq!(replaced.action, ResourceAction::Replace);
    assert_eq!(plan.interruptions.len(), 1);
    assert_eq!(plan.interruptions[0].logical_id, "Table");
    assert_eq!(plan.interruptions[0].consumers, ["shop-b"]);

    let ran = bench
        .deploy_with(&table("two"), |options| {
            options.allowed.losses.insert("a.Table".to_owned());
        })
        .await;
    assert!(matches!(ran.blockers(), [Blocker::Interruption(_)]));
    assert_eq!(bench.record_since(before), "");

    let ran = bench
        .deploy_with(&table("two"), |options| {
            options.allowed.interruptions = InterruptionPolicy::Allowed;
        })
        .await;
    assert!(
        matches!(ran.blockers(), [Blocker::Loss(_)]),
        "the table's content is lost"
    );
    assert_eq!(bench.record_since(before), "");

    let ran = bench
        .deploy_with(&table("two"), |options| {
            options.allowed.interruptions = InterruptionPolicy::Allowed;
            options.allowed.losses.insert("a.Table".to_owned());
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated, b updated");
}

#[tokio::test(start_paused = true)]
async fn a_removed_resource_in_use_is_an_interruption_too() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let text = "
name = \"shop\"
[stacks.a.Other]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"x\"
[stacks.b.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"one \"
";
    let ran = bench.deploy(text).await;
    assert!(matches!(ran.blockers(), [Blocker::Interruption(_)]));
    assert_eq!(bench.record_since(2), "");
}

#[tokio::test(start_paused = true)]
async fn a_loss_that_only_a_later_change_set_shows_blocks_its_stack() {
    let bench = Bench::new();
    // The table's name is `a`'s output: that it is replaced is known when `a` has changed.
    bench.deploy(&table_named_later("one")).await;
    let ran = bench.deploy(&table_named_later("two")).await;
    let failure = ran.failure("b");
    assert!(matches!(failure.kind, FailureKind::Blocked(_)));
    assert_eq!(bench.record_since(2), "ExecuteChangeSet shop-a");
    let ran = bench
        .deploy_with(&table_named_later("two"), |options| {
            options.allowed.losses.insert("b.Table".to_owned());
        })
        .await;
    assert_eq!(ran.outcomes(), "a unchanged, b updated");
}

/// A table whose name is the output of a stack before it.
fn table_named_later(name: &str) -> String {
    format!(
        "
name = \"shop\"
[stacks.a.P]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Value = \"{name}\"
[stacks.a.outputs]
Value = \"${{P.Value}}\"
[stacks.b.Table]
type = \"AWS::DynamoDB::Table\"
TableName = \"${{stacks.a.Value}}\"
BillingMode = \"PAY_PER_REQUEST\"
AttributeDefinitions = [{{ AttributeName = \"id\", AttributeType = \"S\" }}]
KeySchema = [{{ AttributeName = \"id\", KeyType = \"HASH\" }}]
"
    )
}

/// A table whose name is the output of a stack before it, and a parameter that names the table.
fn named_later(name: &str) -> String {
    let table = table_named_later(name);
    format!(
        "{table}[stacks.b.Alarm]
type = \"AWS::SSM::Parameter\"
Type = \"String\"
Name = \"/tables/${{Table}}\"
Value = \"${{Table}}\"
"
    )
}

/// Returns the word for a value in a plan's JSON.
fn word(value: impl serde::Serialize) -> String {
    let json = serde_json::to_value(value).unwrap();
    json.as_str().unwrap().to_owned()
}

/// Returns the planned action on each resource of a stack, and the properties that change.
fn planned_resources(plan: &Plan, stack: &str) -> String {
    let resources = plan.stack(&key(stack)).unwrap().resources.iter();
    let resources = resources.map(|resource| {
        let properties = resource.properties.iter();
        let properties =
            properties.map(|property| format!("{} {}", property.path, word(property.replaces)));
        let properties: Vec<String> = properties.collect();
        format!(
            "{} {} ({})",
            resource.logical_id,
            word(resource.action),
            properties.join(", ")
        )
    });
    resources.collect::<Vec<_>>().join("; ")
}

#[tokio::test(start_paused = true)]
async fn a_pending_name_may_replace_its_resource_and_its_dependents() {
    let bench = Bench::new();
    bench.deploy(&named_later("one")).await;
    let plan = bench.plan(&named_later("two")).await;
    let b = plan.stack(&key("b")).unwrap();
    assert_eq!(
        (&b.action, b.basis),
        (&StackAction::MayUpdate, Basis::Templates)
    );
    assert_eq!(
        planned_resources(&plan, "b"),
        "Table may_replace (TableName maybe); Alarm may_replace (Name maybe, Value no)"
    );
    let [loss] = plan.losses.as_slice() else {
        panic!("{:#?}", plan.losses);
    };
    assert_eq!(
        (loss.logical_id.as_str(), loss.decided),
        ("Table", HazardDecision::Later)
    );
    let allowed = Allowances::default();
    assert_eq!(
        blockers(&plan, &allowed),
        [],
        "it is asked about when it is known"
    );
}

#[tokio::test(start_paused = true)]
async fn without_a_change_set_the_templates_show_replacements_and_their_properties() {
    let bench = Bench::new();
    bench.deploy(&table("one")).await;
    let drafted = bench.drafted(&table("two")).await;
    assert_eq!(drafted.stack(&key("a")).unwrap().basis, Basis::Templates);
    assert_eq!(
        planned_resources(&drafted, "a"),
        "Table replace (TableName yes)"
    );
    assert_eq!(drafted.losses[0].decided, HazardDecision::Now);
    let previewed = bench.plan(&table("two")).await;
    assert_eq!(
        planned_resources(&previewed, "a"),
        planned_resources(&drafted, "a"),
        "the change set agrees"
    );
    let resource = &previewed.stack(&key("a")).unwrap().resources[0];
    assert_eq!(resource.disagreement, None);
    let in_place = table("one").replace("BillingMode", "TableClass = \"STANDARD\"\nBillingMode");
    let drafted = bench.drafted(&in_place).await;
    assert_eq!(
        planned_resources(&drafted, "a"),
        "Table update (TableClass no)"
    );
    let json = serde_json::to_value(&drafted.stacks[0].resources[0]).unwrap();
    assert_eq!(json["disagreement"], serde_json::Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_contradicting_change_set_counts_and_the_plan_shows_the_disagreement() {
    let bench = Bench::new();
    // The local cloud knows only the name of this type, so no other property is create-only.
    let text = |stream: &str| {
        format!(
            "
name = \"shop\"
[stacks.a.Consumer]
type = \"AWS::Kinesis::StreamConsumer\"
ConsumerName = \"c\"
StreamARN = \"arn:aws:kinesis:us-east-1:111122223333:stream/{stream}\"
"
        )
    };
    bench.deploy(&text("one")).await;
    let drafted = bench.drafted(&text("two")).await;
    assert_eq!(
        planned_resources(&drafted, "a"),
        "Consumer replace (StreamARN yes)"
    );
    let plan = bench.plan(&text("two")).await;
    assert_eq!(
        planned_resources(&plan, "a"),
        "Consumer update (StreamARN no)"
    );
    let resource = &plan.stack(&key("a")).unwrap().resources[0];
    let expected = Some(Disagreement {
        expected: RequiresReplacement::Yes,
        property: "StreamARN".to_owned(),
    });
    assert_eq!(resource.disagreement, expected);
    let json = serde_json::to_value(resource).unwrap();
    assert_eq!(json["disagreement"]["expected"], "yes");
}

#[tokio::test(start_paused = true)]
async fn unmanaged_stacks_are_listed_and_stay_untouched() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, old", "one")).await;
    let plan = bench.plan(&stacks("a", "one")).await;
    let names: Vec<_> = plan
        .unmanaged
        .iter()
        .map(|stack| stack.name.to_string())
        .collect();
    assert_eq!(names, ["shop-old"]);
    bench.deploy(&stacks("a", "one")).await;
    assert_eq!(bench.status("shop-old").await, "CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn stale_inputs_are_named() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a", "one")).await;
    let text = stacks("a, b < a", "one").replacen("Value = ", "Name = \"/named\"\nValue = ", 1);
    let ran = bench
        .deploy_with(&text, |options| {
            options.scope.remove("b");
            options.allowed.interruptions = InterruptionPolicy::Allowed;
        })
        .await;
    assert_eq!(ran.outcomes(), "a updated");
    let stale = &ran.summary().stale[0];
    assert_eq!(
        (stale.consumer.as_str(), stale.output.as_str()),
        ("b", "Name")
    );
}

#[tokio::test(start_paused = true)]
async fn outside_the_scope_dependencies_provide_their_deployed_outputs() {
    let bench = Bench::new();
    let text = stacks("a, b < a", "one");
    let alone = |options: &mut Options| {
        options.scope.remove("a");
    };
    let ran = bench.deploy_with(&text, alone).await;
    let refusal = Refusal::MissingUpstream {
        stack: key("a"),
        output: "Name".to_owned(),
    };
    assert_eq!(
        ran.blockers(),
        [Blocker::Stack {
            stack: key("b"),
            refusal
        }]
    );
    bench
        .deploy_with(&text, |options| {
            options.scope.remove("b");
        })
        .await;
    let ran = bench.deploy_with(&text, alone).await;
    assert_eq!(ran.outcomes(), "b created");
}

#[tokio::test(start_paused = true)]
async fn the_same_input_gives_the_same_bytes() {
    let bench = Bench::new();
    bench.deploy(&stacks("a, b < a, c < a b", "one")).await;
    let text = stacks("a, b < a, c < a b", "two");
    let first = serde_json::to_string(&bench.plan(&text).await).unwrap();
    let second = serde_json::to_string(&bench.plan(&text).await).unwrap();
    assert_eq!(first, second);
}
