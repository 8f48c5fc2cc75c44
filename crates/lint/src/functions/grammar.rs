//! The arguments of every function: the kinds of values, and the functions that may provide them.
//!
//! From the functions' pages in the CloudFormation Template Reference ("Supported functions") and
//! the page of the `AWS::LanguageExtensions` transform.

use crate::context::TemplateLanguage;
use crate::formats::kinds::ValueKinds;
use formwork_template::Function;
use formwork_template::Function as F;

/// One argument of a function.
pub(super) struct ArgumentSpec {
    /// The argument's name in a message: `delimiter`.
    pub(super) name: &'static str,
    /// The accepted kinds of values.
    pub(super) kinds: ValueKinds,
    /// The functions that may provide the value.
    pub(super) functions: &'static [Function],
    /// The items of a literal list.
    pub(super) items: Option<&'static ArgumentSpec>,
    /// The constraint on a literal.
    pub(super) constraint: LiteralConstraint,
}

/// A constraint on a literal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LiteralConstraint {
    /// No constraint.
    None,
    /// An integer with a minimum and a maximum.
    Integer(i64, i64),
    /// An IPv4 block, such as `10.0.0.0/16`.
    AddressBlock,
    /// The name of a region, or an empty text.
    Region,
    /// At least one item or entry.
    NonEmpty,
}

