//! Evaluation of expressions with MiniJinja, within limits.
//!
//! Expressions use fuel and are strict about undefined values. They run on a thread with a 16 MB
//! stack, which [`crate::load`] starts. A value that is known only after deployment is an object
//! that can be chosen, listed and returned; any other use of it is detected.

use super::lexer::NamePath;
use super::resolution::Resolution;
use super::{functions, lexer};
use crate::limits;
use crate::limits::EXPRESSION_FUEL_TOTAL;
use formwork_template::{Node, Number};
use minijinja::value::{DynObject, Object, ObjectRepr, ValueKind};
use minijinja::{Environment, Error, ErrorKind, State, UndefinedBehavior, Value};
use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering as Memory};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The steps that count for a failed expression. The real number is not known then.
const FUEL_OF_FAILURE: u64 = 20_000;

/// The steps that count for parsing an expression.
const FUEL_OF_READING: u64 = 64;

/// The greatest number of parsed expressions in the cache.
const MOST_READ: usize = 2048;

/// The bytes of JSON that count as one step.
const JSON_OF_STEP: usize = 10;

/// The name of the function that counts steps. No text can refer to it, because the resolver does
/// not know it.
const COUNT: &str = "__count";

/// The MiniJinja environment. It is created once for a blueprint and outlives all its expressions.
pub(crate) struct ExpressionEnvironment {
    environment: Environment<'static>,
    files: Arc<Mutex<FileCache>>,
}

/// Evaluates expressions and counts their fuel.
pub(crate) struct ExpressionEngine<'l> {
    language: &'l ExpressionEnvironment,
    /// The remaining fuel.
    fuel_left: u64,
    /// The cache of parsed expressions: each use of a component repeats its expressions.
    read: HashMap<String, ParseResult<'l>>,
}

/// An expression, or the message and range of its syntax error.
type ParseResult<'l> = Result<Rc<Expression<'l>>, (String, Option<Range<usize>>)>;

/// A parsed expression.
pub(crate) struct Expression<'l> {
    /// The names in the expression.
    pub(crate) names: Vec<NamePath>,
    /// The compiled list of the value and the number of steps.
    counted: minijinja::Expression<'l, 'static>,
}

/// The filter that checks the operands of `*`.
const FACTOR: &str = "__factor";

/// The text before an expression whose steps are counted.
const BEFORE: &str = "[(";

/// The texts for `file()` and `json()`, and the file that was missing.
#[derive(Debug, Default)]
struct FileCache {
    texts: HashMap<String, Result<String, String>>,
    wanted: Option<String>,
}

/// The result of an evaluation.
pub(crate) enum ExpressionOutcome {
    /// The value.
    Value(Value),
    /// The expression needs the text of this file: call [`ExpressionEngine::give`] and evaluate
    /// again.
    NeedsFile(String),
    /// The expression is invalid: the message and its range.
    Invalid(String, Option<Range<usize>>),
}

/// A value that is known only after deployment, as an object for expressions.
#[derive(Clone)]
pub(crate) struct DeployTimeValue {
    pub(crate) resolution: Resolution,
    observed_unknown: ObservedUnknown,
}

/// The values of the names in an expression.
#[derive(Default)]
pub(crate) struct Bindings {
    /// The values, by the first segment of their paths.
    pub(crate) names: BTreeMap<String, Value>,
    /// The number of values. Each use counts.
    pub(crate) values: usize,
    observed_unknown: ObservedUnknown,
}

/// A flag that is set when an expression uses a value that is not known.
#[derive(Clone, Default)]
struct ObservedUnknown(Arc<AtomicBool>);

impl ExpressionEnvironment {
    pub(crate) fn new() -> Self {
        let files = Arc::new(Mutex::new(FileCache::default()));
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(limits::EXPRESSION_FUEL));
        for name in ["debug", "namespace"] {
            environment.remove_global(name);
        }
        environment.add_filter(FACTOR, factor);
        environment.add_function("range", functions::range);
        environment.add_function("cidrsubnet", functions::cidrsubnet);
        environment.add_function("base64", functions::base64);
        let contents = Arc::clone(&files);
        environment.add_function("file", move |path: String| lock(&contents).text(&path));
        let contents = Arc::clone(&files);
        environment.add_function("json", move |state: &State<'_, '_>, path: String| {
            let text = lock(&contents).text(&path)?;
            state.consume_fuel((text.len() / JSON_OF_STEP) as u64)?;
            serde_json::from_str(&text)
                .map(json_value)
                .map_err(|error| {
                    Error::new(
                        ErrorKind::InvalidOperation,
                        format!("`{path}` is not JSON: {error}"),
                    )
                })
        });
        Self { environment, files }
    }

    /// Parses an expression.
    fn read(&self, text: &str) -> ParseResult<'_> {
        let guarded = guarded(text);
        if let Err(error) = self.environment.compile_expression(&guarded) {
            let at_end = error
                .detail()
                .is_some_and(|detail| detail.contains("end of input"));
            let (message, range) = wrong(&error, text, 0);
            return Err((message, range.filter(|_| !at_end)));
        }
        let counted = format!("{BEFORE}{guarded}), {COUNT}()]");
        match self.environment.compile_expression_owned(counted) {
            Ok(counted) => Ok(Rc::new(Expression {
                names: lexer::names(text),
                counted,
            })),
            Err(error) => Err(wrong(&error, text, BEFORE.len())),
        }
    }
}

