//! Declarations of variables and inputs, and the check of values against them.

use crate::codes;
use crate::evaluate::constants::wrong_type;
use crate::evaluate::context::LoadContext;
use crate::evaluate::{Evaluator, interpolate};
use crate::model::VariableName;
use crate::scope::Scope;
use crate::scope::symbols::SymbolTable;
use crate::scope::value::ValueType;
use crate::syntax::document;
use crate::syntax::keys::{INPUT, VARIABLE};
use formwork_template::diagnostics::{Problem, Span, did_you_mean, nearest};
use formwork_template::{Map, Node, Value};
use indexmap::IndexMap;

/// The declaration of a variable or an input.
pub(crate) struct Declaration {
    what: DeclarationKind,
    name: String,
    pub(crate) span: Span,
    pub(crate) kind: Option<ValueType>,
    pub(crate) default: Option<Node>,
    one_of: Option<Node>,
    pattern: Option<(String, regex::Regex)>,
    least: Option<f64>,
    most: Option<f64>,
    pub(crate) resolve: bool,
    /// True if the value must not be printed.
    pub(crate) sensitive: bool,
    /// True if the declaration is invalid, so that values cannot be checked.
    pub(crate) is_invalid: bool,
}

/// The types of variables.
const KINDS: [ValueType; 6] = [
    ValueType::String,
    ValueType::Integer,
    ValueType::Number,
    ValueType::Boolean,
    ValueType::List,
    ValueType::Map,
];

/// The kind of a declared name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DeclarationKind {
    Variable,
    Input,
}

/// The kind of a declaration, with its context.
#[derive(Clone, Copy)]
pub(crate) enum VariableRole<'a> {
    /// A variable.
    Variable,
    /// An input of this scope. A default that is known only after deployment is left out.
    Input(&'a Scope),
}

/// Parses `[vars]`.
pub(crate) fn declarations(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    vars: &Map,
) -> IndexMap<VariableName, Declaration> {
    let mut declarations = IndexMap::new();
    for (name, entry) in vars.iter() {
        let Some(variable) = VariableName::new(name) else {
            let message = format!(
                "invalid variable name `{name}`: use lower-case letters, digits and `_`, beginning with a letter"
            );
            context.report(Problem::error(codes::BAD_NAME, message).at(entry.key, ""));
            continue;
        };
        let name = (name, entry.key);
        let declaration = declaration(context, symbols, name, &entry.node, VariableRole::Variable);
        declarations.insert(variable, declaration);
    }
    declarations
}

/// Parses one declaration.
pub(crate) fn declaration(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    (name, span): (&str, Span),
    node: &Node,
    role: VariableRole<'_>,
) -> Declaration {
    let mut declaration = Declaration {
        what: match role {
            VariableRole::Variable => DeclarationKind::Variable,
            VariableRole::Input(_) => DeclarationKind::Input,
        },
        name: name.to_owned(),
        span,
        kind: None,
        default: None,
        one_of: None,
        pattern: None,
        least: None,
        most: None,
        resolve: false,
        sensitive: false,
        is_invalid: false,
    };
    let before = context.problems.len();
    let Some(map) = node.as_map().filter(|_| node.function().is_none()) else {
        declaration.default = default(context, symbols, node, role);
        declaration.kind = declaration.default.as_ref().and_then(ValueType::of);
        if declaration.kind.is_none() && matches!(role, VariableRole::Input(_)) {
            finish(context, &mut declaration, before, node);
        }
        declaration.is_invalid = context.problems.len() > before;
        return declaration;
    };
    check_declaration_keys(context, map, role);
    declaration.default = map
        .get("default")
        .and_then(|node| default(context, symbols, node, role));
    fields(context, symbols, &mut declaration, map);
    finish(context, &mut declaration, before, node);
    declaration
}

/// Returns the value of a default if it is known when rendering.
fn default(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    node: &Node,
    role: VariableRole<'_>,
) -> Option<Node> {
    let mut evaluator = Evaluator::new(context, symbols, None);
    if let VariableRole::Input(scope) = role {
        evaluator.scope = Some(scope);
        if !evaluator.resolver().is_known(node) {
            return None;
        }
        return evaluator.constant(node, "an input's default");
    }
    evaluator.constant(node, "a variable's default")
}

fn check_declaration_keys(context: &mut LoadContext<'_>, map: &Map, role: VariableRole<'_>) {
    let (keys, what) = match role {
        VariableRole::Variable => (&VARIABLE, "a variable"),
        VariableRole::Input(_) => (&INPUT, "an input"),
    };
    let table = format!(
        "a table is a declaration of {what}; for a table as the value, write `{{ type = \"map\", default = {{ … }} }}`"
    );
    context.check_keys(map, keys, |key, _| match (key, role) {
        ("provides" | "when", VariableRole::Variable) => {
            Some("it is for the inputs of components".to_owned())
        }
        ("sensitive", VariableRole::Input(_)) => {
            Some("an input is sensitive if its value is a sensitive variable".to_owned())
        }
        _ if map.get("type").is_none() && map.get("default").is_none() => Some(table.clone()),
        _ => None,
    });
    for (key, entry) in map
        .iter()
        .filter(|(key, _)| crate::syntax::keys::is_upper(key))
    {
        let message = format!("{what} has no key `{key}`");
        context.report(
            Problem::error(codes::UNKNOWN_KEY, message)
                .at(entry.key, "")
                .help(table.as_str()),
        );
    }
}

