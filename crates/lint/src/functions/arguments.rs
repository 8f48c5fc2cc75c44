//! The parts of a function's argument: the kind of each part, and the functions that may provide
//! it.

use super::grammar::{self, ArgumentForm, ArgumentSpec, LiteralConstraint};
use crate::codes;
use crate::context::Checker;
use crate::formats::kinds::{ValueKinds, attribute_kinds, returned_kinds};

use formwork_catalog::regions::Region;
use formwork_template::diagnostics::Problem;
use formwork_template::intrinsic::RULE_FUNCTIONS;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Intrinsic, Node, dynamic_references};

/// The part of a template that contains a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FunctionPosition {
    /// A rule.
    Rule,
    /// A condition.
    Condition,
    /// A resource or an output.
    Value,
}

/// Checks the parts of an argument that has its function's form.
pub(super) fn check_arguments(
    function: Function,
    argument: &Node,
    position: FunctionPosition,
    checker: &Checker<'_>,
    problems: &mut Vec<Problem>,
) {
    let mut arguments = ArgumentChecker {
        function,
        position,
        checker,
        problems,
    };
    let items = argument.as_list().unwrap_or_default();
    match grammar::argument_form(function, checker.language) {
        ArgumentForm::Single(spec) => arguments.check_argument(argument, spec),
        ArgumentForm::Tuple(specs, _) => {
            for (item, spec) in items.iter().zip(specs) {
                arguments.check_argument(item, spec);
            }
            arguments.check_index(items);
        }
        ArgumentForm::List(spec, _, most) => {
            for item in items.iter().take(most) {
                arguments.check_argument(item, spec);
            }
            if let Some(default) = items.get(most) {
                arguments.check_keys(default, &["DefaultValue"], 1, None);
            }
        }
        ArgumentForm::Table(keys, needed, spec) => {
            arguments.check_keys(argument, keys, needed, Some(spec))
        }
        ArgumentForm::Custom if function == Function::Sub => arguments.check_sub(argument),
        ArgumentForm::Custom if function == Function::GetAtt => {
            if let Some(attribute) = items.get(1) {
                arguments.check_argument(attribute, &grammar::ATTRIBUTE);
            }
        }
        ArgumentForm::Custom => {}
    }
}

struct ArgumentChecker<'s, 'a, 'p> {
    function: Function,
    position: FunctionPosition,
    checker: &'s Checker<'a>,
    problems: &'p mut Vec<Problem>,
}