/// The form of a function's argument.
pub(super) enum ArgumentForm {
    /// One value.
    Single(&'static ArgumentSpec),
    /// A list of these values, with the number of required ones.
    Tuple(&'static [ArgumentSpec], usize),
    /// A list of values of one kind, with a minimum and a maximum length.
    List(&'static ArgumentSpec, usize, usize),
    /// A table with these keys, with the number of required ones.
    Table(&'static [&'static str], usize, &'static ArgumentSpec),
    /// A form that the code checks itself.
    Custom,
}

const CONDITIONS: &[Function] = &[F::Condition, F::Equals, F::Not, F::And, F::Or];

const BASE64: ArgumentSpec = ArgumentSpec {
    name: "string",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
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

const CIDR: [ArgumentSpec; 3] = [
    ArgumentSpec {
        name: "address block",
        kinds: ValueKinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        constraint: LiteralConstraint::AddressBlock,
    },
    ArgumentSpec {
        name: "count",
        kinds: ValueKinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        constraint: LiteralConstraint::Integer(1, 256),
    },
    ArgumentSpec {
        name: "number of bits",
        kinds: ValueKinds::TEXT,
        functions: CIDR_FUNCTIONS,
        items: None,
        constraint: LiteralConstraint::Integer(1, 128),
    },
];

const CONDITION: ArgumentSpec = ArgumentSpec {
    name: "condition",
    kinds: ValueKinds::TRUTH,
    functions: CONDITIONS,
    items: None,
    constraint: LiteralConstraint::None,
};

const EQUALS: ArgumentSpec = ArgumentSpec {
    name: "compared value",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
};

const MAP_KEY: ArgumentSpec = ArgumentSpec {
    name: "name or key",
    kinds: ValueKinds::TEXT,
    functions: &[F::FindInMap, F::Ref],
    items: None,
    constraint: LiteralConstraint::None,
};

const MAP_KEY_EXTENDED: ArgumentSpec = ArgumentSpec {
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

const REGION: ArgumentSpec = ArgumentSpec {
    name: "region",
    kinds: ValueKinds::TEXT,
    functions: &[F::GetAtt, F::If, F::Join, F::Select, F::Sub, F::Ref],
    items: None,
    constraint: LiteralConstraint::Region,
};

const EXPORT: ArgumentSpec = ArgumentSpec {
    name: "name of the export",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
};

const DELIMITER: ArgumentSpec = ArgumentSpec {
    name: "delimiter",
    kinds: ValueKinds::TEXT,
    functions: &[],
    items: None,
    constraint: LiteralConstraint::None,
};

const JOINED_ITEM: ArgumentSpec = ArgumentSpec {
    name: "item",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
};

const JOIN: [ArgumentSpec; 2] = [
    DELIMITER,
    ArgumentSpec {
        name: "list",
        kinds: ValueKinds::LIST,
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
        constraint: LiteralConstraint::None,
    },
];

const COUNTED: ArgumentSpec = ArgumentSpec {
    name: "list",
    kinds: ValueKinds::LIST,
    functions: &[F::Ref, F::FindInMap, F::Split, F::If, F::GetAZs],
    items: None,
    constraint: LiteralConstraint::None,
};

const INDEX: ArgumentSpec = ArgumentSpec {
    name: "index",
    kinds: ValueKinds::TEXT,
    functions: &[F::Ref, F::FindInMap],
    items: None,
    constraint: LiteralConstraint::Integer(0, i64::MAX),
};

const SELECTED: ArgumentSpec = ArgumentSpec {
    name: "list",
    kinds: ValueKinds::LIST,
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
    constraint: LiteralConstraint::None,
};

const SELECT: [ArgumentSpec; 2] = [INDEX, SELECTED];

const SELECT_EXTENDED: [ArgumentSpec; 2] = [
    ArgumentSpec {
        functions: &[F::Ref, F::FindInMap, F::Length],
        ..INDEX
    },
    SELECTED,
];

const SPLIT: [ArgumentSpec; 2] = [
    DELIMITER,
    ArgumentSpec {
        name: "string",
        ..STACK_OUTPUT
    },
];

/// The value of a variable in an `Fn::Sub`.
pub(super) const SUB_VALUE: ArgumentSpec = ArgumentSpec {
    name: "value",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
};

/// The attribute of an `Fn::GetAtt`.
pub(super) const ATTRIBUTE: ArgumentSpec = ArgumentSpec {
    name: "attribute",
    kinds: ValueKinds::TEXT,
    functions: &[F::Ref],
    items: None,
    constraint: LiteralConstraint::None,
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

const ATTRIBUTE_EXTENDED: [ArgumentSpec; 2] = [
    ArgumentSpec {
        name: "logical id",
        functions: NAMED_EXTENDED,
        ..ATTRIBUTE
    },
    ArgumentSpec {
        functions: NAMED_EXTENDED,
        ..ATTRIBUTE
    },
];

const REFERRED_EXTENDED: ArgumentSpec = ArgumentSpec {
    name: "name",
    functions: NAMED_EXTENDED,
    ..ATTRIBUTE
};

const SERIALIZED: ArgumentSpec = ArgumentSpec {
    name: "table or list",
    kinds: ValueKinds::LIST.or(ValueKinds::TABLE),
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
    constraint: LiteralConstraint::NonEmpty,
};

const STACK_OUTPUT: ArgumentSpec = ArgumentSpec {
    name: "value",
    kinds: ValueKinds::TEXT,
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
    constraint: LiteralConstraint::None,
};

/// Returns the form of a function's argument.
pub(super) fn argument_form(function: Function, language: TemplateLanguage) -> ArgumentForm {
    let extended = language == TemplateLanguage::Extended;
    match function {
        F::Base64 => ArgumentForm::Single(&BASE64),
        F::Cidr => ArgumentForm::Tuple(&CIDR, 2),
        F::And | F::Or => ArgumentForm::List(&CONDITION, 2, 10),
        F::Not => ArgumentForm::List(&CONDITION, 1, 1),
        F::Equals => ArgumentForm::List(&EQUALS, 2, 2),
        F::FindInMap if extended => ArgumentForm::List(&MAP_KEY_EXTENDED, 3, 3),
        F::FindInMap => ArgumentForm::List(&MAP_KEY, 3, 3),
        F::GetAtt if extended => ArgumentForm::Tuple(&ATTRIBUTE_EXTENDED, 2),
        F::GetAZs => ArgumentForm::Single(&REGION),
        F::ImportValue => ArgumentForm::Single(&EXPORT),
        F::Join => ArgumentForm::Tuple(&JOIN, 2),
        F::Length => ArgumentForm::Single(&COUNTED),
        F::Select if extended => ArgumentForm::Tuple(&SELECT_EXTENDED, 2),
        F::Select => ArgumentForm::Tuple(&SELECT, 2),
        F::Split => ArgumentForm::Tuple(&SPLIT, 2),
        F::ToJsonString => ArgumentForm::Single(&SERIALIZED),
        F::Ref if extended => ArgumentForm::Single(&REFERRED_EXTENDED),
        F::GetStackOutput => ArgumentForm::Table(
            &["StackName", "OutputName", "Region", "RoleArn"],
            2,
            &STACK_OUTPUT,
        ),
        F::Ref | F::Condition | F::GetAtt | F::Sub | F::If | F::ForEach | F::Transform => {
            ArgumentForm::Custom
        }
    }
}
