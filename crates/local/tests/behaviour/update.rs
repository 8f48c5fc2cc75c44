//! Updates: in place, by replacement, and their cleanup.

use formwork_local::model::request::{InputValue, ParameterInput, TemplateSource};
use formwork_local::{FaultPhase, InjectedFault};
use insta::assert_snapshot;

use crate::bench::{Bench, desired, given, parameters, tag, wait};

/// Returns a bench with a complete stack `s`, and the number of its events.
pub async fn with_stack(template: &str) -> (Bench, usize) {
    let bench = Bench::new();
    bench.create("s", template).unwrap();
    wait(60.0).await;
    assert_eq!(bench.status("s"), "CREATE_COMPLETE");
    let events = bench.events("s").len();
    (bench, events)
}

/// A group whose description requires a replacement, and a parameter that refers to the group.
pub fn group(description: &str) -> String {
    format!(
        "Resources:
  Group: {{Type: AWS::EC2::SecurityGroup, Properties: {{GroupDescription: {description}, VpcId: vpc-1}}}}
  P: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: !Ref Group}}}}
Outputs: {{Group: {{Value: !Ref Group}}}}
"
    )
}

#[tokio::test(start_paused = true)]
async fn only_what_changes_is_updated_and_the_rest_is_left_alone() {
    let (bench, since) = with_stack(&parameters(&[
        ("A", "a"),
        ("B", "!GetAtt A.Value"),
        ("C", "c"),
    ]))
    .await;
    bench
        .update(
            "s",
            &parameters(&[("A", "x"), ("B", "!GetAtt A.Value"), ("C", "c")]),
        )
        .unwrap();
    assert_eq!(bench.status("s"), "UPDATE_IN_PROGRESS: User Initiated");
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 A + UPDATE_IN_PROGRESS
    1.0 A + UPDATE_COMPLETE
    1.0 B + UPDATE_IN_PROGRESS
    2.0 B + UPDATE_COMPLETE
    2.0 s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
    2.0 s UPDATE_COMPLETE
    ");
}

#[tokio::test(start_paused = true)]
async fn a_replacement_makes_the_new_one_first_and_deletes_the_old_in_the_cleanup() {
    let (bench, since) = with_stack(&group("one")).await;
    let old = bench.physical_id("s", "Group");
    bench.update("s", &group("two")).unwrap();
    wait(2.0).await;
    assert_eq!(bench.status("s"), "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS");
    let new = bench.physical_id("s", "Group");
    assert_ne!(old, new);
    assert_eq!(
        bench.outputs("s"),
        format!("Group={new}"),
        "outputs are there before the cleanup"
    );
    assert!(
        bench
            .update("s", &group("three"))
            .unwrap_err()
            .message
            .ends_with("is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS state and can not be updated.")
    );
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 Group + UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.
    0.1 Group + UPDATE_IN_PROGRESS: Resource creation Initiated
    1.0 Group + UPDATE_COMPLETE
    1.0 P + UPDATE_IN_PROGRESS
    2.0 P + UPDATE_COMPLETE
    2.0 s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
    2.0 Group + DELETE_IN_PROGRESS
    3.0 Group + DELETE_COMPLETE
    3.0 s UPDATE_COMPLETE
    ");
    let deleted: Vec<_> = bench
        .events("s")
        .into_iter()
        .filter(|event| event.status.starts_with("DELETE"))
        .map(|event| event.physical_id)
        .collect();
    assert_eq!(deleted, [old.clone(), old], "the cleanup names the old id");
    assert_eq!(bench.physical_id("s", "Group"), new);
}

