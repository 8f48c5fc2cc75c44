//! Tests of rendered plans.

use formwork_aws::{RequiresReplacement, StackId, StackStatus};
use formwork_catalog::RemovalOutcome;
use formwork_engine::{
    Cause, Disagreement, HazardDecision, Interruption, Loss, Note, PendingOutput, PlannedValue,
    PropertyPlan, Refusal, ResourcePlan, UnmanagedStack, ValuePlan,
};
use formwork_template::StackName;
use serde_json::json;

use super::*;
use crate::fixtures::{key, shop_blueprint, span_of};
use crate::header::HeaderTarget;

fn stack(name: &str, action: StackAction) -> StackPlan {
    StackPlan {
        key: key(name),
        name: StackName::new(format!("shop-{name}")).unwrap(),
        id: None,
        status: None,
        action,
        basis: Basis::ChangeSet,
        only_because: Vec::new(),
        capabilities: Vec::new(),
        resources: Vec::new(),
        parameters: Vec::new(),
        outputs: Vec::new(),
        tags: Vec::new(),
        other: Vec::new(),
        resource_count: 3,
        waits_for: Vec::new(),
    }
}

fn resource(logical_id: &str, action: ResourceAction) -> ResourcePlan {
    ResourcePlan {
        logical_id: logical_id.to_owned(),
        resource_type: "AWS::SNS::Topic".to_owned(),
        physical_id: Some(format!("{}-1", logical_id.to_lowercase())),
        action,
        fate: None,
        properties: Vec::new(),
        disagreement: None,
        open: Vec::new(),
        span: None,
    }
}

fn property(path: &str, before: Option<PlannedValue>, after: Option<PlannedValue>) -> PropertyPlan {
    PropertyPlan {
        path: path.to_owned(),
        before,
        after,
        replaces: RequiresReplacement::No,
        cause: None,
        span: None,
    }
}

fn known(value: serde_json::Value) -> Option<PlannedValue> {
    Some(PlannedValue::Known(value))
}

fn pending(stack: &str, output: &str) -> Vec<PendingOutput> {
    vec![PendingOutput {
        stack: key(stack),
        output: output.to_owned(),
    }]
}

fn plan(purpose: Purpose, stacks: Vec<StackPlan>) -> Plan {
    Plan {
        purpose,
        blueprint: "shop".to_owned(),
        environment: Some("prod".to_owned()),
        account: "111122223333".to_owned(),
        region: "us-east-1".to_owned(),
        stacks,
        unmanaged: Vec::new(),
        interruptions: Vec::new(),
        losses: Vec::new(),
        notes: Vec::new(),
    }
}

fn shown(plan: &Plan) -> String {
    let (blueprint, sources) = shop_blueprint();
    let header = Header {
        blueprint: "shop".to_owned(),
        environment: Some("prod".to_owned()),
        target: HeaderTarget::Account("111122223333".to_owned()),
        region: "us-east-1".to_owned(),
    };
    let view = PlanView {
        header: &header,
        blueprint: &blueprint,
        sources: &sources,
        took: Duration::from_millis(3100),
        estimate: Some(Duration::from_secs(220)),
        color: ColorMode::Plain,
        columns: 100,
    };
    plan_text(plan, &view)
}

/// Returns one update of every kind: in place, replacement, removal, open name, secret, and a dependent.
#[expect(clippy::too_many_lines, reason = "a flat list of plans")]
fn updates() -> Vec<StackPlan> {
    let (_, sources) = shop_blueprint();
    let variable = PropertyPlan {
        span: Some(span_of(&sources, "${vars.log_level}")),
        ..property("DisplayName", known(json!("INFO")), known(json!("DEBUG")))
    };
    let renamed = PropertyPlan {
        replaces: RequiresReplacement::Yes,
        span: Some(span_of(&sources, "\"shop\"\n[vars]")),
        ..property("TopicName", known(json!("old")), known(json!("shop")))
    };
    let follows = PropertyPlan {
        cause: Some(Cause::Resource("Renamed".to_owned())),
        ..property(
            "TopicArn",
            known(json!("arn:1")),
            Some(PlannedValue::AfterApply),
        )
    };
    let secret = property("Key", known(json!("****")), Some(PlannedValue::Secret));
    let mut api = stack("api", StackAction::Update);
    api.capabilities.push("CAPABILITY_IAM".to_owned());
    api.resources = vec![
        ResourcePlan {
            properties: vec![variable, secret],
            ..resource("Greeter", ResourceAction::Update)
        },
        ResourcePlan {
            properties: vec![renamed],
            ..resource("Renamed", ResourceAction::Replace)
        },
        ResourcePlan {
            properties: vec![follows],
            ..resource("Follower", ResourceAction::MayReplace)
        },
        ResourcePlan {
            fate: Some(RemovalOutcome::Retained),
            ..resource("Kept", ResourceAction::Remove)
        },
        ResourcePlan {
            fate: Some(RemovalOutcome::Deleted),
            ..resource("Gone", ResourceAction::Remove)
        },
        ResourcePlan {
            physical_id: None,
            open: pending("network", "VpcId"),
            ..resource("Deployment20c1f9", ResourceAction::Add)
        },
    ];
    api.outputs = vec![ValuePlan {
        name: "Url".to_owned(),
        before: None,
        after: known(json!("https://x")),
    }];
    let mut consumer = stack("consumer", StackAction::MayUpdate);
    consumer.only_because = vec![key("api")];
    let url = property(
        "UserData",
        known(json!("…")),
        Some(PlannedValue::AfterDeploy(pending("api", "Url"))),
    );
    consumer.resources = vec![ResourcePlan {
        properties: vec![url],
        ..resource("Client", ResourceAction::Update)
    }];
    vec![api, consumer, stack("network", StackAction::Unchanged)]
}

