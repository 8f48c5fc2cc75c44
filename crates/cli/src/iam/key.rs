//! The names of properties that contain a role.

/// The kind of value under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoleKey {
    /// The ARN or the name of a role.
    Role,
    /// Possibly a role's ARN.
    MaybeRole,
    /// The name of a resource with a role: an instance profile, a launch template, a task definition.
    RoleHolder,
    /// An external document, which may contain any role.
    External,
    /// Any other value.
    Other,
}

/// The suffixes of keys whose value is a role.
const ROLES: &[&str] = &[
    "role",
    "rolearn",
    "rolearns",
    "rolename",
    "rolenames",
    "roles",
];

/// The keys of API Gateway and OpenAPI whose value is a role or a fixed text.
const CREDENTIALS: &[&str] = &[
    "authorizercredentials",
    "authorizercredentialsarn",
    "credentials",
    "credentialsarn",
];

/// The keys whose value is a file, a template or a list that may contain roles.
const ELSEWHERE: &[&str] = &[
    "bodys3location",
    "definitions3location",
    "fn::transform",
    "pipelineobjects",
    "templatebody",
    "templates3uri",
    "templatessmdocumentdetails",
    "templateurl",
];

/// The keys that name a launch template, a launch configuration or a task definition.
const HOLDERS: &[&str] = &[
    "launchconfigurationname",
    "launchtemplateid",
    "launchtemplatename",
    "taskdefinition",
    "daemontaskdefinitionarn",
];

impl RoleKey {
    /// Classifies the key `name` below the key `above`.
    pub(super) fn of(name: &str, above: &str, outer: Self) -> Self {
        let key = name.to_ascii_lowercase();
        let is = |known: &[&str]| known.contains(&key.as_str());
        let names_template = above.to_ascii_lowercase().ends_with("launchtemplate")
            && matches!(key.as_str(), "id" | "name");
        if is(ELSEWHERE) {
            Self::External
        } else if is(HOLDERS) || names_template || key.contains("instanceprofile") {
            Self::RoleHolder
        } else if ROLES.iter().any(|end| key.ends_with(end)) {
            Self::Role
        } else if key.contains("role") || key.ends_with("callerarn") || is(CREDENTIALS) {
            Self::MaybeRole
        } else {
            match outer {
                Self::Role | Self::MaybeRole => Self::MaybeRole,
                Self::RoleHolder => Self::RoleHolder,
                Self::External | Self::Other => Self::Other,
            }
        }
    }
}
