//! The fields of the Amazon States Language, by type of state.
//!
//! From its specification (states-language.net) and Step Functions' developer guide.

/// What stands in a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Field {
    /// Anything, or what code of its own looks at.
    Any,
    /// A text.
    Text,
    /// A name of a state.
    State,
    /// A path into the input, or nothing.
    Path,
    /// A table.
    Table,
    /// A list.
    List,
    /// A text or a table.
    TextOrTable,
    /// A text or a list.
    TextOrList,
    /// A number from this one on.
    Number(f64),
    /// `true`.
    True,
    /// `Retry`: what is tried again.
    Retry,
    /// `Catch`: where errors lead.
    Catch,
}

/// A type of state.
pub(super) struct State {
    /// Its name.
    pub(super) name: &'static str,
    /// Its fields beyond those of every state.
    pub(super) fields: &'static [(&'static str, Field)],
    /// The fields that it needs.
    pub(super) required: &'static [&'static str],
    /// Whether it says what comes after it: exactly one of `Next` and `End`.
    pub(super) goes_on: GoesOn,
}

/// Whether another state follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum GoesOn {
    /// One does, or it is the end.
    Says,
    /// Choices say it, or it is the end in any case.
    Otherwise,
}

/// The fields of every state.
pub(super) const EVERY: &[(&str, Field)] = &[
    ("Assign", Field::Table),
    ("Comment", Field::Text),
    ("InputPath", Field::Path),
    ("Output", Field::Any),
    ("OutputPath", Field::Path),
    ("QueryLanguage", Field::Text),
    ("Type", Field::Any),
];

/// What only JSONPath has.
pub(super) const OF_JSONPATH: &[&str] = &[
    "InputPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "OutputPath",
    "Parameters",
    "ResultPath",
    "ResultSelector",
];

/// What only JSONata has.
pub(super) const OF_JSONATA: &[&str] = &["Arguments", "Output"];

const NEXT: (&str, Field) = ("Next", Field::State);
const END: (&str, Field) = ("End", Field::True);
const ARGUMENTS: (&str, Field) = ("Arguments", Field::TextOrTable);
const PARAMETERS: (&str, Field) = ("Parameters", Field::Table);
const RESULT_PATH: (&str, Field) = ("ResultPath", Field::Path);
const RESULT_SELECTOR: (&str, Field) = ("ResultSelector", Field::Table);
const RETRY: (&str, Field) = ("Retry", Field::Retry);
const CATCH: (&str, Field) = ("Catch", Field::Catch);

/// The types of states.
pub(super) const STATES: &[State] = &[
    State {
        name: "Choice",
        fields: &[
            ARGUMENTS,
            ("Choices", Field::List),
            ("Default", Field::State),
            END,
            NEXT,
        ],
        required: &["Choices"],
        goes_on: GoesOn::Otherwise,
    },
    State {
        name: "Fail",
        fields: &[
            ARGUMENTS,
            ("Cause", Field::Text),
            ("CausePath", Field::Text),
            ("Error", Field::Text),
            ("ErrorPath", Field::Text),
        ],
        required: &[],
        goes_on: GoesOn::Otherwise,
    },
    State {
        name: "Map",
        fields: &[
            ARGUMENTS,
            CATCH,
            END,
            ("ItemBatcher", Field::Table),
            ("ItemProcessor", Field::Table),
            ("ItemReader", Field::Table),
            ("ItemSelector", Field::TextOrTable),
            ("Items", Field::TextOrList),
            ("ItemsPath", Field::Path),
            ("Iterator", Field::Table),
            ("Label", Field::Text),
            ("MaxConcurrency", Field::Number(0.0)),
            ("MaxConcurrencyPath", Field::Text),
            NEXT,
            PARAMETERS,
            RESULT_PATH,
            RESULT_SELECTOR,
            ("ResultWriter", Field::Table),
            RETRY,
            ("ToleratedFailureCount", Field::Number(0.0)),
            ("ToleratedFailureCountPath", Field::Text),
            ("ToleratedFailurePercentage", Field::Number(0.0)),
            ("ToleratedFailurePercentagePath", Field::Text),
        ],
        required: &[],
        goes_on: GoesOn::Says,
    },
    State {
        name: "Parallel",
        fields: &[
            ARGUMENTS,
            ("Branches", Field::List),
            CATCH,
            END,
            NEXT,
            PARAMETERS,
            RESULT_PATH,
            RESULT_SELECTOR,
            RETRY,
        ],
        required: &["Branches"],
        goes_on: GoesOn::Says,
    },
    State {
        name: "Pass",
        fields: &[
            ARGUMENTS,
            END,
            NEXT,
            PARAMETERS,
            ("Result", Field::Any),
            RESULT_PATH,
        ],
        required: &[],
        goes_on: GoesOn::Says,
    },
    State {
        name: "Succeed",
        fields: &[],
        required: &[],
        goes_on: GoesOn::Otherwise,
    },
    State {
        name: "Task",
        fields: &[
            ARGUMENTS,
            CATCH,
            ("Credentials", Field::TextOrTable),
            END,
            ("HeartbeatSeconds", Field::Number(1.0)),
            ("HeartbeatSecondsPath", Field::Text),
            NEXT,
            PARAMETERS,
            ("Resource", Field::Text),
            RESULT_PATH,
            RESULT_SELECTOR,
            RETRY,
            ("TimeoutSeconds", Field::Number(1.0)),
            ("TimeoutSecondsPath", Field::Text),
        ],
        required: &["Resource"],
        goes_on: GoesOn::Says,
    },
    State {
        name: "Wait",
        fields: &[
            ARGUMENTS,
            END,
            NEXT,
            ("Seconds", Field::Number(0.0)),
            ("SecondsPath", Field::Path),
            ("Timestamp", Field::Text),
            ("TimestampPath", Field::Path),
        ],
        required: &[],
        goes_on: GoesOn::Says,
    },
];

/// What a choice's comparison compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Truth,
    /// Other comparisons.
    Rules,
    /// One other comparison.
    Rule,
}

/// What `name` compares with, if it is a comparison.
pub(super) fn comparison(name: &str) -> Option<Comparison> {
    const KINDS: [&str; 5] = [
        "Equals",
        "GreaterThan",
        "GreaterThanEquals",
        "LessThan",
        "LessThanEquals",
    ];
    let of = |rest: &str| KINDS.contains(&rest.strip_suffix("Path").unwrap_or(rest));
    match name {
        "And" | "Or" => return Some(Comparison::Rules),
        "Not" => return Some(Comparison::Rule),
        "IsBoolean" | "IsNull" | "IsNumeric" | "IsPresent" | "IsString" | "IsTimestamp"
        | "BooleanEquals" => return Some(Comparison::Truth),
        "StringMatches" | "BooleanEqualsPath" => return Some(Comparison::Text),
        _ => {}
    }
    if let Some(rest) = name.strip_prefix("Numeric").filter(|rest| of(rest)) {
        let path = rest.ends_with("Path");
        return Some(if path {
            Comparison::Text
        } else {
            Comparison::Number
        });
    }
    let text = ["String", "Timestamp"]
        .iter()
        .any(|prefix| name.strip_prefix(prefix).is_some_and(of));
    text.then_some(Comparison::Text)
}
