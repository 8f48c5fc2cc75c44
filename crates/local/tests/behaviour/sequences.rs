//! Random sequences of operations and faults. A stack takes only the transitions that
//! CloudFormation allows, earlier observations stay true, and every operation ends.

use formwork_local::model::request::{
    CancelUpdateStack, ChangeSetType, ContinueUpdateRollback, CreateStack, DeleteStack,
    DeletionMode, OnFailure, Request, RollbackStack,
};
use formwork_local::model::response::StackEvent;
use formwork_local::model::status::StackStatus::{self, *};
use formwork_local::{FaultPhase, InjectedFault};
use proptest::prelude::*;

use crate::bench::{Bench, change_set, desired, wait};

/// An action on the cloud.
#[derive(Debug, Clone)]
enum Deed {
    Create {
        name: usize,
        template: usize,
        on_failure: Option<OnFailure>,
    },
    Update {
        name: usize,
        template: usize,
        disables_rollback: bool,
    },
    ChangeSet {
        name: usize,
        template: usize,
        kind: ChangeSetType,
    },
    Delete {
        name: usize,
        force: bool,
    },
    Cancel(usize),
    Continue(usize),
    RollBack(usize),
    Fail(FaultPhase, usize),
    Heal,
    Wait(u8),
}

const NAMES: [&str; 2] = ["up", "down"];

/// Templates that add, change, replace and remove resources, and that export and import.
const TEMPLATES: [&str; 5] = [
    "Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: a}}
Outputs: {A: {Value: !GetAtt A.Value, Export: {Name: shared}}}
",
    "Resources:
  A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: b}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref A}}
  C: {Type: AWS::EC2::SecurityGroup, DependsOn: B, Properties: {GroupDescription: one}}
",
    "Resources:
  A: {Type: AWS::SSM::Parameter, DependsOn: C, Properties: {Type: String, Value: c}}
  C: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: two}}
  D: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Type: String, Value: !Ref C}}
Outputs: {A: {Value: !GetAtt A.Value, Export: {Name: shared}}}
",
    "Resources:
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !ImportValue shared}}
",
    "Resources:
  C: {Type: AWS::EC2::SecurityGroup, UpdateReplacePolicy: Retain, Properties: {GroupDescription: three}}
  B: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !Ref C}}
",
];

const RESOURCES: [&str; 4] = ["A", "B", "C", "D"];

fn deed() -> impl Strategy<Value = Deed> {
    let name = 0..NAMES.len();
    let template = 0..TEMPLATES.len();
    let on_failure = prop_oneof![
        Just(None),
        Just(Some(OnFailure::DoNothing)),
        Just(Some(OnFailure::Delete))
    ];
    let during = prop_oneof![
        Just(FaultPhase::Create),
        Just(FaultPhase::Update),
        Just(FaultPhase::Delete),
        Just(FaultPhase::Rollback)
    ];
    let kind = prop_oneof![Just(ChangeSetType::Create), Just(ChangeSetType::Update)];
    prop_oneof![
        3 => (name.clone(), template.clone(), on_failure)
            .prop_map(|(name, template, on_failure)| Deed::Create { name, template, on_failure }),
        4 => (name.clone(), template.clone(), any::<bool>()).prop_map(
            |(name, template, disables_rollback)| Deed::Update { name, template, disables_rollback }
        ),
        2 => (name.clone(), template, kind)
            .prop_map(|(name, template, kind)| Deed::ChangeSet { name, template, kind }),
        2 => (name.clone(), any::<bool>()).prop_map(|(name, force)| Deed::Delete { name, force }),
        1 => name.clone().prop_map(Deed::Cancel),
        1 => name.clone().prop_map(Deed::Continue),
        1 => name.prop_map(Deed::RollBack),
        2 => (during, 0..RESOURCES.len()).prop_map(|(during, resource)| Deed::Fail(during, resource)),
        2 => Just(Deed::Heal),
        6 => (0_u8..60).prop_map(Deed::Wait),
    ]
}

/// Carries out the action. It may be rejected.
#[expect(clippy::too_many_lines, reason = "one match over the actions")]
async fn perform(bench: &Bench, deed: &Deed) {
    match deed.clone() {
        Deed::Create {
            name,
            template,
            on_failure,
        } => {
            let desired = desired(NAMES[name], TEMPLATES[template]);
            let request = CreateStack {
                desired,
                on_failure,
                ..CreateStack::default()
            };
            let _: Result<_, _> = bench.create_as(request);
        }
        Deed::Update {
            name,
            template,
            disables_rollback,
        } => {
            let mut desired = desired(NAMES[name], TEMPLATES[template]);
            desired.disable_rollback = Some(disables_rollback);
            let _: Result<_, _> = bench.update_as(desired);
        }
        Deed::ChangeSet {
            name,
            template,
            kind,
        } => {
            if let Ok(id) = bench.change_set(change_set(NAMES[name], kind, TEMPLATES[template])) {
                wait(1.0).await;
                let _: Result<_, _> = bench.execute(&id);
            }
        }
        Deed::Delete { name, force } => {
            let _: Result<_, _> = bench.delete_as(DeleteStack {
                stack_name: NAMES[name].to_owned(),
                deletion_mode: force.then_some(DeletionMode::ForceDeleteStack),
                ..DeleteStack::default()
            });
        }
        Deed::Cancel(name) => {
            let stack_name = NAMES[name].to_owned();
            let request = CancelUpdateStack {
                stack_name,
                token: None,
            };
            let _: Result<_, _> = bench.call(Request::CancelUpdateStack(request));
        }
        Deed::Continue(name) => {
            let stack_name = NAMES[name].to_owned();
            let request = ContinueUpdateRollback {
                stack_name,
                ..Default::default()
            };
            let _: Result<_, _> = bench.call(Request::ContinueUpdateRollback(request));
        }
        Deed::RollBack(name) => {
            let stack_name = NAMES[name].to_owned();
            let request = RollbackStack {
                stack_name,
                ..RollbackStack::default()
            };
            let _: Result<_, _> = bench.call(Request::RollbackStack(request));
        }
        Deed::Fail(during, resource) => {
            bench.fail(&InjectedFault::new(RESOURCES[resource], during, "told to"));
        }
        Deed::Heal => bench.cloud.clear_faults().unwrap(),
        Deed::Wait(tenths) => wait(f64::from(tenths) / 10.0).await,
    }
}

