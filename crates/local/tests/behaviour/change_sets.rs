//! The creation, description and execution of change sets.

use formwork_local::model::request::{
    ChangeSetType, CreateStack, DeleteChangeSet, DescribeChangeSet, ExecuteChangeSet,
    OnStackFailure, Request, StackPageRequest,
};
use formwork_local::model::response::{ChangeSetDescription, ResourceChange, Response};
use formwork_local::{FaultPhase, InjectedFault, Options};
use insta::assert_snapshot;

use crate::bench::{Bench, change_set, desired, given, parameters, tag, wait};

/// Returns a bench with a complete stack `s`.
async fn with_stack(template: &str) -> Bench {
    let bench = Bench::new();
    bench.create("s", template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
    bench
}

/// Returns the status, the execution status and the reason.
fn state(described: &ChangeSetDescription) -> String {
    let summary = &described.summary;
    let reason = summary
        .status_reason
        .as_deref()
        .map(|reason| format!(": {reason}"));
    format!(
        "{} {}{}",
        summary.status,
        summary.execution_status,
        reason.unwrap_or_default()
    )
}

/// Returns one line per change, followed by one line per detail.
fn shown(changes: &[ResourceChange]) -> String {
    let mut lines = Vec::new();
    for change in changes {
        let mut words = vec![change.action.as_str(), &change.logical_id];
        words.extend(change.replacement.as_deref());
        words.extend(change.policy_action.as_deref());
        lines.push(format!("{} {:?}", words.join(" "), change.scope));
        for detail in &change.details {
            let value = |value: &Option<String>| value.clone().unwrap_or("-".to_owned());
            lines.push(format!(
                "  {} {} {} -> {} ({} {} {} {})",
                detail.attribute,
                value(&detail.path),
                value(&detail.before_value),
                value(&detail.after_value),
                detail.requires_recreation,
                detail.evaluation,
                detail.change_source,
                value(&detail.causing_entity)
            ));
        }
    }
    lines.join("\n")
}

#[tokio::test(start_paused = true)]
async fn a_change_set_shows_each_property_before_and_after() {
    let before = "Parameters: {Level: {Type: String, Default: INFO}}
Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: one}}
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Group}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref Level}}
  C: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: c, Tags: {x: y}}}
  D: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Type: String, Value: d}}
  E: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: same}}
