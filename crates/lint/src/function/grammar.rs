//! What each argument of each function takes: values of which kinds, given by which functions.
//!
//! From the functions' pages in the CloudFormation Template Reference ("Supported functions") and
//! that of the `AWS::LanguageExtensions` transform.

use super::kinds::Kinds;
use crate::scene::Language;
use formwork_template::Function;
use formwork_template::Function as F;

/// One argument of a function.
pub(super) struct Slot {
    /// What it is, in a message: `delimiter`.
    pub(super) name: &'static str,
    /// The kinds of value.
    pub(super) kinds: Kinds,
    /// The functions that may give it.
    pub(super) functions: &'static [Function],
    /// The items, where it is a list written out.
    pub(super) items: Option<&'static Slot>,
    /// What else is asked of a value that is written out.
    pub(super) asks: Asks,
}

/// What is asked of a written value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// Nothing more.
    Nothing,
    /// A whole number from the one to the other.
    Integer(i64, i64),
    /// An IPv4 block, as `10.0.0.0/16`.
    AddressBlock,
    /// A region's name, or nothing.
    Region,
    /// At least one item or entry.
    Filled,
}

/// How a function's argument is built.
pub(super) enum Form {
    /// The argument itself.
    One(&'static Slot),
    /// A list of these, of which the last may be left out.
    Each(&'static [Slot], usize),
    /// A list of as many of one kind.
    Same(&'static Slot, usize, usize),
    /// A table with these keys, of which the first so many must be there.
    Keys(&'static [&'static str], usize, &'static Slot),
    /// Looked at by code of its own.
    Own,
}

const CONDITIONS: &[Function] = &[F::Condition, F::Equals, F::Not, F::And, F::Or];

const BASE64: Slot = Slot {
    name: "text",
    kinds: Kinds::TEXT,
    functions: &[
        F::Base64,
        F::FindInMap,
        F::ForEach,
        F::GetAtt,
        F::GetStackOutput,
        F::If,
        F::ImportValue,
        F::Join,
        F::Length,
        F::Select,
        F::Sub,
        F::ToJsonString,
        F::Transform,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

const CIDR_FUNCTIONS: &[Function] = &[
    F::FindInMap,
    F::GetAtt,
    F::If,
    F::ImportValue,
    F::Select,
    F::Sub,
    F::Ref,
];

const CIDR: [Slot; 3] = [
    Slot {
        name: "address block",
        kinds: Kinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        asks: Asks::AddressBlock,
    },
    Slot {
        name: "count",
        kinds: Kinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        asks: Asks::Integer(1, 256),
    },
    Slot {
        name: "number of bits",
        kinds: Kinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        asks: Asks::Integer(1, 128),
    },
];

const CONDITION: Slot = Slot {
    name: "condition",
    kinds: Kinds::TRUTH,
    functions: CONDITIONS,
    items: None,
    asks: Asks::Nothing,
};

const EQUALS: Slot = Slot {
    name: "compared value",
    kinds: Kinds::TEXT,
    functions: &[
        F::Ref,
        F::FindInMap,
        F::Sub,
        F::Join,
        F::Select,
        F::Length,
        F::ToJsonString,
    ],
    items: None,
    asks: Asks::Nothing,
};

const MAP_KEY: Slot = Slot {
    name: "name or key",
    kinds: Kinds::TEXT,
    functions: &[F::FindInMap, F::Ref],
    items: None,
    asks: Asks::Nothing,
};

const MAP_KEY_EXTENDED: Slot = Slot {
    functions: &[
        F::FindInMap,
        F::Join,
        F::Sub,
        F::If,
        F::Select,
        F::Length,
        F::ToJsonString,
        F::Ref,
    ],
    ..MAP_KEY
};

const REGION: Slot = Slot {
    name: "region",
    kinds: Kinds::TEXT,
    functions: &[F::GetAtt, F::If, F::Join, F::Select, F::Sub, F::Ref],
    items: None,
    asks: Asks::Region,
};

const EXPORT: Slot = Slot {
    name: "name of the export",
    kinds: Kinds::TEXT,
    functions: &[
        F::Base64,
        F::FindInMap,
        F::If,
        F::Join,
        F::Select,
        F::Sub,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

const DELIMITER: Slot = Slot {
    name: "delimiter",
    kinds: Kinds::TEXT,
    functions: &[],
    items: None,
    asks: Asks::Nothing,
};

const JOINED_ITEM: Slot = Slot {
    name: "item",
    kinds: Kinds::TEXT,
    functions: &[
        F::Base64,
        F::FindInMap,
        F::GetAtt,
        F::GetStackOutput,
        F::If,
        F::ImportValue,
        F::Join,
        F::Select,
        F::Sub,
        F::Transform,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

const JOIN: [Slot; 2] = [
    DELIMITER,
    Slot {
        name: "list",
        kinds: Kinds::LIST,
        functions: &[
            F::Cidr,
            F::FindInMap,
            F::GetAtt,
            F::GetAZs,
            F::If,
            F::Split,
            F::Ref,
        ],
        items: Some(&JOINED_ITEM),
        asks: Asks::Nothing,
    },
];

const COUNTED: Slot = Slot {
    name: "list",
    kinds: Kinds::LIST,
    functions: &[F::Ref, F::FindInMap, F::Split, F::If, F::GetAZs],
    items: None,
    asks: Asks::Nothing,
};

const INDEX: Slot = Slot {
    name: "index",
    kinds: Kinds::TEXT,
    functions: &[F::Ref, F::FindInMap],
    items: None,
    asks: Asks::Integer(0, i64::MAX),
};

const SELECTED: Slot = Slot {
    name: "list",
    kinds: Kinds::LIST,
    functions: &[
        F::FindInMap,
        F::GetAtt,
        F::GetAZs,
        F::If,
        F::Split,
        F::Cidr,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

const SELECT: [Slot; 2] = [INDEX, SELECTED];

const SELECT_EXTENDED: [Slot; 2] = [
    Slot {
        functions: &[F::Ref, F::FindInMap, F::Length],
        ..INDEX
    },
    SELECTED,
];

const SPLIT: [Slot; 2] = [
    DELIMITER,
    Slot {
        name: "text",
        ..STACK_OUTPUT
    },
];

/// The value of a name in an `Fn::Sub`.
pub(super) const SUB_VALUE: Slot = Slot {
    name: "value",
    kinds: Kinds::TEXT,
    functions: &[
        F::Base64,
        F::FindInMap,
        F::GetAtt,
        F::GetStackOutput,
        F::If,
        F::ImportValue,
        F::Join,
        F::Select,
        F::Sub,
        F::ToJsonString,
        F::Transform,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

/// The attribute of an `Fn::GetAtt`.
pub(super) const ATTRIBUTE: Slot = Slot {
    name: "attribute",
    kinds: Kinds::TEXT,
    functions: &[F::Ref],
    items: None,
    asks: Asks::Nothing,
};

const NAMED_EXTENDED: &[Function] = &[
    F::Ref,
    F::Base64,
    F::FindInMap,
    F::Sub,
    F::If,
    F::Join,
    F::ToJsonString,
];

const ATTRIBUTE_EXTENDED: [Slot; 2] = [
    Slot {
        name: "logical id",
        functions: NAMED_EXTENDED,
        ..ATTRIBUTE
    },
    Slot {
        functions: NAMED_EXTENDED,
        ..ATTRIBUTE
    },
];

const REFERRED_EXTENDED: Slot = Slot {
    name: "name",
    functions: NAMED_EXTENDED,
    ..ATTRIBUTE
};

const SERIALIZED: Slot = Slot {
    name: "table or list",
    kinds: Kinds::LIST.or(Kinds::TABLE),
    functions: &[
        F::FindInMap,
        F::GetAtt,
        F::GetAZs,
        F::If,
        F::Select,
        F::Split,
        F::Ref,
    ],
    items: None,
    asks: Asks::Filled,
};

const STACK_OUTPUT: Slot = Slot {
    name: "value",
    kinds: Kinds::TEXT,
    functions: &[
        F::Base64,
        F::FindInMap,
        F::GetAtt,
        F::If,
        F::ImportValue,
        F::Join,
        F::Select,
        F::Sub,
        F::Ref,
    ],
    items: None,
    asks: Asks::Nothing,
};

/// How the argument of `function` is built.
pub(super) fn form(function: Function, language: Language) -> Form {
    let extended = language == Language::Extended;
    match function {
        F::Base64 => Form::One(&BASE64),
        F::Cidr => Form::Each(&CIDR, 2),
        F::And | F::Or => Form::Same(&CONDITION, 2, 10),
        F::Not => Form::Same(&CONDITION, 1, 1),
        F::Equals => Form::Same(&EQUALS, 2, 2),
        F::FindInMap if extended => Form::Same(&MAP_KEY_EXTENDED, 3, 3),
        F::FindInMap => Form::Same(&MAP_KEY, 3, 3),
        F::GetAtt if extended => Form::Each(&ATTRIBUTE_EXTENDED, 2),
        F::GetAZs => Form::One(&REGION),
        F::ImportValue => Form::One(&EXPORT),
        F::Join => Form::Each(&JOIN, 2),
        F::Length => Form::One(&COUNTED),
        F::Select if extended => Form::Each(&SELECT_EXTENDED, 2),
        F::Select => Form::Each(&SELECT, 2),
        F::Split => Form::Each(&SPLIT, 2),
        F::ToJsonString => Form::One(&SERIALIZED),
        F::Ref if extended => Form::One(&REFERRED_EXTENDED),
        F::GetStackOutput => Form::Keys(
            &["StackName", "OutputName", "Region", "RoleArn"],
            2,
            &STACK_OUTPUT,
        ),
        F::Ref | F::Condition | F::GetAtt | F::Sub | F::If | F::ForEach | F::Transform => Form::Own,
    }
}

/// What a function gives where its arguments do not say more.
pub(super) fn gives(function: Function) -> Kinds {
    match function {
        F::Base64 | F::Join | F::Length | F::Sub | F::ToJsonString => Kinds::TEXT,
        F::ImportValue | F::GetStackOutput => Kinds::TEXT,
        F::Cidr | F::GetAZs | F::Split => Kinds::LIST,
        F::FindInMap => Kinds::TEXT.or(Kinds::LIST),
        F::And | F::Or | F::Not | F::Equals | F::Condition => Kinds::TRUTH,
        F::Ref | F::GetAtt | F::If | F::Select | F::Transform | F::ForEach => Kinds::ANY,
    }
}
