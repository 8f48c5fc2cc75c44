//! The limits of a blueprint. A blueprint is the user's own file on the user's own machine: the limits
//! stop runaway input. They do not protect against attacks.

/// The largest file that is read, in bytes.
pub(crate) const FILE_BYTES: u64 = formwork_template::limits::TEXT_BYTES as u64;
/// The greatest number of bytes that are read in all.
pub(crate) const FILE_BYTES_TOTAL: u64 = 64 * 1024 * 1024;
/// The greatest number of files that are read.
pub(crate) const FILES: usize = 4096;
/// The deepest nesting of tables and lists, in files and in the results of expressions.
pub(crate) const NESTING: usize = 80;
/// The greatest number of problems that are reported.
pub(crate) const PROBLEMS: usize = 20_000;
/// The greatest number of names that a message lists.
pub(crate) const LISTED_NAMES: usize = 20;

/// The greatest number of stacks in a blueprint.
pub(crate) const STACKS: usize = 10_000;
/// The greatest number of tags of a stack.
pub(crate) const TAGS: usize = 50;
/// The largest inline code, in bytes. Lambda's `ZipFile` takes 4 MB; the template around it takes less.
pub(crate) const INLINE_CODE_BYTES: usize = 1_000_000;
/// The greatest number of resources and values that the logical ids of a stack follow, each counted for every id.
pub(crate) const FOLLOWED_VALUES: usize = 2_000;

/// The deepest nesting of components.
pub(crate) const COMPONENT_NESTING: usize = 16;
/// The greatest number of component uses in one stack, which has at most 500 resources.
pub(crate) const COMPONENT_USES: usize = 1000;
/// The greatest number of component uses in a blueprint.
pub(crate) const COMPONENT_USES_TOTAL: usize = 20_000;

/// The approximate size of a value in memory, in bytes, without its text.
pub(crate) const VALUE_BYTES: usize = 96;
/// The approximate size of a table entry in memory, in bytes, without its name and value.
pub(crate) const ENTRY_BYTES: usize = 128;
/// The bytes that references may insert while the names of a stack are declared. Each use counts.
pub(crate) const DECLARED_BYTES: usize = 16_000_000;
/// The bytes that references may insert into a stack, and that components, templates and items of a
/// `for_each` may repeat in it. Each use counts; a template has at most one million bytes of text.
pub(crate) const STACK_VALUE_BYTES: usize = 32_000_000;
/// The bytes that references may insert into all stacks of a blueprint.
pub(crate) const VALUE_BYTES_TOTAL: usize = 128_000_000;
/// The bytes that components, templates and items of a `for_each` may repeat in all stacks.
pub(crate) const REPEATED_BYTES_TOTAL: usize = 35_000_000;

/// The longest expression, in bytes.
pub(crate) const EXPRESSION_BYTES: usize = 1024;
/// The longest text that an expression may produce, in bytes.
pub(crate) const EXPRESSION_TEXT_BYTES: usize = 4_000_000;
/// The greatest number of values in the result of an expression.
pub(crate) const EXPRESSION_RESULT_VALUES: usize = 100_000;
/// The steps that one expression may take.
pub(crate) const EXPRESSION_FUEL: u64 = 200_000;
/// The steps that all expressions of a blueprint may take.
pub(crate) const EXPRESSION_FUEL_TOTAL: u64 = 5_000_000;
/// The number of values in an expression's context that count as one step. An expression can compare,
/// sort and print them without using fuel.
pub(crate) const VALUES_PER_STEP: usize = 8;
/// The greatest number of values in an expression's context, each use of a name counted.
pub(crate) const EXPRESSION_INPUT_VALUES: usize = EXPRESSION_FUEL as usize * VALUES_PER_STEP;

/// The size of the thread stack that expressions and deeply nested trees need, in bytes. The value
/// was measured with hostile input.
pub(crate) const STACK_BYTES: usize = 16 * 1024 * 1024;
