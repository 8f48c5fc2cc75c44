//! `CreationPolicy` and `UpdatePolicy`: what each type of resource takes there.
//!
//! From the pages "CreationPolicy attribute" and "UpdatePolicy attribute" of the CloudFormation
//! Template Reference.

use crate::form::{Form, Others, Table};

const ANY_INTEGER: Form = Form::Integer(i64::MIN, i64::MAX);

const SIGNAL: Form = Form::Table(&Table {
    what: "a resource signal",
    fields: &[("Count", ANY_INTEGER), ("Timeout", Form::Text)],
    required: &[],
    others: Others::None,
});

const FLEET_CREATION: Table = Table {
    what: "a fleet's creation policy",
    fields: &[("StartFleet", Form::Boolean)],
    required: &[],
    others: Others::None,
};

const GROUP_CREATION: Table = Table {
    what: "an auto scaling group's creation policy",
    fields: &[
        (
            "AutoScalingCreationPolicy",
            Form::Table(&Table {
                what: "`AutoScalingCreationPolicy`",
                fields: &[("MinSuccessfulInstancesPercent", ANY_INTEGER)],
                required: &[],
                others: Others::None,
            }),
        ),
        ("ResourceSignal", SIGNAL),
    ],
    required: &[],
    others: Others::None,
};

const WAIT_CREATION: Table = Table {
    what: "a wait condition's creation policy",
    fields: &[("ResourceSignal", SIGNAL)],
    required: &[],
    others: Others::None,
};

const FLEET_STEP: Form = Form::Table(&Table {
    what: "a step of a fleet's update",
    fields: &[("Type", Form::Boolean)],
    required: &[],
    others: Others::None,
});

const FLEET_UPDATE: Table = Table {
    what: "a fleet's update policy",
    fields: &[
        ("StartAfterUpdate", FLEET_STEP),
        ("StopBeforeUpdate", FLEET_STEP),
    ],
    required: &[],
    others: Others::None,
};

const REFRESH: Form = Form::Table(&Table {
    what: "`AutoScalingInstanceRefresh`",
    fields: &[
        ("Preferences", PREFERENCES),
        ("Strategy", Form::OneOf(&["ReplaceRootVolume", "Rolling"])),
    ],
    required: &["Strategy"],
    others: Others::None,
});

const PREFERENCES: Form = Form::Table(&Table {
    what: "`Preferences`",
    fields: &[
        (
            "AlarmSpecification",
            Form::Table(&Table {
                what: "`AlarmSpecification`",
                fields: &[("Alarms", Form::List(&Form::Text, 10))],
                required: &[],
                others: Others::None,
            }),
        ),
        ("BakeTime", Form::Integer(0, 172_800)),
        ("CheckpointDelay", Form::Integer(0, 172_800)),
        (
            "CheckpointPercentages",
            Form::List(&ANY_INTEGER, usize::MAX),
        ),
        ("InstanceWarmup", Form::Integer(0, i64::MAX)),
        ("MaxHealthyPercentage", Form::Integer(100, 200)),
        ("MinHealthyPercentage", Form::Integer(0, 100)),
        (
            "ScaleInProtectedInstances",
            Form::OneOf(&["Ignore", "Refresh", "Wait"]),
        ),
        ("SkipMatching", Form::Boolean),
        (
            "StandbyInstances",
            Form::OneOf(&["Ignore", "Terminate", "Wait"]),
        ),
    ],
    required: &[],
    others: Others::None,
});

const ROLLING: Form = Form::Table(&Table {
    what: "`AutoScalingRollingUpdate`",
    fields: &[
        ("MaxBatchSize", ANY_INTEGER),
        ("MinActiveInstancesPercent", ANY_INTEGER),
        ("MinInstancesInService", ANY_INTEGER),
        ("MinSuccessfulInstancesPercent", ANY_INTEGER),
        ("PauseTime", Form::Text),
        (
            "SuspendProcesses",
            Form::List(
                &Form::OneOf(&[
                    "Launch",
                    "Terminate",
                    "AddToLoadBalancer",
                    "AlarmNotification",
                    "AZRebalance",
                    "HealthCheck",
                    "InstanceRefresh",
                    "ReplaceUnhealthy",
                    "ScheduledActions",
                ]),
                usize::MAX,
            ),
        ),
        ("WaitOnResourceSignals", Form::Boolean),
    ],
    required: &[],
    others: Others::None,
});

const GROUP_UPDATE: Table = Table {
    what: "an auto scaling group's update policy",
    fields: &[
        ("AutoScalingInstanceRefresh", REFRESH),
        (
            "AutoScalingReplacingUpdate",
            Form::Table(&Table {
                what: "`AutoScalingReplacingUpdate`",
                fields: &[("WillReplace", Form::Boolean)],
                required: &[],
                others: Others::None,
            }),
        ),
        ("AutoScalingRollingUpdate", ROLLING),
        (
            "AutoScalingScheduledAction",
            Form::Table(&Table {
                what: "`AutoScalingScheduledAction`",
                fields: &[("IgnoreUnmodifiedGroupSizeProperties", Form::Boolean)],
                required: &[],
                others: Others::None,
            }),
        ),
    ],
    required: &[],
    others: Others::None,
};

const CACHE_UPDATE: Table = Table {
    what: "a replication group's update policy",
    fields: &[("UseOnlineResharding", Form::Boolean)],
    required: &[],
    others: Others::None,
};

const SEARCH_UPDATE: Table = Table {
    what: "a search domain's update policy",
    fields: &[("EnableVersionUpgrade", Form::Boolean)],
    required: &[],
    others: Others::None,
};

const ALIAS_UPDATE: Table = Table {
    what: "an alias's update policy",
    fields: &[(
        "CodeDeployLambdaAliasUpdate",
        Form::Table(&Table {
            what: "`CodeDeployLambdaAliasUpdate`",
            fields: &[
                ("AfterAllowTrafficHook", Form::Text),
                ("ApplicationName", Form::Text),
                ("BeforeAllowTrafficHook", Form::Text),
                ("DeploymentGroupName", Form::Text),
            ],
            required: &[],
            others: Others::None,
        }),
    )],
    required: &[],
    others: Others::Of(&Form::Any),
};

/// The creation policy of resources of a type, where its form is known.
pub(super) fn creation(kind: &str) -> Option<&'static Table> {
    match kind {
        "AWS::AppStream::Fleet" => Some(&FLEET_CREATION),
        "AWS::AutoScaling::AutoScalingGroup" => Some(&GROUP_CREATION),
        "AWS::CloudFormation::WaitCondition" => Some(&WAIT_CREATION),
        _ => None,
    }
}

/// The update policy of resources of a type; other types take none.
pub(super) fn update(kind: &str) -> Option<&'static Table> {
    match kind {
        "AWS::AppStream::Fleet" => Some(&FLEET_UPDATE),
        "AWS::AutoScaling::AutoScalingGroup" => Some(&GROUP_UPDATE),
        "AWS::ElastiCache::ReplicationGroup" => Some(&CACHE_UPDATE),
        "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => Some(&SEARCH_UPDATE),
        "AWS::Lambda::Alias" => Some(&ALIAS_UPDATE),
        _ => None,
    }
}