#[tokio::test(start_paused = true)]
async fn a_removed_resource_goes_in_the_cleanup_and_leaves_the_list() {
    let (bench, since) = with_stack(&parameters(&[("A", "a"), ("B", "b")])).await;
    bench.update("s", &parameters(&[("A", "a")])).unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
    0.0 B + DELETE_IN_PROGRESS
    1.0 B + DELETE_COMPLETE
    1.0 s UPDATE_COMPLETE
    ");
    assert_eq!(bench.resources("s").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_failed_cleanup_does_not_fail_the_update() {
    let (bench, _) = with_stack(&parameters(&[("A", "a"), ("B", "b")])).await;
    bench.fail(&InjectedFault::new("B", FaultPhase::Delete, "in use"));
    bench.update("s", &parameters(&[("A", "a")])).unwrap();
    wait(60.0).await;
    assert!(
        bench.status("s").starts_with("UPDATE_COMPLETE"),
        "{}",
        bench.status("s")
    );
    let events = bench.events("s");
    assert!(events.iter().any(|event| event.status == "DELETE_FAILED"));
}

#[tokio::test(start_paused = true)]
async fn policies_decide_what_becomes_of_what_leaves() {
    let kept = |extra: &str| {
        format!(
            "Resources:
  A: {{Type: AWS::SSM::Parameter, Properties: {{Type: String, Value: a}}}}
{extra}"
        )
    };
    let removed = "  B: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Type: String, Value: b}}\n";
    let (bench, _) = with_stack(&kept(removed)).await;
    bench.update("s", &kept("")).unwrap();
    wait(60.0).await;
    let skipped = bench
        .events("s")
        .into_iter()
        .find(|event| event.logical_id == "B" && event.status == "DELETE_SKIPPED");
    assert!(skipped.is_some());
    let replaced = |description: &str| {
        format!(
            "Resources: {{G: {{Type: AWS::EC2::SecurityGroup, UpdateReplacePolicy: Retain, Properties: {{GroupDescription: {description}}}}}}}"
        )
    };
    bench.create("r", &replaced("one")).unwrap();
    wait(60.0).await;
    bench.update("r", &replaced("two")).unwrap();
    wait(60.0).await;
    let statuses: Vec<_> = bench
        .events("r")
        .into_iter()
        .map(|event| event.status)
        .collect();
    assert!(
        statuses.contains(&"DELETE_SKIPPED".to_owned()),
        "{statuses:?}"
    );
    assert!(
        !statuses.contains(&"DELETE_COMPLETE".to_owned()),
        "{statuses:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn what_changes_nothing_is_no_update() {
    let template = "Description: one
Parameters: {Unused: {Type: String, Default: a}}
Conditions: {Never: !Equals [a, b]}
Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: '1'}}
";
    let (bench, _) = with_stack(template).await;
    let same = [
        ("the same", template.to_owned()),
        ("a description", template.replace("one", "two")),
        ("a renamed parameter", template.replace("Unused", "Other")),
        (
            "another default",
            template.replace("Default: a", "Default: b"),
        ),
        ("a condition", template.replace("[a, b]", "[a, c]")),
        (
            "a resource that is not made",
            template.to_owned() + "  B: {Type: AWS::SNS::Topic, Condition: Never}\n",
        ),
        ("a number for text", template.replace("'1'", "1")),
        (
            "only a policy",
            template.replace("Properties", "DeletionPolicy: Retain, Properties"),
        ),
    ];
    for (what, text) in same {
        let error = bench.update("s", &text).expect_err(what);
        assert_eq!(
            error.to_string(),
            "ValidationError: No updates are to be performed."
        );
    }
    let different = [
        (
            "an output",
            template.to_owned() + "Outputs: {A: {Value: !Ref A}}\n",
        ),
        (
            "metadata",
            template.replace("Properties", "Metadata: {a: b}, Properties"),
        ),
    ];
    for (what, text) in different {
        bench.update("s", &text).expect(what);
        wait(60.0).await;
        assert_eq!(bench.status("s"), "UPDATE_COMPLETE", "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn tags_reach_every_resource_and_stay_unless_they_are_sent() {
    let template = parameters(&[("A", "a")]);
    let (bench, since) = with_stack(&template).await;
    let tagged = |tags| {
        let mut update = desired("s", &template);
        update.tags = tags;
        bench.update_as(update)
    };
    tagged(Some(vec![tag("team", "a")])).unwrap();
    wait(60.0).await;
    assert_snapshot!(bench.log("s", since), @r"
    0.0 s UPDATE_IN_PROGRESS: User Initiated
    0.0 A + UPDATE_IN_PROGRESS
    1.0 A + UPDATE_COMPLETE
    1.0 s UPDATE_COMPLETE_CLEANUP_IN_PROGRESS
    1.0 s UPDATE_COMPLETE
    ");
    assert!(
        tagged(None).unwrap_err().message.starts_with("No updates"),
        "absent tags stay"
    );
    assert_eq!(bench.describe("s").unwrap().tags, [tag("team", "a")]);
    tagged(Some(vec![])).unwrap();
    wait(60.0).await;
    assert_eq!(bench.describe("s").unwrap().tags, []);
}

#[tokio::test(start_paused = true)]
async fn previous_template_and_values_can_be_kept() {
    let template = "Parameters: {A: {Type: String}, Secret: {Type: String, NoEcho: true}}
Resources:
  P: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Sub '${A}/${Secret}'}}
Outputs: {P: {Value: !GetAtt P.Value}}
";
    let bench = Bench::new();
    let mut create = desired("s", template);
    create.parameters = vec![given("A", "1"), given("Secret", "x")];
    let create = formwork_local::model::request::CreateStack {
        desired: create,
        ..Default::default()
    };
    bench.create_as(create).unwrap();
    wait(60.0).await;
    let mut update = desired("s", "");
    update.template = TemplateSource::Previous;
    update.parameters = vec![
        given("A", "2"),
        ParameterInput {
            key: "Secret".to_owned(),
            value: InputValue::Previous,
        },
    ];
    bench.update_as(update.clone()).unwrap();
    wait(60.0).await;
    assert_eq!(bench.outputs("s"), "P=2/x");
    update.parameters.pop();
    assert_eq!(
        bench.update_as(update).unwrap_err().message,
        "Parameters: [Secret] must have values"
    );
}

#[tokio::test(start_paused = true)]
async fn a_logical_id_keeps_its_type() {
    let (bench, _) = with_stack(&parameters(&[("A", "a")])).await;
    assert_eq!(
        bench
            .update("s", "Resources: {A: {Type: AWS::SNS::Topic}}")
            .unwrap_err()
            .message,
        "Update of resource type is not permitted. The new template modifies resource type of the following resources: [A]"
    );
}