/// Parses the fields of a declaration other than the default.
fn fields(
    context: &mut LoadContext<'_>,
    symbols: &SymbolTable,
    declaration: &mut Declaration,
    map: &Map,
) {
    let mut evaluator = Evaluator::new(context, symbols, None);
    let mut field = |key: &str, what: &'static str| {
        map.get(key).and_then(|node| evaluator.constant(node, what))
    };
    declaration.one_of = field("one_of", "`one_of`");
    let least = field("min", "`min`");
    let most = field("max", "`max`");
    let mut truth = |key: &str, what: &'static str| {
        map.get(key)
            .and_then(|node| evaluator.constant_bool(node, what))
            .unwrap_or(false)
    };
    declaration.resolve = truth("resolve", "`resolve`");
    declaration.sensitive = truth("sensitive", "`sensitive`");
    if let Some(node) = map.get("description") {
        evaluator.constant_text(node, "a description");
    }
    let kind = map.get("type").and_then(|node| {
        evaluator
            .constant_text(node, "a `type`")
            .map(|text| (text, node.span))
    });
    let pattern = map.get("pattern").and_then(|node| {
        evaluator
            .constant_text(node, "`pattern`")
            .map(|text| (text, node.span))
    });
    declaration.least = limit(context, least);
    declaration.most = limit(context, most);
    declaration.kind = match kind {
        Some((name, span)) => parse_type(context, declaration.what, &name, span),
        None => declaration.default.as_ref().and_then(ValueType::of),
    };
    declaration.pattern = pattern.and_then(|(text, span)| compile_pattern(context, text, span));
}

/// Checks the declaration as a whole.
fn finish(
    context: &mut LoadContext<'_>,
    declaration: &mut Declaration,
    before: usize,
    node: &Node,
) {
    if declaration.kind.is_none() && context.problems.len() == before {
        let (message, kinds) = match declaration.what {
            DeclarationKind::Variable => (
                "a variable needs a `type` or a `default`",
                "`type` is `string`, `integer`, `number`, `boolean`, `list` or `map`",
            ),
            DeclarationKind::Input => (
                "an input needs a `type`, or a `default` that is known when rendering",
                "`type` is `string`, `integer`, `number`, `boolean`, `list`, `map` or `stack`",
            ),
        };
        let problem = Problem::error(codes::BAD_VARIABLE, message).at(declaration.span, "");
        context.report(problem.help(kinds));
    }
    if let (true, Some(kind)) = (declaration.sensitive, declaration.kind)
        && kind != ValueType::String
    {
        let problem = Problem::error(codes::BAD_VARIABLE, "a sensitive variable must be a string")
            .at(
                node.get("type").map_or(declaration.span, |node| node.span),
                "",
            );
        context.report(problem);
    }
    if let (Some(least), Some(most)) = (declaration.least, declaration.most)
        && least > most
    {
        let written = |key: &str| node.get(key).map_or(declaration.span, |node| node.span);
        let problem = Problem::error(codes::BAD_VARIABLE, "`min` is greater than `max`")
            .at(written("min"), "")
            .at(written("max"), "");
        context.report(problem);
    }
    if let Some(one_of) = &declaration.one_of
        && one_of.as_list().is_none_or(<[Node]>::is_empty)
    {
        context.report(wrong_type("`one_of`", "a list of values", one_of));
    }
    if context.problems.len() == before
        && let Some(default) = &declaration.default
    {
        declaration.check(context, default, default.span);
    }
    declaration.is_invalid = context.problems.len() > before;
}

fn parse_type(
    context: &mut LoadContext<'_>,
    what: DeclarationKind,
    name: &str,
    span: Span,
) -> Option<ValueType> {
    let mut kinds = KINDS.to_vec();
    if what == DeclarationKind::Input {
        kinds.push(ValueType::Stack);
    }
    let found = kinds.iter().find(|kind| kind.name() == name);
    if found.is_none() {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let problem =
            Problem::error(codes::BAD_VARIABLE, format!("unknown type `{name}`")).at(span, "");
        context.report(match (name, nearest(name, names.iter().copied())) {
            ("bool", _) => problem.help(did_you_mean("boolean")),
            ("int", _) => problem.help(did_you_mean("integer")),
            (_, near) => {
                let known = format!("the types are {}", crate::syntax::keys::listed(&names));
                problem.help(known).suggest(near)
            }
        });
    }
    found.copied()
}

