//! What the name of a property says of roles in its value.

/// What stands under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A role, by its ARN or its name.
    Role,
    /// Perhaps a role's ARN.
    Perhaps,
    /// The name of what holds a role: an instance profile, a launch template, a task definition.
    Holder,
    /// What is read from elsewhere, with whatever roles are in it.
    Elsewhere,
    /// Nothing of the kind.
    Other,
}

/// The ends of keys whose value is a role.
const ROLES: &[&str] = &[
    "role",
    "rolearn",
    "rolearns",
    "rolename",
    "rolenames",
    "roles",
];

/// Keys of API Gateway and of OpenAPI whose value is a role or a fixed text.
const CREDENTIALS: &[&str] = &[
    "authorizercredentials",
    "authorizercredentialsarn",
    "credentials",
    "credentialsarn",
];

/// Keys that name a file or a text in which roles may be named, or that list them in a form of their own.
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

/// Keys by which a launch template, a launch configuration or a task definition is named.
const HOLDERS: &[&str] = &[
    "launchconfigurationname",
    "launchtemplateid",
    "launchtemplatename",
    "taskdefinition",
    "daemontaskdefinitionarn",
];

impl Key {
    /// What stands under `name`, itself below the key `above`.
    pub(super) fn of(name: &str, above: &str, outer: Self) -> Self {
        let key = name.to_ascii_lowercase();
        let is = |known: &[&str]| known.contains(&key.as_str());
        let names_template = above.to_ascii_lowercase().ends_with("launchtemplate")
            && matches!(key.as_str(), "id" | "name");
        if is(ELSEWHERE) {
            Self::Elsewhere
        } else if is(HOLDERS) || names_template || key.contains("instanceprofile") {
            Self::Holder
        } else if ROLES.iter().any(|end| key.ends_with(end)) {
            Self::Role
        } else if key.contains("role") || key.ends_with("callerarn") || is(CREDENTIALS) {
            Self::Perhaps
        } else {
            match outer {
                Self::Role | Self::Perhaps => Self::Perhaps,
                Self::Holder => Self::Holder,
                Self::Elsewhere | Self::Other => Self::Other,
            }
        }
    }
}