";
    let after = before
        .replace("GroupDescription: one", "GroupDescription: two")
        .replace("Tags: {x: y}", "Tags: {x: z}, Description: new")
        .replace(
            "  D: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, ",
            "  New: {Type: AWS::SSM::Parameter, ",
        );
    let bench = with_stack(before).await;
    let mut request = change_set("s", ChangeSetType::Update, &after);
    request.desired.parameters = vec![given("Level", "DEBUG")];
    let id = bench.change_set(request).unwrap();
    assert_eq!(
        state(&bench.describe_change_set(&id).unwrap()),
        "CREATE_IN_PROGRESS UNAVAILABLE"
    );
    wait(5.0).await;
    let described = bench.describe_change_set(&id).unwrap();
    assert_eq!(state(&described), "CREATE_COMPLETE AVAILABLE");
    assert_snapshot!(shown(&described.changes), @r#"
    Modify Group True ReplaceAndDelete ["Properties"]
      Properties /Properties/GroupDescription one -> two (Always Static DirectModification -)
    Modify A False ["Properties"]
      Properties /Properties/Value sg-0ebd2991c1a4c9b10 -> {{changeSet:KNOWN_AFTER_APPLY}} (Never Dynamic ResourceReference Group)
    Modify B False ["Properties"]
      Properties /Properties/Value INFO -> DEBUG (Never Static ParameterReference Level)
    Modify C False ["Properties"]
      Properties /Properties/Tags/x y -> z (Never Static DirectModification -)
      Properties /Properties/Description - -> new (Never Static DirectModification -)
    Add New []
    Remove D Retain []
    "#);
    assert_eq!(
        described.changes[2].after_context.as_deref(),
        Some(r#"{"Properties":{"Type":"String","Value":"DEBUG"}}"#)
    );
    assert_eq!(bench.status("s"), "CREATE_COMPLETE", "nothing is done yet");
    bench.execute(&id).unwrap();
    assert_eq!(
        state(&bench.describe_change_set(&id).unwrap()),
        "CREATE_COMPLETE EXECUTE_IN_PROGRESS"
    );
    wait(60.0).await;
    assert_eq!(bench.status("s"), "UPDATE_COMPLETE");
    assert_eq!(bench.describe("s").unwrap().change_set_id, Some(id.clone()));
    assert_eq!(
        state(&bench.describe_change_set(&id).unwrap()),
        "CREATE_COMPLETE EXECUTE_COMPLETE"
    );
}

#[tokio::test(start_paused = true)]
async fn without_property_values_one_detail_stands_for_a_property() {
    let bench = with_stack("Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a, Tags: {x: a, y: a}}}}").await;
    let id = bench
        .change_set(change_set("s", ChangeSetType::Update, "Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a, Tags: {x: b, y: b}}}}"))
        .unwrap();
    wait(5.0).await;
    let request = DescribeChangeSet {
        change_set_name: id.clone(),
        ..DescribeChangeSet::default()
    };
    let Response::DescribeChangeSet(described) =
        bench.call(Request::DescribeChangeSet(request)).unwrap()
    else {
        panic!()
    };
    assert_eq!(
        shown(&described.changes),
        "Modify A False [\"Properties\"]\n  Properties - - -> - (Never Static DirectModification -)"
    );
    assert_eq!(described.changes[0].before_context, None);
    assert_eq!(
        bench.describe_change_set(&id).unwrap().changes[0]
            .details
            .len(),
        2
    );
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_starred_before_and_after() {
    let template = "Parameters: {Secret: {Type: String, NoEcho: true}}
Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub 'x-${Secret}'}}}
";
    let bench = Bench::new();
    let mut create = CreateStack {
        desired: desired("s", template),
        ..CreateStack::default()
    };
    create.desired.parameters = vec![given("Secret", "swordfish")];
    bench.create_as(create).unwrap();
    wait(60.0).await;
    let mut request = change_set("s", ChangeSetType::Update, template);
    request.desired.parameters = vec![given("Secret", "mackerel")];
    let id = bench.change_set(request).unwrap();
    wait(5.0).await;
    let described = bench.describe_change_set(&id).unwrap();
    for parameter in &described.parameters {
        assert_eq!(parameter.value, "****");
    }
    for change in &described.changes {
        let contexts = [&change.before_context, &change.after_context].into_iter();
        let values = change
            .details
            .iter()
            .flat_map(|detail| [&detail.before_value, &detail.after_value]);
        for text in contexts.chain(values).flatten() {
            assert!(!text.contains("swordfish"), "{text}");
            assert!(!text.contains("mackerel"), "{text}");
        }
    }
    let detail = &described.changes[0].details[0];
    assert_eq!(detail.before_value.as_deref(), Some("x-****"));
    assert_eq!(detail.after_value.as_deref(), Some("x-****"));
}

#[tokio::test(start_paused = true)]
async fn a_change_set_without_changes_fails() {
    let template = parameters(&[("A", "a")]);
    let bench = with_stack(&template).await;
    let id = bench
        .change_set(change_set("s", ChangeSetType::Update, &template))
        .unwrap();
    wait(5.0).await;
    assert_eq!(
        state(&bench.describe_change_set(&id).unwrap()),
        "FAILED UNAVAILABLE: The submitted information didn't contain changes. Submit different information to create a change set."
    );
    let error = bench.execute(&id).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "InvalidChangeSetStatus: ChangeSet [{id}] cannot be executed in its current status of [FAILED]"
        )
    );
}

#[tokio::test(start_paused = true)]
async fn changed_outputs_are_a_change_set_without_changes_to_show() {
    let template = parameters(&[("A", "a")]);
    let bench = with_stack(&template).await;
    let with_output = template + "Outputs: {A: {Value: !Ref A}}\n";
    let id = bench
        .change_set(change_set("s", ChangeSetType::Update, &with_output))
        .unwrap();
    wait(5.0).await;
    let described = bench.describe_change_set(&id).unwrap();
    assert_eq!(state(&described), "CREATE_COMPLETE AVAILABLE");
    assert_eq!(described.changes, []);
    bench.execute(&id).unwrap();
    wait(60.0).await;
    assert!(
        bench.outputs("s").starts_with("A=CFN-A-"),
        "{}",
        bench.outputs("s")
    );
}

