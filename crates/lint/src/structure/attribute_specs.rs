//! The fixed forms of `CreationPolicy`, `UpdatePolicy` and `AWS::CloudFormation::Init`.
//!
//! From the pages "CreationPolicy attribute", "UpdatePolicy attribute" and
//! "AWS::CloudFormation::Init" of the CloudFormation Template Reference.

use crate::context::Checker;
use crate::formats::spec::{OtherKeys, TableSpec, ValueSpec};
use formwork_template::Node;
use formwork_template::diagnostics::Problem;

const ANY_INTEGER: ValueSpec = ValueSpec::Integer(i64::MIN, i64::MAX);

const SIGNAL: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a resource signal",
    fields: &[("Count", ANY_INTEGER), ("Timeout", ValueSpec::Text)],
    required: &[],
    other_keys: OtherKeys::None,
});

const FLEET_CREATION: TableSpec = TableSpec {
    description: "a fleet's creation policy",
    fields: &[("StartFleet", ValueSpec::Boolean)],
    required: &[],
    other_keys: OtherKeys::None,
};

const GROUP_CREATION: TableSpec = TableSpec {
    description: "an auto scaling group's creation policy",
    fields: &[
        (
            "AutoScalingCreationPolicy",
            ValueSpec::Table(&TableSpec {
                description: "`AutoScalingCreationPolicy`",
                fields: &[("MinSuccessfulInstancesPercent", ANY_INTEGER)],
                required: &[],
                other_keys: OtherKeys::None,
            }),
        ),
        ("ResourceSignal", SIGNAL),
    ],
    required: &[],
    other_keys: OtherKeys::None,
};

const WAIT_CREATION: TableSpec = TableSpec {
    description: "a wait condition's creation policy",
    fields: &[("ResourceSignal", SIGNAL)],
    required: &[],
    other_keys: OtherKeys::None,
};

const FLEET_STEP: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a step of a fleet's update",
    fields: &[("Type", ValueSpec::Boolean)],
    required: &[],
    other_keys: OtherKeys::None,
});

const FLEET_UPDATE: TableSpec = TableSpec {
    description: "a fleet's update policy",
    fields: &[
        ("StartAfterUpdate", FLEET_STEP),
        ("StopBeforeUpdate", FLEET_STEP),
    ],
    required: &[],
    other_keys: OtherKeys::None,
};

const REFRESH: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`AutoScalingInstanceRefresh`",
    fields: &[
        ("Preferences", PREFERENCES),
        (
            "Strategy",
            ValueSpec::OneOf(&["ReplaceRootVolume", "Rolling"]),
        ),
    ],
    required: &["Strategy"],
    other_keys: OtherKeys::None,
});