#[test]
fn an_update_shows_changes_causes_and_old_resources() {
    insta::assert_snapshot!(shown(&plan(Purpose::Deploy, updates())), @r#"
    shop · env prod · account 111122223333 · us-east-1
    3 stacks compared in 3.1s. Nothing has been changed.

    ~ api       1 replace, 1 may replace, 1 update, 1 add, 2 delete
      acknowledges CAPABILITY_IAM
      ~    Greeter           AWS::SNS::Topic
          ~  DisplayName  "INFO" -> "DEBUG"                                vars.log_level, --set
          ~  Key          (secret, not comparable: sent with this update)
      +/-  Renamed           AWS::SNS::Topic  new one first, then delete renamed-1
          ~  TopicName  "old" -> "shop" (forces replacement)  blueprint.toml:1
      ~?   Follower          AWS::SNS::Topic  may be replaced
          ~  TopicArn  "arn:1" -> (known after deploy)  follows Renamed, which is replaced
      -    Kept              AWS::SNS::Topic  kept-1 is kept outside the stack
      -    Gone              AWS::SNS::Topic  delete gone-1
      +    Deployment20c1f9  AWS::SNS::Topic
            final name known after deploy: network.VpcId
      +  output Url  "https://x"
    ~ consumer  1 update, if its inputs change, only because api changes
      ~  Client  AWS::SNS::Topic
          ~  UserData  "…" -> (known after deploy: api.Url)

    Unchanged: network
    Plan: 1 to replace, 3 to update, 1 to add, 2 to delete · about 3m40s
    "#);
}

#[test]
fn possible_replacements_and_disagreements_are_shown() {
    let disagreement = |expected, property: &str| {
        Some(Disagreement {
            expected,
            property: property.to_owned(),
        })
    };
    let mut api = stack("api", StackAction::Update);
    api.resources = vec![
        ResourcePlan {
            properties: vec![property("Name", known(json!("a")), known(json!("b")))],
            disagreement: disagreement(RequiresReplacement::Yes, "Name"),
            ..resource("Stays", ResourceAction::Update)
        },
        ResourcePlan {
            disagreement: disagreement(RequiresReplacement::No, "Size"),
            ..resource("Renewed", ResourceAction::Replace)
        },
    ];
    let mut data = stack("data", StackAction::MayUpdate);
    data.basis = Basis::Templates;
    data.only_because = vec![key("api")];
    let name = PropertyPlan {
        replaces: RequiresReplacement::Maybe,
        cause: Some(Cause::Parameter("Name".to_owned())),
        ..property(
            "TableName",
            None,
            Some(PlannedValue::AfterDeploy(pending("api", "Name"))),
        )
    };
    data.resources = vec![ResourcePlan {
        properties: vec![name],
        resource_type: "AWS::DynamoDB::Table".to_owned(),
        ..resource("Table", ResourceAction::MayReplace)
    }];
    let mut plan = plan(Purpose::Deploy, vec![api, data]);
    plan.losses = vec![Loss {
        stack: key("data"),
        logical_id: "Table".to_owned(),
        resource_type: "AWS::DynamoDB::Table".to_owned(),
        physical_id: None,
        action: ResourceAction::MayReplace,
        decided: HazardDecision::Later,
    }];
    insta::assert_snapshot!(shown(&plan), @r#"
    shop · env prod · account 111122223333 · us-east-1
    2 stacks compared in 3.1s. Nothing has been changed.

    ~ api   1 replace, 1 update
      ~    Stays    AWS::SNS::Topic
          ! Name forces replacement in the type's schema, but not for CloudFormation, which decides
          ~  Name  "a" -> "b"
      +/-  Renewed  AWS::SNS::Topic  new one first, then delete renewed-1
          ! Size forces replacement for CloudFormation, which decides, but not in the type's schema
    ~ data  1 may replace, if its inputs change, only because api changes
      ~?  Table  AWS::DynamoDB::Table  may be replaced
          +  TableName  (known after deploy: api.Name) (may force replacement)  parameter Name

    ! Loss: data.Table (AWS::DynamoDB::Table) may be replaced and its data is lost; you will be asked
      when its dependencies are deployed

    Plan: 1 to replace, 2 to update, 0 to add, 0 to delete · about 3m40s
    "#);
}

#[test]
fn warnings_follow_the_stacks_with_their_flags() {
    let mut hazardous = plan(Purpose::Deploy, vec![stack("api", StackAction::Unchanged)]);
    hazardous.losses = vec![Loss {
        stack: key("data"),
        logical_id: "Table".to_owned(),
        resource_type: "AWS::DynamoDB::Table".to_owned(),
        physical_id: None,
        action: ResourceAction::Replace,
        decided: HazardDecision::Now,
    }];
    hazardous.interruptions = vec![Interruption {
        stack: key("data"),
        logical_id: "Table".to_owned(),
        resource_type: "AWS::DynamoDB::Table".to_owned(),
        action: ResourceAction::Replace,
        outputs: vec!["TableName".to_owned()],
        consumers: vec!["shop-api".to_owned()],
        decided: HazardDecision::Now,
    }];
    hazardous.notes = vec![Note::ChangeSetsDenied];
    hazardous.unmanaged = vec![UnmanagedStack {
        name: StackName::new("shop-old").unwrap(),
        id: StackId::new("arn"),
        status: StackStatus::UpdateComplete,
        key: Some("old".to_owned()),
    }];
    insta::assert_snapshot!(shown(&hazardous), @r#"
    shop · env prod · account 111122223333 · us-east-1
    1 stack compared in 3.1s. Nothing has been changed.

    ! Loss: data.Table (AWS::DynamoDB::Table) is replaced and its data is lost; `--allow-loss
      data.Table` allows this
    ! Interruption: data.Table (AWS::DynamoDB::Table) is replaced while shop-api still uses TableName;
      `--allow-interruption` allows this
    ! Change sets cannot be created with these permissions: this plan compares the templates only, and
      takes replacements from the resource types' schemas
    ! shop-old (UPDATE_COMPLETE) is deployed but not in the blueprint (its key was `old`); it stays
      unchanged

    Unchanged: api
    Nothing to do.
    "#);
}

#[test]
fn refused_stacks_show_the_reason_and_the_next_step() {
    let refusals = [
        Refusal::NotOurs {
            blueprint: None,
            stack: None,
            environment: None,
        },
        Refusal::InFlight {
            status: StackStatus::UpdateInProgress,
        },
        Refusal::MissingUpstream {
            stack: key("network"),
            output: "VpcId".to_owned(),
        },
    ];
    let stacks = ["a", "b", "c"].into_iter().zip(refusals);
    let stacks = stacks
        .map(|(name, refusal)| stack(name, StackAction::Refused(refusal)))
        .collect();
    insta::assert_snapshot!(shown(&plan(Purpose::Deploy, stacks)), @r#"
    shop · env prod · account 111122223333 · us-east-1
    3 stacks compared in 3.1s. Nothing has been changed.

    ✗ a  exists without formwork's tags: adopt it with --adopt
    ✗ b  has another operation in progress (UPDATE_IN_PROGRESS): wait for it with --wait
    ✗ c  needs network.VpcId, but network is neither deployed nor part of this run

    Plan: 0 to replace, 0 to update, 0 to add, 0 to delete · about 3m40s
    "#);
}

#[test]
fn a_destruction_shows_the_number_of_stacks_and_resources() {
    let stacks = vec![
        stack("api", StackAction::Delete),
        stack("network", StackAction::Absent),
    ];
    insta::assert_snapshot!(shown(&plan(Purpose::Destroy, stacks)), @r#"
    shop · env prod · account 111122223333 · us-east-1
    2 stacks compared in 3.1s. Nothing has been changed.

    - api  deleted: 3 resources

    Not deployed: network
    Plan: 1 stack to delete, 3 resources · about 3m40s
    "#);
}
