//! `AWS::CloudFormation::Init`: what cfn-init does on an instance.
//!
//! From the page "AWS::CloudFormation::Init" of the CloudFormation Template Reference.

use crate::form::{Form, Others, Table};
use crate::scene::Scene;
use formwork_template::Node;
use formwork_template::diagnostics::Problem;

const TEXTS: Form = Form::List(&Form::Text, usize::MAX);

const COMMAND: Form = Form::Table(&Table {
    what: "a command",
    fields: &[
        // The page takes a list of arguments too.
        ("command", Form::Texts),
        ("cwd", Form::Text),
        ("env", Form::Map(&Form::Text)),
        ("ignoreErrors", Form::Text),
        ("test", Form::Text),
        ("waitAfterCompletion", Form::Text),
    ],
    required: &[],
    others: Others::None,
});

const FILE: Form = Form::Table(&Table {
    what: "a file",
    fields: &[
        ("authentication", Form::Any),
        ("content", Form::TextOrTable),
        ("context", Form::Any),
        ("encoding", Form::OneOf(&["plain", "base64"])),
        ("group", Form::Text),
        ("mode", Form::TextOf(6, 6)),
        ("owner", Form::Text),
        ("source", Form::Text),
    ],
    required: &[],
    others: Others::None,
});

const GROUP: Form = Form::Table(&Table {
    what: "a group",
    fields: &[("gid", Form::Text)],
    required: &[],
    others: Others::None,
});

const USER: Form = Form::Table(&Table {
    what: "a user",
    fields: &[
        ("groups", TEXTS),
        ("homeDir", Form::Text),
        ("uid", Form::Text),
    ],
    required: &[],
    others: Others::None,
});

const PACKAGE: Form = Form::Map(&Form::Texts);

const PACKAGES: Form = Form::Table(&Table {
    what: "`packages`",
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
    others: Others::None,
});

const SERVICE: Form = Form::Map(&Form::Table(&Table {
    what: "a service",
    fields: &[
        ("commands", TEXTS),
        ("enabled", Form::Boolean),
        ("ensureRunning", Form::Boolean),
        ("files", TEXTS),
        ("packages", Form::Map(&TEXTS)),
        ("sources", TEXTS),
    ],
    required: &[],
    others: Others::None,
}));

const SERVICES: Form = Form::Table(&Table {
    what: "`services`",
    fields: &[
        ("systemd", SERVICE),
        ("sysvinit", SERVICE),
        ("windows", SERVICE),
    ],
    required: &[],
    others: Others::None,
});

const CONFIG: Form = Form::Table(&Table {
    what: "a config",
    fields: &[
        ("commands", Form::Map(&COMMAND)),
        ("files", Form::Map(&FILE)),
        ("groups", Form::Map(&GROUP)),
        ("packages", PACKAGES),
        ("services", SERVICES),
        ("sources", Form::Map(&Form::Text)),
        ("users", Form::Map(&USER)),
    ],
    required: &[],
    others: Others::Of(&Form::Any),
});

const INIT: Form = Form::Table(&Table {
    what: "`AWS::CloudFormation::Init`",
    fields: &[("configSets", Form::Map(&Form::Any))],
    required: &[],
    others: Others::Of(&CONFIG),
});

/// What a resource's metadata breaks.
pub(super) fn metadata(node: &Node, scene: &Scene<'_>, problems: &mut Vec<Problem>) {
    if let Some(init) = node.get("AWS::CloudFormation::Init") {
        INIT.check("AWS::CloudFormation::Init", init, scene, problems);
    }
}