const PREFERENCES: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`Preferences`",
    fields: &[
        (
            "AlarmSpecification",
            ValueSpec::Table(&TableSpec {
                description: "`AlarmSpecification`",
                fields: &[("Alarms", ValueSpec::List(&ValueSpec::Text, 10))],
                required: &[],
                other_keys: OtherKeys::None,
            }),
        ),
        ("BakeTime", ValueSpec::Integer(0, 172_800)),
        ("CheckpointDelay", ValueSpec::Integer(0, 172_800)),
        (
            "CheckpointPercentages",
            ValueSpec::List(&ANY_INTEGER, usize::MAX),
        ),
        ("InstanceWarmup", ValueSpec::Integer(0, i64::MAX)),
        ("MaxHealthyPercentage", ValueSpec::Integer(100, 200)),
        ("MinHealthyPercentage", ValueSpec::Integer(0, 100)),
        (
            "ScaleInProtectedInstances",
            ValueSpec::OneOf(&["Ignore", "Refresh", "Wait"]),
        ),
        ("SkipMatching", ValueSpec::Boolean),
        (
            "StandbyInstances",
            ValueSpec::OneOf(&["Ignore", "Terminate", "Wait"]),
        ),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const ROLLING: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`AutoScalingRollingUpdate`",
    fields: &[
        ("MaxBatchSize", ANY_INTEGER),
        ("MinActiveInstancesPercent", ANY_INTEGER),
        ("MinInstancesInService", ANY_INTEGER),
        ("MinSuccessfulInstancesPercent", ANY_INTEGER),
        ("PauseTime", ValueSpec::Text),
        (
            "SuspendProcesses",
            ValueSpec::List(
                &ValueSpec::OneOf(&[
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
        ("WaitOnResourceSignals", ValueSpec::Boolean),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const GROUP_UPDATE: TableSpec = TableSpec {
    description: "an auto scaling group's update policy",
    fields: &[
        ("AutoScalingInstanceRefresh", REFRESH),
        (
            "AutoScalingReplacingUpdate",
            ValueSpec::Table(&TableSpec {
                description: "`AutoScalingReplacingUpdate`",
                fields: &[("WillReplace", ValueSpec::Boolean)],
                required: &[],
                other_keys: OtherKeys::None,
            }),
        ),
        ("AutoScalingRollingUpdate", ROLLING),
        (
            "AutoScalingScheduledAction",
            ValueSpec::Table(&TableSpec {
                description: "`AutoScalingScheduledAction`",
                fields: &[("IgnoreUnmodifiedGroupSizeProperties", ValueSpec::Boolean)],
                required: &[],
                other_keys: OtherKeys::None,
            }),
        ),
    ],
    required: &[],
    other_keys: OtherKeys::None,
};

const CACHE_UPDATE: TableSpec = TableSpec {
    description: "a replication group's update policy",
    fields: &[("UseOnlineResharding", ValueSpec::Boolean)],
    required: &[],
    other_keys: OtherKeys::None,
};

const SEARCH_UPDATE: TableSpec = TableSpec {
    description: "a search domain's update policy",
    fields: &[("EnableVersionUpgrade", ValueSpec::Boolean)],
    required: &[],
    other_keys: OtherKeys::None,
};

const ALIAS_UPDATE: TableSpec = TableSpec {
    description: "an alias's update policy",
    fields: &[(
        "CodeDeployLambdaAliasUpdate",
        ValueSpec::Table(&TableSpec {
            description: "`CodeDeployLambdaAliasUpdate`",
            fields: &[
                ("AfterAllowTrafficHook", ValueSpec::Text),
                ("ApplicationName", ValueSpec::Text),
                ("BeforeAllowTrafficHook", ValueSpec::Text),
                ("DeploymentGroupName", ValueSpec::Text),
            ],
            required: &[],
            other_keys: OtherKeys::None,
        }),
    )],
    required: &[],
    other_keys: OtherKeys::Of(&ValueSpec::Any),
};

/// Returns the form of a type's creation policy, if it is known.
pub(super) fn creation(kind: &str) -> Option<&'static TableSpec> {
    match kind {
        "AWS::AppStream::Fleet" => Some(&FLEET_CREATION),
        "AWS::AutoScaling::AutoScalingGroup" => Some(&GROUP_CREATION),
        "AWS::CloudFormation::WaitCondition" => Some(&WAIT_CREATION),
        _ => None,
    }
}

/// Returns the form of a type's update policy. Other types have none.
pub(super) fn update(kind: &str) -> Option<&'static TableSpec> {
    match kind {
        "AWS::AppStream::Fleet" => Some(&FLEET_UPDATE),
        "AWS::AutoScaling::AutoScalingGroup" => Some(&GROUP_UPDATE),
        "AWS::ElastiCache::ReplicationGroup" => Some(&CACHE_UPDATE),
        "AWS::Elasticsearch::Domain" | "AWS::OpenSearchService::Domain" => Some(&SEARCH_UPDATE),
        "AWS::Lambda::Alias" => Some(&ALIAS_UPDATE),
        _ => None,
    }
}

/// Checks the metadata of a resource.
pub(super) fn metadata(node: &Node, checker: &Checker<'_>, problems: &mut Vec<Problem>) {
    if let Some(init) = node.get("AWS::CloudFormation::Init") {
        INIT.check("AWS::CloudFormation::Init", init, checker, problems);
    }
}

const TEXTS: ValueSpec = ValueSpec::List(&ValueSpec::Text, usize::MAX);

const COMMAND: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a command",
    fields: &[
        // The page allows a list of arguments too.
        ("command", ValueSpec::Texts),
        ("cwd", ValueSpec::Text),
        ("env", ValueSpec::Map(&ValueSpec::Text)),
        ("ignoreErrors", ValueSpec::Text),
        ("test", ValueSpec::Text),
        ("waitAfterCompletion", ValueSpec::Text),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const FILE: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a file",
    fields: &[
        ("authentication", ValueSpec::Any),
        ("content", ValueSpec::TextOrTable),
        ("context", ValueSpec::Any),
        ("encoding", ValueSpec::OneOf(&["plain", "base64"])),
        ("group", ValueSpec::Text),
        ("mode", ValueSpec::TextOf(6, 6)),
        ("owner", ValueSpec::Text),
        ("source", ValueSpec::Text),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const GROUP: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a group",
    fields: &[("gid", ValueSpec::Text)],
    required: &[],
    other_keys: OtherKeys::None,
});

const USER: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a user",
    fields: &[
        ("groups", TEXTS),
        ("homeDir", ValueSpec::Text),
        ("uid", ValueSpec::Text),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const PACKAGE: ValueSpec = ValueSpec::Map(&ValueSpec::Texts);

const PACKAGES: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`packages`",
    fields: &[
        ("apt", PACKAGE),
        ("msi", PACKAGE),
        ("python", PACKAGE),
        ("rpm", PACKAGE),
        ("rubygems", PACKAGE),
        ("yum", PACKAGE),
        ("zypper", PACKAGE),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const SERVICE: ValueSpec = ValueSpec::Map(&ValueSpec::Table(&TableSpec {
    description: "a service",
    fields: &[
        ("commands", TEXTS),
        ("enabled", ValueSpec::Boolean),
        ("ensureRunning", ValueSpec::Boolean),
        ("files", TEXTS),
        ("packages", ValueSpec::Map(&TEXTS)),
        ("sources", TEXTS),
    ],
    required: &[],
    other_keys: OtherKeys::None,
}));

const SERVICES: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`services`",
    fields: &[
        ("systemd", SERVICE),
        ("sysvinit", SERVICE),
        ("windows", SERVICE),
    ],
    required: &[],
    other_keys: OtherKeys::None,
});

const CONFIG: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "a config",
    fields: &[
        ("commands", ValueSpec::Map(&COMMAND)),
        ("files", ValueSpec::Map(&FILE)),
        ("groups", ValueSpec::Map(&GROUP)),
        ("packages", PACKAGES),
        ("services", SERVICES),
        ("sources", ValueSpec::Map(&ValueSpec::Text)),
        ("users", ValueSpec::Map(&USER)),
    ],
    required: &[],
    other_keys: OtherKeys::Of(&ValueSpec::Any),
});

const INIT: ValueSpec = ValueSpec::Table(&TableSpec {
    description: "`AWS::CloudFormation::Init`",
    fields: &[("configSets", ValueSpec::Map(&ValueSpec::Any))],
    required: &[],
    other_keys: OtherKeys::Of(&CONFIG),
});