impl<'l> ExpressionEngine<'l> {
    pub(crate) fn new(language: &'l ExpressionEnvironment) -> Self {
        Self {
            language,
            fuel_left: EXPRESSION_FUEL_TOTAL,
            read: HashMap::new(),
        }
    }

    /// Returns true if an expression can call `name`.
    pub(crate) fn has_function(&self, name: &str) -> bool {
        self.language
            .environment
            .globals()
            .any(|(known, _)| known == name)
    }

    /// The functions that an expression can call.
    pub(crate) fn functions(&self) -> Vec<String> {
        self.language
            .environment
            .globals()
            .map(|(name, _)| name.to_owned())
            .collect()
    }

    /// Adds the text of a file, or the reason why it cannot be read.
    pub(crate) fn give(&self, path: String, content: Result<String, String>) {
        lock(&self.language.files).texts.insert(path, content);
    }

    /// Clears the files: the paths in the next expression may be relative to another folder.
    pub(crate) fn forget(&self) {
        lock(&self.language.files).texts.clear();
    }

    /// Parses an expression, using the cache.
    pub(crate) fn read(&mut self, text: &str) -> ParseResult<'l> {
        if let Some(read) = self.read.get(text) {
            return read.clone();
        }
        let read = self.language.read(text);
        self.fuel_left = self.fuel_left.saturating_sub(FUEL_OF_READING);
        if self.read.len() >= MOST_READ {
            self.read.clear(); // each takes 12 kB
        }
        self.read.insert(text.to_owned(), read.clone());
        read
    }

    /// Returns true if the fuel of the blueprint is used up. It was reported then.
    pub(crate) fn is_spent(&self) -> bool {
        self.fuel_left == 0
    }

    /// Uses the fuel for `values` values in the bindings of an expression.
    pub(crate) fn take(&mut self, values: usize) {
        let steps = (values / limits::VALUES_PER_STEP) as u64;
        self.fuel_left = self.fuel_left.saturating_sub(steps);
    }

    pub(crate) fn evaluate(
        &mut self,
        expression: &Expression<'_>,
        text: &str,
        mut bindings: BTreeMap<String, Value>,
    ) -> ExpressionOutcome {
        let counted = Arc::new(AtomicU64::new(FUEL_OF_FAILURE));
        let count = Arc::clone(&counted);
        let note = move |state: &State<'_, '_>| {
            let (taken, _) = state.fuel_levels().unwrap_or_default();
            count.store(taken, Memory::Relaxed);
            taken
        };
        bindings.insert(COUNT.to_owned(), Value::from_function(note));
        let result = expression
            .counted
            .eval(Value::from(bindings))
            .and_then(|pair| pair.get_item_by_index(0));
        let taken = match &result {
            Err(error) if error.kind() == ErrorKind::OutOfFuel => limits::EXPRESSION_FUEL,
            _ => counted.load(Memory::Relaxed),
        };
        self.fuel_left = self.fuel_left.saturating_sub(taken);
        if self.is_spent() {
            let message =
                format!("the expressions take more than {EXPRESSION_FUEL_TOTAL} steps in total");
            return ExpressionOutcome::Invalid(message, None);
        }
        if let Some(path) = lock(&self.language.files).wanted.take() {
            return ExpressionOutcome::NeedsFile(path);
        }
        match result {
            Ok(value) => ExpressionOutcome::Value(value),
            Err(error) => {
                let (message, range) = wrong(&error, text, BEFORE.len());
                ExpressionOutcome::Invalid(message, range)
            }
        }
    }
}

impl FileCache {
    fn text(&mut self, path: &str) -> Result<String, Error> {
        match self.texts.get(path) {
            Some(Ok(text)) => Ok(text.clone()),
            Some(Err(why)) => Err(Error::new(ErrorKind::InvalidOperation, why.clone())),
            None => {
                self.wanted = Some(path.to_owned());
                Err(Error::new(ErrorKind::InvalidOperation, "not read yet"))
            }
        }
    }
}

fn lock(contents: &Mutex<FileCache>) -> MutexGuard<'_, FileCache> {
    contents.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Adds a check to each operand of a `*`.
///
/// MiniJinja multiplies nested lists without using fuel, and evaluates constant operands while
/// parsing.
fn guarded(text: &str) -> String {
    let mut guarded = text.to_owned();
    for end in lexer::factors(text).into_iter().rev() {
        guarded.insert_str(end, &format!("|{FACTOR}"));
    }
    guarded
}

/// Returns an operand of a `*`. Refuses lists.
fn factor(value: Value) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::Seq | ValueKind::Iterable => {
            let message = "a list cannot be multiplied, only numbers and text";
            Err(Error::new(ErrorKind::InvalidOperation, message))
        }
        _ => Ok(value),
    }
}

