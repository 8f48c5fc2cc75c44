//! The keys of each kind of table, and the check for unknown keys.

use crate::{codes, limits};
use formwork_template::diagnostics::{Problem, nearest};
use formwork_template::{Entry, Map};

/// The keys of one kind of table.
pub(crate) struct KeySet {
    /// The name of the table for messages: `a stack`.
    pub(crate) what: &'static str,
    /// The keys that are supported.
    pub(crate) known: &'static [&'static str],
    /// The keys that a later version will support.
    pub(crate) later: &'static [&'static str],
}

pub(crate) const BLUEPRINT: KeySet = KeySet {
    what: "a blueprint",
    known: &[
        "name",
        "description",
        "requires",
        "root",
        "region",
        "assets_bucket",
        "vars",
        "env",
        "tags",
        "assets",
        "stacks",
    ],
    later: &["checks", "audit"],
};

pub(crate) const ENVIRONMENT: KeySet = KeySet {
    what: "an environment",
    known: &[
        "target", "region", "account", "role", "protect", "tags", "vars", "stacks",
    ],
    later: &["deployment"],
};

pub(crate) const STACK: KeySet = KeySet {
    what: "a stack",
    known: &[
        "name",
        "description",
        "use",
        "inputs",
        "template",
        "parameters",
        "conditions",
        "mappings",
        "rules",
        "transform",
        "resources",
        "outputs",
        "assets",
        "depends_on",
        "when",
        "tags",
        "metadata",
        "capabilities",
        "termination_protection",
        "role_arn",
        "notifications",
        "timeout",
    ],
    later: &[
        "region",
        "account",
        "role",
        "exposure",
        "allow",
        "deployment",
        "moved",
    ],
};

/// The keys of a stack that belong in its template if it has a `template`.
pub(crate) const WRITTEN_IN_TEMPLATE: &[&str] = &[
    "description",
    "conditions",
    "mappings",
    "rules",
    "transform",
    "resources",
    "outputs",
    "metadata",
];

pub(crate) const RESOURCE: KeySet = KeySet {
    what: "a resource",
    known: &[
        "type",
        "use",
        "inputs",
        "properties",
        "depends_on",
        "condition",
        "when",
        "for_each",
        "redeploy_on",
        "deletion_policy",
        "update_replace_policy",
        "metadata",
        "creation_policy",
        "update_policy",
    ],
    later: &["exposure", "allow"],
};

/// The keys of a resource that is a component. All others belong to the component's resources.
pub(crate) const INSTANCE: &[&str] = &[
    "use",
    "inputs",
    "depends_on",
    "condition",
    "when",
    "for_each",
];

pub(crate) const COMPONENT: KeySet = KeySet {
    what: "a component",
    known: &[
        "description",
        "inputs",
        "parameters",
        "conditions",
        "mappings",
        "rules",
        "transform",
        "resources",
        "outputs",
        "assets",
        "metadata",
    ],
    later: &[],
};

pub(crate) const INPUT: KeySet = KeySet {
    what: "an input",
    known: &[
        "type",
        "default",
        "one_of",
        "pattern",
        "min",
        "max",
        "description",
        "resolve",
        "provides",
        "when",
    ],
    later: &[],
};

pub(crate) const VARIABLE: KeySet = KeySet {
    what: "a variable",
    known: &[
        "type",
        "default",
        "one_of",
        "pattern",
        "min",
        "max",
        "description",
        "resolve",
        "sensitive",
    ],
    later: &[],
};

pub(crate) const OUTPUT: KeySet = KeySet {
    what: "an output",
    known: &["value", "description", "export", "condition", "when"],
    later: &[],
};

pub(crate) const ASSET: KeySet = KeySet {
    what: "an asset",
    known: &["path", "crate", "inline", "architecture"],
    later: &[],
};

/// The attributes of CloudFormation resources that have a key in formwork.
pub(crate) const ATTRIBUTES: &[(&str, &str)] = &[
    ("DependsOn", "depends_on"),
    ("DeletionPolicy", "deletion_policy"),
    ("UpdateReplacePolicy", "update_replace_policy"),
    ("CreationPolicy", "creation_policy"),
    ("UpdatePolicy", "update_policy"),
    ("Properties", "properties"),
];

/// Returns true if a key begins with a capital letter, as CloudFormation's names do.
pub(crate) fn is_upper(key: &str) -> bool {
    key.bytes().next().is_some_and(|b| b.is_ascii_uppercase())
}

impl KeySet {
    /// Checks the lower-case keys of a table. `also` returns a more specific help for an unknown
    /// key.
    pub(crate) fn check(
        &self,
        map: &Map,
        also: impl Fn(&str, &Entry) -> Option<String>,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (key, entry) in map.iter() {
            if self.known.contains(&key) || is_upper(key) {
                continue;
            }
            let problem = match self.later.contains(&key) {
                true => {
                    let message = format!("`{key}` in {} is not yet supported", self.what);
                    let problem =
                        Problem::error(codes::NOT_YET_SUPPORTED, message).at(entry.key, "");
                    problem
                        .help("a later version of formwork will support it; remove it until then")
                }
                false => self.unknown_key(key, entry, &also),
            };
            problems.push(problem);
        }
        problems
    }

    fn unknown_key(
        &self,
        key: &str,
        entry: &Entry,
        also: impl Fn(&str, &Entry) -> Option<String>,
    ) -> Problem {
        let problem = Problem::error(
            codes::UNKNOWN_KEY,
            format!("unknown key `{key}` in {}", self.what),
        )
        .at(entry.key, "");
        match also(key, entry) {
            Some(help) => problem.help(help),
            None => problem
                .help(format!("its keys are {}", listed(self.known)))
                .suggest(nearest(key, self.known.iter().copied())),
        }
    }
}

/// Formats names for a message: `a`, `b` and `c`.
pub(crate) fn listed(names: &[&str]) -> String {
    let mut quoted: Vec<String> = names
        .iter()
        .take(limits::LISTED_NAMES)
        .map(|name| format!("`{name}`"))
        .collect();
    if names.len() > limits::LISTED_NAMES {
        quoted.push(format!("{} more", names.len() - limits::LISTED_NAMES));
    }
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}
