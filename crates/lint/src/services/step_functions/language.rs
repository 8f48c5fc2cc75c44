//! The fields of the Amazon States Language, by type of state.
//!
//! From its specification (states-language.net) and the developer guide of Step Functions.

/// The type of a field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum FieldType {
    /// Any value, or a value that the code checks itself.
    Any,
    /// A text.
    Text,
    /// The name of a state.
    State,
    /// A path into the input, or null.
    Path,
    /// A table.
    Table,
    /// A list.
    List,
    /// A text or a table.
    TextOrTable,
    /// A text or a list.
    TextOrList,
    /// A number with a minimum.
    Number(f64),
    /// `true`.
    True,
    /// `Retry`: a list of retriers.
    Retry,
    /// `Catch`: a list of catchers.
    Catch,
}

/// A type of state.
pub(super) struct StateType {
    /// Its name.
    pub(super) name: &'static str,
    /// The fields beyond the common ones.
    pub(super) fields: &'static [(&'static str, FieldType)],
    /// The required fields.
    pub(super) required: &'static [&'static str],
    /// The rule for `Next` and `End`.
    pub(super) transition: Transition,
}

/// The transition to the next state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transition {
    /// Exactly one of `Next` and `End` is required.
    Required,
    /// The state ends the machine, or its choices name the next state.
    Optional,
}

/// The fields that every state may have.
pub(super) const COMMON_FIELDS: &[(&str, FieldType)] = &[
    ("Assign", FieldType::Table),
    ("Comment", FieldType::Text),
    ("InputPath", FieldType::Path),
    ("Output", FieldType::Any),
    ("OutputPath", FieldType::Path),
    ("QueryLanguage", FieldType::Text),
    ("Type", FieldType::Any),
];

/// The fields that only JSONPath states have.
pub(super) const JSONPATH_FIELDS: &[&str] = &[
    "InputPath",
    "ItemsPath",
    "MaxConcurrencyPath",
    "OutputPath",
    "Parameters",
    "ResultPath",
    "ResultSelector",
];

/// The fields that only JSONata states have.
pub(super) const JSONATA_FIELDS: &[&str] = &["Arguments", "Output"];

const NEXT: (&str, FieldType) = ("Next", FieldType::State);
const END: (&str, FieldType) = ("End", FieldType::True);
const ARGUMENTS: (&str, FieldType) = ("Arguments", FieldType::TextOrTable);
const PARAMETERS: (&str, FieldType) = ("Parameters", FieldType::Table);
const RESULT_PATH: (&str, FieldType) = ("ResultPath", FieldType::Path);
const RESULT_SELECTOR: (&str, FieldType) = ("ResultSelector", FieldType::Table);
const RETRY: (&str, FieldType) = ("Retry", FieldType::Retry);
const CATCH: (&str, FieldType) = ("Catch", FieldType::Catch);

/// The types of states.
pub(super) const STATE_TYPES: &[StateType] = &[
    StateType {
        name: "Choice",
        fields: &[
            ARGUMENTS,
            ("Choices", FieldType::List),
            ("Default", FieldType::State),
            END,
            NEXT,
        ],
        required: &["Choices"],
        transition: Transition::Optional,
    },
    StateType {
        name: "Fail",
        fields: &[
            ARGUMENTS,
            ("Cause", FieldType::Text),
            ("CausePath", FieldType::Text),
            ("Error", FieldType::Text),
            ("ErrorPath", FieldType::Text),
        ],
        required: &[],
        transition: Transition::Optional,
    },
    StateType {
        name: "Map",
        fields: &[
            ARGUMENTS,
            CATCH,
            END,
            ("ItemBatcher", FieldType::Table),
            ("ItemProcessor", FieldType::Table),
            ("ItemReader", FieldType::Table),
            ("ItemSelector", FieldType::TextOrTable),
            ("Items", FieldType::TextOrList),
            ("ItemsPath", FieldType::Path),
            ("Iterator", FieldType::Table),
            ("Label", FieldType::Text),
            ("MaxConcurrency", FieldType::Number(0.0)),
            ("MaxConcurrencyPath", FieldType::Text),
            NEXT,
            PARAMETERS,
            RESULT_PATH,
            RESULT_SELECTOR,
            ("ResultWriter", FieldType::Table),
            RETRY,
            ("ToleratedFailureCount", FieldType::Number(0.0)),
            ("ToleratedFailureCountPath", FieldType::Text),
            ("ToleratedFailurePercentage", FieldType::Number(0.0)),
            ("ToleratedFailurePercentagePath", FieldType::Text),
        ],
        required: &[],
        transition: Transition::Required,
    },
    StateType {
        name: "Parallel",
        fields: &[
            ARGUMENTS,
            ("Branches", FieldType::List),
            CATCH,
            END,
            NEXT,
            PARAMETERS,
            RESULT_PATH,
            RESULT_SELECTOR,
            RETRY,
        ],
        required: &["Branches"],
        transition: Transition::Required,
    },
    StateType {
        name: "Pass",
        fields: &[
            ARGUMENTS,
            END,
            NEXT,
            PARAMETERS,
            ("Result", FieldType::Any),
            RESULT_PATH,
        ],
        required: &[],
        transition: Transition::Required,
    },
    StateType {
        name: "Succeed",
        fields: &[],
        required: &[],
        transition: Transition::Optional,
    },
    StateType {
        name: "Task",
        fields: &[
            ARGUMENTS,
            CATCH,
            ("Credentials", FieldType::TextOrTable),
            END,
            ("HeartbeatSeconds", FieldType::Number(1.0)),
            ("HeartbeatSecondsPath", FieldType::Text),
            NEXT,
            PARAMETERS,
            ("Resource", FieldType::Text),
            RESULT_PATH,
            RESULT_SELECTOR,
            RETRY,
            ("TimeoutSeconds", FieldType::Number(1.0)),
            ("TimeoutSecondsPath", FieldType::Text),
        ],
        required: &["Resource"],
        transition: Transition::Required,
    },
    StateType {
        name: "Wait",
        fields: &[
            ARGUMENTS,
            END,
            NEXT,
            ("Seconds", FieldType::Number(0.0)),
            ("SecondsPath", FieldType::Path),
            ("Timestamp", FieldType::Text),
            ("TimestampPath", FieldType::Path),
        ],
        required: &[],
        transition: Transition::Required,
    },
];

/// The operand of a choice's comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    /// A text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Truth,
    /// Several comparisons.
    Rules,
    /// One comparison.
    Rule,
}

/// Returns the operand of a comparison, or `None` if `name` is not one.
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