#[tokio::test(start_paused = true)]
async fn a_change_set_for_a_new_stack_leaves_it_under_review() {
    let bench = Bench::new();
    let template = parameters(&[("A", "a")]);
    let id = bench
        .change_set(change_set("s", ChangeSetType::Create, &template))
        .unwrap();
    assert_eq!(bench.status("s"), "REVIEW_IN_PROGRESS: User Initiated");
    wait(5.0).await;
    let described = bench.describe_change_set(&id).unwrap();
    assert_eq!(shown(&described.changes), "Add A []");
    let mut another = change_set("s", ChangeSetType::Create, &template);
    assert_eq!(
        bench.change_set(another.clone()).unwrap_err().code,
        "AlreadyExistsException"
    );
    another.change_set_name = "another".to_owned();
    bench.change_set(another.clone()).unwrap();
    assert!(
        bench
            .update("s", &template)
            .unwrap_err()
            .message
            .ends_with("is in REVIEW_IN_PROGRESS state and can not be updated.")
    );
    bench.execute(&id).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
    assert_eq!(
        bench.change_set(another).unwrap_err().message,
        "Stack [s] already exists and cannot be created again with the changeSet [another]."
    );
}

#[tokio::test(start_paused = true)]
async fn a_stack_under_review_can_be_deleted_or_created() {
    let bench = Bench::new();
    let template = parameters(&[("A", "a")]);
    bench
        .change_set(change_set("one", ChangeSetType::Create, &template))
        .unwrap();
    bench.delete("one").unwrap();
    wait(60.0).await;
    assert_eq!(
        bench.status("one"),
        "ValidationError: Stack with id one does not exist"
    );
    bench
        .change_set(change_set("two", ChangeSetType::Create, &template))
        .unwrap();
    bench.create("two", &template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("two"), "CREATE_COMPLETE");
}

#[tokio::test(start_paused = true)]
async fn an_operation_makes_the_other_change_sets_obsolete() {
    let bench = with_stack(&parameters(&[("A", "a")])).await;
    let named = |name: &str, value: &str| {
        let mut request = change_set("s", ChangeSetType::Update, &parameters(&[("A", value)]));
        request.change_set_name = name.to_owned();
        bench.change_set(request).unwrap()
    };
    let one = named("one", "x");
    let two = named("two", "y");
    wait(5.0).await;
    bench.execute(&one).unwrap();
    wait(60.0).await;
    assert_eq!(
        state(&bench.describe_change_set(&two).unwrap()),
        "CREATE_COMPLETE OBSOLETE"
    );
    assert_eq!(
        bench.execute(&two).unwrap_err().code,
        "InvalidChangeSetStatus"
    );
    let list = StackPageRequest {
        stack_name: "s".to_owned(),
        next_token: None,
    };
    let Response::ListChangeSets(listed) = bench.call(Request::ListChangeSets(list)).unwrap()
    else {
        panic!()
    };
    let names: Vec<_> = listed
        .items
        .iter()
        .map(|one| one.change_set_name.as_str())
        .collect();
    assert_eq!(names, ["two"], "an executed one is listed no more");
    let again = named("one", "z");
    assert_ne!(again, one, "and its name is free again");
}

#[tokio::test(start_paused = true)]
async fn a_deleted_change_set_is_gone() {
    let bench = with_stack(&parameters(&[("A", "a")])).await;
    let id = bench
        .change_set(change_set(
            "s",
            ChangeSetType::Update,
            &parameters(&[("A", "b")]),
        ))
        .unwrap();
    let delete = |name: &str, stack: Option<&str>| {
        let request = DeleteChangeSet {
            change_set_name: name.to_owned(),
            stack_name: stack.map(str::to_owned),
        };
        bench.call(Request::DeleteChangeSet(request))
    };
    delete("changes", Some("s")).unwrap();
    delete("changes", Some("s")).unwrap();
    assert_eq!(
        bench.describe_change_set(&id).unwrap_err().to_string(),
        format!("ChangeSetNotFound: ChangeSet [{id}] does not exist")
    );
    assert_eq!(bench.describe_change_set(&id).unwrap_err().http_status, 404);
    assert_eq!(
        delete("changes", Some("nope")).unwrap_err().message,
        "Stack [nope] does not exist"
    );
}