fn compile_pattern(
    context: &mut LoadContext<'_>,
    text: String,
    span: Span,
) -> Option<(String, regex::Regex)> {
    match regex::Regex::new(&format!("^(?:{text})$")) {
        Ok(regex) => Some((text, regex)),
        Err(error) => {
            let message = format!("`pattern` is not a regular expression: {error}");
            context.report(Problem::error(codes::BAD_VARIABLE, message).at(span, ""));
            None
        }
    }
}

fn limit(context: &mut LoadContext<'_>, node: Option<Node>) -> Option<f64> {
    let node = node?;
    match &node.value {
        Value::Number(number) => number.as_f64(),
        _ => {
            context.report(wrong_type("a limit", "a number", &node));
            None
        }
    }
}

impl Declaration {
    /// Returns the name for messages: ``the variable `size` ``.
    fn description(&self) -> String {
        let what = match self.what {
            DeclarationKind::Variable => "variable",
            DeclarationKind::Input => "input",
        };
        format!("the {what} `{}`", self.name)
    }

    /// Returns true if the declaration allows `value`. Reports the reasons otherwise.
    pub(crate) fn check(&self, context: &mut LoadContext<'_>, value: &Node, span: Span) -> bool {
        let before = context.problems.len();
        let Some(kind) = self.kind else {
            return false;
        };
        if !kind.takes(value) {
            let mut problem = wrong_type(&self.description(), kind.wanted(), value);
            problem.labels[0].span = span;
            context.report(problem);
            return false;
        }
        let shown = match self.sensitive {
            true => "the value".to_owned(),
            false => interpolate::scalar(value)
                .map_or("the value".to_owned(), |text| format!("`{text}`")),
        };
        self.check_allowed(context, value, span, &shown);
        self.check_size(context, value, span, shown);
        context.problems.len() == before
    }

    /// Checks a value against `one_of` and `pattern`.
    fn check_allowed(&self, context: &mut LoadContext<'_>, value: &Node, span: Span, shown: &str) {
        if let Some(allowed) = self.one_of.as_ref().and_then(Node::as_list)
            && !allowed.contains(value)
        {
            let names: Vec<String> = allowed.iter().filter_map(interpolate::scalar).collect();
            let near = value.as_str().and_then(|text| {
                context
                    .suggestions
                    .nearest(text, names.iter().map(String::as_str))
            });
            let help = match near {
                Some(near) => did_you_mean(near),
                None => format!("one of {}", names.join(", ")),
            };
            refuse(
                context,
                span,
                format!("{shown} is not an allowed value"),
                Some(help),
            );
        }
        if let (Some((text, regex)), Some(value)) = (&self.pattern, value.as_str())
            && !regex.is_match(value)
        {
            refuse(
                context,
                span,
                format!("{shown} does not match the pattern `{text}`"),
                None,
            );
        }
    }

    /// Checks a value against `min` and `max`.
    fn check_size(&self, context: &mut LoadContext<'_>, value: &Node, span: Span, shown: String) {
        let (size, what) = match &value.value {
            Value::Number(number) => (number.as_f64(), ""),
            Value::String(text) => (Some(text.chars().count() as f64), "character"),
            Value::List(items) => (Some(items.len() as f64), "item"),
            _ => (None, ""),
        };
        let is_list = value.as_list().is_some() && !self.sensitive;
        let shown = match size {
            Some(size) if is_list => format!("a list of {}", with_unit(size, what)),
            _ => shown,
        };
        if let (Some(size), Some(least)) = (size, self.least)
            && size < least
        {
            refuse(
                context,
                span,
                format!("{shown} is too small: at least {}", with_unit(least, what)),
                None,
            );
        }
        if let (Some(size), Some(most)) = (size, self.most)
            && size > most
        {
            let most = with_unit(most, what);
            refuse(
                context,
                span,
                format!("{shown} is too large: at most {most}"),
                None,
            );
        }
    }

    /// Parses a value that was given as text.
    pub(crate) fn parse(
        &self,
        file: formwork_template::diagnostics::FileId,
        text: &str,
        span: Span,
    ) -> Result<Node, String> {
        match self.kind {
            None | Some(ValueType::String) => Ok(Node::new(text, span)),
            Some(kind) => document::read_value(file, text)
                .map(|mut node| {
                    node.span = span;
                    node
                })
                .map_err(|error| format!("`{text}` is not {}: {error}", kind.wanted())),
        }
    }
}

/// Reports a value that the declaration does not allow.
fn refuse(context: &mut LoadContext<'_>, span: Span, message: String, help: Option<String>) {
    let problem = Problem::error(codes::BAD_VALUE, message).at(span, "");
    context.report(match help {
        Some(help) => problem.help(help),
        None => problem,
    });
}

/// Formats a number with a unit: `1 item`, `3 items`. Without a unit only the number.
fn with_unit(count: f64, what: &str) -> String {
    match what {
        "" => count.to_string(),
        _ if count == 1.0 => format!("{count} {what}"),
        _ => format!("{count} {what}s"),
    }
}