impl ArgumentChecker<'_, '_, '_> {
    fn report(&mut self, node: &Node, message: String, label: impl Into<String>) {
        let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
        self.problems.push(problem.at(node.span, label));
    }

    fn check_argument(&mut self, node: &Node, spec: &ArgumentSpec) {
        let key = self.function.key();
        let called = node.function().filter(|(function, _)| {
            *function != Function::Condition || spec.kinds == ValueKinds::TRUTH
        });
        if let Some((function, argument)) = called {
            self.check_function(node, function, argument, spec);
            return;
        }
        if let Some(name) = node.unknown_function() {
            let known_here =
                self.position == FunctionPosition::Rule && RULE_FUNCTIONS.contains(&name);
            // An unknown function is reported separately.
            if known_here && !spec.kinds.overlaps(ValueKinds::TRUTH) && spec.functions.is_empty() {
                self.report(
                    node,
                    format!("the {} of `{key}` must be a literal", spec.name),
                    name,
                );
            }
            return;
        }
        let kind = ValueKinds::of(node);
        if !spec.kinds.overlaps(kind) {
            let message = format!(
                "the {} of `{key}`: expected {}, found {}",
                spec.name,
                spec.kinds,
                node.kind()
            );
            self.report(node, message, format!("expected {}", spec.kinds));
            return;
        }
        self.check_literal(node, spec);
        if let (Some(item_spec), Some(items)) = (spec.items, node.as_list()) {
            for item in items {
                self.check_argument(item, item_spec);
            }
        }
    }

    fn check_function(
        &mut self,
        node: &Node,
        function: Function,
        argument: &Node,
        spec: &ArgumentSpec,
    ) {
        let key = self.function.key();
        if !spec.functions.contains(&function) {
            // A table may have a key with the name of a function.
            if spec.kinds.overlaps(ValueKinds::TABLE) {
                return;
            }
            let message = format!(
                "the {} of `{key}` cannot be `{}`",
                spec.name,
                function.key()
            );
            let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
            let help = match spec.functions {
                [] => "write a literal value".to_owned(),
                known => {
                    let keys: Vec<&str> = known.iter().map(|function| function.key()).collect();
                    format!("use a literal value or one of {}", keys.join(", "))
                }
            };
            self.problems.push(
                problem
                    .at(node.span, "function not allowed here")
                    .help(help),
            );
            return;
        }
        if let (Function::If, Some([_, yes, no])) = (function, argument.as_list()) {
            self.check_argument(yes, spec);
            self.check_argument(no, spec);
            return;
        }
        let gives = returned_kinds(function, argument, self.checker);
        if !spec.kinds.overlaps(gives) {
            let message = format!(
                "the {} of `{key}`: expected {}, but `{}` returns {gives}",
                spec.name,
                spec.kinds,
                function.key()
            );
            self.report(node, message, format!("expected {}", spec.kinds));
        }
    }

    /// Checks the constraint on a literal.
    fn check_literal(&mut self, node: &Node, spec: &ArgumentSpec) {
        let key = self.function.key();
        let text = formwork_template::parameter::scalar_text(node);
        let wrong = match (spec.constraint, text.as_deref()) {
            (LiteralConstraint::Integer(least, most), Some(text)) => {
                let number = text.parse::<i64>().ok();
                let fits = number.is_some_and(|number| (least..=most).contains(&number));
                (!fits).then(|| match most {
                    i64::MAX => format!("an integer of at least {least}"),
                    _ => format!("an integer from {least} to {most}"),
                })
            }
            (LiteralConstraint::AddressBlock, Some(text)) => {
                (!is_address_block(text)).then(|| "an IPv4 block such as `10.0.0.0/16`".to_owned())
            }
            (LiteralConstraint::Region, Some(text)) => (!text.is_empty()
                && Region::named(text).is_none())
            .then(|| "the name of a region, or an empty string".to_owned()),
            (LiteralConstraint::NonEmpty, _) => {
                let empty = node.as_list().is_some_and(<[Node]>::is_empty)
                    || node.as_map().is_some_and(formwork_template::Map::is_empty);
                empty.then(|| "at least one item".to_owned())
            }
            _ => None,
        };
        if let Some(wrong) = wrong {
            let message = match text {
                Some(text) => format!(
                    "the {} of `{key}`: expected {wrong}, found `{text}`",
                    spec.name
                ),
                None => format!("the {} of `{key}`: expected {wrong}", spec.name),
            };
            self.report(node, message, "");
        }
        let resolved = self.function == Function::Split && spec.name == "string";
        if let Some(text) = node.as_str().filter(|_| resolved)
            && !dynamic_references(text).is_empty()
        {
            let message = "`Fn::Split` cannot split a dynamic reference".to_owned();
            self.report(node, message, "not resolved at this time");
        }
    }

    /// Reports an index of `Fn::Select` beyond the end of a literal list.
    fn check_index(&mut self, items: &[Node]) {
        let (Function::Select, [index, list]) = (self.function, items) else {
            return;
        };
        let number = formwork_template::parameter::scalar_text(index)
            .and_then(|text| text.parse::<i64>().ok());
        let (Some(number), Some(list)) = (number, list.as_list()) else {
            return;
        };
        let count = i64::try_from(list.len()).unwrap_or(i64::MAX);
        if number >= count {
            let message = format!(
                "index {number} of `Fn::Select` is out of range: the list has {count} items"
            );
            self.report(index, message, "the first index is 0");
        }
    }

    fn check_keys(
        &mut self,
        node: &Node,
        keys: &[&str],
        needed: usize,
        spec: Option<&ArgumentSpec>,
    ) {
        let key = self.function.key();
        let Some(map) = node.as_map() else {
            let message = format!("`{key}`: expected a table, found {}", node.kind());
            self.report(node, message, "expected a table");
            return;
        };
        for name in keys.iter().take(needed).filter(|name| !map.contains(name)) {
            self.report(node, format!("missing `{name}` of `{key}`"), "missing");
        }
        for (name, entry) in map.iter() {
            match (keys.contains(&name), spec) {
                (false, _) => {
                    let message = format!("unknown key `{name}` of `{key}`");
                    let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
                    let near = formwork_template::diagnostics::nearest(name, keys.iter().copied());
                    let problem = problem.at(entry.key, "unknown").suggest(near);
                    self.problems.push(problem);
                }
                (true, Some(spec)) => self.check_argument(&entry.node, spec),
                (true, None) => {}
            }
        }
    }

    /// Checks the variables of an `Fn::Sub` and the kinds of the values in its text.
    fn check_sub(&mut self, argument: &Node) {
        let Intrinsic::Sub { text, variables } = Intrinsic::of(Function::Sub, argument) else {
            return;
        };
        for (_, entry) in variables.into_iter().flat_map(formwork_template::Map::iter) {
            self.check_argument(&entry.node, &grammar::SUB_VALUE);
        }
        for part in parts(text) {
            let Part::Reference { name, .. } = part else {
                continue;
            };
            if variables.is_some_and(|own| own.contains(name)) {
                continue;
            }
            let kinds = match name.split_once('.') {
                Some((resource, attribute)) => attribute_kinds(resource, attribute, self.checker),
                None => {
                    let node = Node::new(name, argument.span);
                    returned_kinds(Function::Ref, &node, self.checker)
                }
            };
            if !kinds.overlaps(ValueKinds::TEXT) {
                let message = format!("`${{{name}}}`: expected a string, found {kinds}");
                let problem = Problem::error(codes::TEMPLATE_FUNCTION, message);
                let help = format!("add a variable to `Fn::Sub` with an `Fn::Join` of `{name}`");
                self.problems
                    .push(problem.at(argument.span, "not a string").help(help));
            }
        }
    }
}

/// Returns whether `text` is an IPv4 block.
fn is_address_block(text: &str) -> bool {
    if !dynamic_references(text).is_empty() {
        return true;
    }
    text.split_once('/').is_some_and(|(address, bits)| {
        address.parse::<std::net::Ipv4Addr>().is_ok()
            && bits.parse::<u8>().is_ok_and(|bits| bits <= 32)
    })
}