#[tokio::test(start_paused = true)]
async fn a_failed_execution_follows_on_stack_failure() {
    for (on_failure, expect) in [
        (None, "ROLLBACK_COMPLETE"),
        (Some(OnStackFailure::DoNothing), "CREATE_FAILED"),
        (Some(OnStackFailure::Delete), "DELETE_COMPLETE"),
    ] {
        let bench = Bench::new();
        bench.fail(&InjectedFault::new("A", FaultPhase::Create, "no"));
        let mut request = change_set("s", ChangeSetType::Create, &parameters(&[("A", "a")]));
        request.on_stack_failure = on_failure;
        let id = bench.change_set(request).unwrap();
        wait(5.0).await;
        let both = ExecuteChangeSet {
            change_set_name: id.clone(),
            disable_rollback: on_failure.is_none().then_some(false),
            ..ExecuteChangeSet::default()
        };
        bench.call(Request::ExecuteChangeSet(both)).unwrap();
        let stack_id = bench.describe("s").unwrap().stack_id;
        wait(60.0).await;
        let status = bench.status(&stack_id);
        assert!(status.starts_with(expect), "{on_failure:?}: {status}");
        if on_failure != Some(OnStackFailure::Delete) {
            assert_eq!(
                state(&bench.describe_change_set(&id).unwrap()),
                "CREATE_COMPLETE EXECUTE_FAILED"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_value_known_only_later_is_said_to_be() {
    let before = "Resources:
  Group: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: one}}
  Rule: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !Ref Group, IpProtocol: tcp}}
";
    let bench = with_stack(before).await;
    let after = before.replace("GroupDescription: one", "GroupDescription: two");
    let id = bench
        .change_set(change_set("s", ChangeSetType::Update, &after))
        .unwrap();
    wait(5.0).await;
    let described = bench.describe_change_set(&id).unwrap();
    let rule = &described.changes[1];
    assert_eq!(rule.replacement.as_deref(), Some("Conditional"));
    assert_eq!(
        rule.details[0].after_value.as_deref(),
        Some("{{changeSet:KNOWN_AFTER_APPLY}}")
    );
}

#[tokio::test(start_paused = true)]
async fn tags_of_the_stack_are_a_scope_of_their_own() {
    let template = parameters(&[("A", "a")]);
    let bench = with_stack(&template).await;
    let mut request = change_set("s", ChangeSetType::Update, &template);
    request.desired.tags = Some(vec![tag("team", "a")]);
    let id = bench.change_set(request).unwrap();
    wait(5.0).await;
    assert_eq!(
        bench.describe_change_set(&id).unwrap().changes[0].scope,
        ["Tags"]
    );
}

#[tokio::test(start_paused = true)]
async fn many_changes_come_in_pages() {
    let bench = Bench::with(Options {
        page_size: 2,
        ..Bench::options()
    });
    let template = parameters(&[("A", "a"), ("B", "b"), ("C", "c"), ("D", "d"), ("E", "e")]);
    let id = bench
        .change_set(change_set("s", ChangeSetType::Create, &template))
        .unwrap();
    wait(5.0).await;
    let mut names = Vec::new();
    let mut next_token = None;
    loop {
        let request = DescribeChangeSet {
            change_set_name: id.clone(),
            next_token,
            ..DescribeChangeSet::default()
        };
        let Response::DescribeChangeSet(page) =
            bench.call(Request::DescribeChangeSet(request)).unwrap()
        else {
            panic!()
        };
        assert!(page.changes.len() <= 2);
        names.extend(page.changes.into_iter().map(|change| change.logical_id));
        next_token = page.next_token;
        if next_token.is_none() {
            break;
        }
    }
    assert_eq!(names, ["A", "B", "C", "D", "E"]);
}