/// Returns true if CloudFormation allows a transition between two statuses.
fn may_follow(from: StackStatus, to: StackStatus) -> bool {
    match from {
        ReviewInProgress => matches!(to, CreateInProgress | DeleteInProgress),
        CreateInProgress => {
            matches!(
                to,
                CreateComplete | RollbackInProgress | CreateFailed | DeleteInProgress
            )
        }
        CreateFailed => matches!(to, UpdateInProgress | DeleteInProgress),
        RollbackInProgress => matches!(to, RollbackComplete | RollbackFailed),
        RollbackComplete | RollbackFailed | DeleteFailed => to == DeleteInProgress,
        UpdateInProgress => {
            matches!(
                to,
                UpdateCompleteCleanupInProgress | UpdateRollbackInProgress | UpdateFailed
            )
        }
        UpdateCompleteCleanupInProgress => to == UpdateComplete,
        UpdateFailed => matches!(
            to,
            UpdateRollbackInProgress | UpdateInProgress | DeleteInProgress
        ),
        UpdateRollbackInProgress => {
            matches!(
                to,
                UpdateRollbackCompleteCleanupInProgress | UpdateRollbackFailed
            )
        }
        UpdateRollbackCompleteCleanupInProgress => to == UpdateRollbackComplete,
        UpdateRollbackFailed => matches!(to, UpdateRollbackInProgress | DeleteInProgress),
        // A deletion is cancelled while an export is in use.
        DeleteInProgress => {
            matches!(
                to,
                DeleteComplete | DeleteFailed | UpdateFailed | UpdateRollbackFailed
            ) || to.is_settled()
        }
        DeleteComplete => false,
        settled => settled.is_settled() && matches!(to, UpdateInProgress | DeleteInProgress),
    }
}

fn statuses(events: &[StackEvent]) -> Vec<StackStatus> {
    let own = events
        .iter()
        .filter(|event| event.physical_id == event.stack_id);
    own.map(|event| event.status.parse().unwrap()).collect()
}

/// Returns the events of all stacks by the stack's id.
fn histories(bench: &Bench) -> Vec<(String, Vec<StackEvent>)> {
    let mut ids: Vec<_> = bench
        .cloud
        .call_records()
        .unwrap()
        .into_iter()
        .map(|call| call.stack_id)
        .collect();
    ids.retain(|id| !id.is_empty());
    ids.sort();
    ids.dedup();
    ids.into_iter()
        .map(|id| (id.clone(), bench.events(&id)))
        .collect()
}

async fn run(deeds: Vec<Deed>) {
    let bench = Bench::new();
    let mut seen: Vec<(String, Vec<StackEvent>)> = Vec::new();
    for deed in &deeds {
        perform(&bench, deed).await;
        let now = histories(&bench);
        for (id, before) in &seen {
            let (_, after) = now.iter().find(|(other, _)| other == id).unwrap();
            assert!(
                after.starts_with(before),
                "what was seen stays, after {deed:?}"
            );
        }
        seen = now;
    }
    wait(1000.0).await;
    for (id, events) in histories(&bench) {
        let path = statuses(&events);
        assert!(
            path.windows(2).all(|pair| may_follow(pair[0], pair[1])),
            "{path:?}"
        );
        let last = *path.last().unwrap();
        assert!(!last.is_in_progress(), "{id} rests in {path:?}");
        assert_eq!(bench.describe(&id).unwrap().status, last);
        assert!(events.is_sorted_by_key(|event| event.timestamp));
        let resources = bench.resources(&id);
        let shown: Vec<_> = resources
            .iter()
            .map(|one| format!("{} {}", one.logical_id, one.status))
            .collect();
        let is_busy = |line: &String| line.ends_with("_IN_PROGRESS");
        assert!(!shown.iter().any(is_busy), "{path:?}: {shown:?}");
        if last == DeleteComplete {
            let is_gone = |line: &String| {
                line.ends_with("DELETE_COMPLETE") || line.ends_with("DELETE_SKIPPED")
            };
            assert!(shown.iter().all(is_gone), "{shown:?}");
        }
        if last.is_settled() {
            let is_whole = |line: &String| {
                line.ends_with("CREATE_COMPLETE") || line.ends_with("UPDATE_COMPLETE")
            };
            assert!(shown.iter().all(is_whole), "{path:?}: {shown:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, max_shrink_iters: 500, ..ProptestConfig::default() })]

    #[test]
    fn a_stack_goes_only_the_ways_that_cloudformation_goes(
        deeds in proptest::collection::vec(deed(), 1..30)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(run(deeds));
    }
}