/// Converts an error of a guarded expression to a message and a range in `text`. `before` is the
/// length of the text before the expression.
fn wrong(error: &Error, text: &str, before: usize) -> (String, Option<Range<usize>>) {
    let own = |at: usize| {
        let behind = |at: usize, end: usize| match at > end {
            true => end.max(at.saturating_sub(FACTOR.len() + 1)),
            false => at,
        };
        let at = at.saturating_sub(before);
        lexer::factors(text)
            .into_iter()
            .fold(at, behind)
            .min(text.len())
    };
    let range = error.range().map(|range| own(range.start)..own(range.end));
    (message(error), range)
}

fn message(error: &Error) -> String {
    match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "the expression takes too many steps".to_owned(),
        (ErrorKind::SyntaxError, Some(detail)) => format!("invalid expression: {detail}"),
        (ErrorKind::InvalidOperation, Some(detail)) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    }
}

impl Bindings {
    /// Converts a resolution to a value for expressions.
    pub(crate) fn value(&mut self, resolution: Resolution) -> Value {
        self.values += resolution.values();
        DeployTimeValue::value(resolution, &self.observed_unknown)
    }

    /// Returns true if the expression used a value that is known only after deployment.
    pub(crate) fn has_observed_unknown(&self) -> bool {
        self.observed_unknown.0.load(Memory::Relaxed)
    }
}

impl ObservedUnknown {
    fn set(&self) {
        self.0.store(true, Memory::Relaxed);
    }
}

impl DeployTimeValue {
    /// Converts a resolution to a value for expressions.
    fn value(resolution: Resolution, observed_unknown: &ObservedUnknown) -> Value {
        let deploy_time = |resolution| {
            Value::from_object(DeployTimeValue {
                resolution,
                observed_unknown: observed_unknown.clone(),
            })
        };
        match resolution {
            Resolution::Value(node) => node_value(&node),
            Resolution::Removal => Value::from(()),
            Resolution::Resources(ids) => ids
                .into_iter()
                .map(|id| deploy_time(Resolution::Resource(id)))
                .collect(),
            Resolution::Attributes(ids, attribute) => {
                let one = |id| deploy_time(Resolution::Attribute(id, attribute.clone()));
                ids.into_iter().map(one).collect()
            }
            Resolution::Several(resolutions) => {
                let one = |resolution| DeployTimeValue::value(resolution, observed_unknown);
                resolutions.into_iter().map(one).collect()
            }
            Resolution::Component(_, outputs) => {
                Value::from_pairs(outputs.into_iter().map(|(name, resolution)| {
                    (name, DeployTimeValue::value(resolution, observed_unknown))
                }))
            }
            other => deploy_time(other),
        }
    }
}

impl fmt::Debug for DeployTimeValue {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.observed_unknown.set();
        out.write_str("(known after deployment)")
    }
}

impl Object for DeployTimeValue {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        if let Resolution::Deferred(written) = &self.resolution {
            let resolution = written.inside(key)?;
            return Some(DeployTimeValue::value(resolution, &self.observed_unknown));
        }
        let resolution = match (&self.resolution, key.as_str()?) {
            (Resolution::Resource(id), attribute) => {
                Resolution::Attribute(id.clone(), attribute.to_owned())
            }
            (Resolution::Attribute(id, first), more) => {
                Resolution::Attribute(id.clone(), format!("{first}.{more}"))
            }
            (Resolution::Invalid, _) => Resolution::Invalid,
            (Resolution::Disabled(what, span), _) => Resolution::Disabled(what.clone(), *span),
            _ => return None,
        };
        Some(DeployTimeValue::value(resolution, &self.observed_unknown))
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.observed_unknown.set();
        true
    }

    fn custom_cmp(self: &Arc<Self>, _: &DynObject) -> Option<Ordering> {
        self.observed_unknown.set();
        Some(Ordering::Equal)
    }

    fn render(self: &Arc<Self>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}

/// Converts a known value to a value for expressions.
pub(crate) fn node_value(node: &Node) -> Value {
    match &node.value {
        formwork_template::Value::Null => Value::from(()),
        formwork_template::Value::Bool(truth) => Value::from(*truth),
        formwork_template::Value::Number(number) => number_value(number),
        formwork_template::Value::String(text) => Value::from(text.as_str()),
        formwork_template::Value::List(items) => items.iter().map(node_value).collect(),
        formwork_template::Value::Map(map) => Value::from_pairs(
            map.iter()
                .map(|(key, entry)| (key.to_owned(), node_value(&entry.node))),
        ),
    }
}

fn json_value(json: serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::from(()),
        serde_json::Value::Bool(truth) => Value::from(truth),
        serde_json::Value::Number(number) => number_value(&number),
        serde_json::Value::String(text) => Value::from(text),
        serde_json::Value::Array(items) => items.into_iter().map(json_value).collect(),
        serde_json::Value::Object(map) => {
            Value::from_pairs(map.into_iter().map(|(key, value)| (key, json_value(value))))
        }
    }
}

fn number_value(number: &Number) -> Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(number), _) => Value::from(number),
        (_, Some(number)) => Value::from(number),
        _ => Value::from(number.as_f64().unwrap_or_default()),
    }
}
