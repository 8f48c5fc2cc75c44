//! The compiler: turns the syntax tree of a pattern into instructions.

use super::PatternError;
use super::class::CharClass;
use super::parse::{Assertion, Lookaround, Pattern, parse};

/// The maximum number of instructions. Every pattern of the table has fewer.
const MAX_INSTRUCTIONS: usize = 100_000;

/// A compiled pattern.
#[derive(Debug)]
pub(super) struct Program {
    /// The instructions. Execution starts at the first.
    pub(super) instructions: Vec<Instruction>,
    /// True if matching ignores case.
    pub(super) ignore_case: bool,
    /// True if a match can start only at the start of the text.
    pub(super) anchored: bool,
}

/// An instruction. Execution continues with the next one, except after a jump.
#[derive(Debug)]
pub(super) enum Instruction {
    /// Matches one character of a class.
    Class(CharClass),
    /// Matches between a minimum and a maximum of characters of a class.
    Repeat(CharClass, u32, u32),
    /// Matches any number of characters of a class.
    Star(CharClass),
    /// Checks the position in the text.
    Assertion(Assertion),
    /// Continues at both instructions.
    Split(usize, usize),
    /// Continues at this instruction.
    Jump(usize),
    /// Runs the instructions up to this one as a lookaround.
    Lookaround(Lookaround, usize),
    /// Succeeds.
    Match,
}

/// Compiles a pattern.
pub(super) fn compile(pattern: &str) -> Result<Program, PatternError> {
    let parsed = parse(pattern)?;
    let mut instructions = Vec::new();
    emit(&parsed.pattern, &mut instructions)?;
    instructions.push(Instruction::Match);
    let anchored = matches!(
        instructions.first(),
        Some(Instruction::Assertion(Assertion::Start))
    );
    Ok(Program {
        instructions,
        ignore_case: parsed.ignore_case,
        anchored,
    })
}

fn emit(part: &Pattern, instructions: &mut Vec<Instruction>) -> Result<(), PatternError> {
    if instructions.len() > MAX_INSTRUCTIONS {
        return Err(PatternError {
            what: "a pattern too long",
            at: 0,
        });
    }
    match part {
        Pattern::Empty => {}
        Pattern::Class(class) => instructions.push(Instruction::Class(class.clone())),
        Pattern::Assertion(place) => instructions.push(Instruction::Assertion(*place)),
        Pattern::Sequence(parts) => parts.iter().try_for_each(|part| emit(part, instructions))?,
        Pattern::Alternation(branches) => emit_alternation(branches, instructions)?,
        Pattern::Repeat(part, least, most) => emit_repeat(part, *least, *most, instructions)?,
        Pattern::Lookaround(part, look) => {
            let begin = instructions.len();
            instructions.push(Instruction::Lookaround(*look, 0));
            emit(part, instructions)?;
            instructions.push(Instruction::Match);
            let end = instructions.len();
            instructions[begin] = Instruction::Lookaround(*look, end);
        }
    }
    Ok(())
}

fn emit_alternation(
    branches: &[Pattern],
    instructions: &mut Vec<Instruction>,
) -> Result<(), PatternError> {
    let mut ends = Vec::with_capacity(branches.len());
    for (position, branch) in branches.iter().enumerate() {
        if position + 1 == branches.len() {
            emit(branch, instructions)?;
            continue;
        }
        let split = instructions.len();
        instructions.push(Instruction::Match);
        emit(branch, instructions)?;
        ends.push(instructions.len());
        instructions.push(Instruction::Match);
        instructions[split] = Instruction::Split(split + 1, instructions.len());
    }
    let after = instructions.len();
    for end in ends {
        instructions[end] = Instruction::Jump(after);
    }
    Ok(())
}

fn emit_repeat(
    part: &Pattern,
    least: u32,
    most: Option<u32>,
    instructions: &mut Vec<Instruction>,
) -> Result<(), PatternError> {
    if let Pattern::Class(class) = part {
        if least > 0 || most.is_some() {
            instructions.push(Instruction::Repeat(
                class.clone(),
                least,
                most.unwrap_or(least),
            ));
        }
        if most.is_none() {
            instructions.push(Instruction::Star(class.clone()));
        }
        return Ok(());
    }
    for _ in 0..least {
        emit(part, instructions)?;
    }
    let Some(most) = most else {
        let split = instructions.len();
        instructions.push(Instruction::Match);
        emit(part, instructions)?;
        instructions.push(Instruction::Jump(split));
        instructions[split] = Instruction::Split(split + 1, instructions.len());
        return Ok(());
    };
    let mut splits = Vec::new();
    for _ in least..most {
        splits.push(instructions.len());
        instructions.push(Instruction::Match);
        emit(part, instructions)?;
    }
    let after = instructions.len();
    for split in splits {
        instructions[split] = Instruction::Split(split + 1, after);
    }
    Ok(())
}
