//! From a pattern's tree to the steps that are followed.

use super::PatternError;
use super::class::Class;
use super::parse::{Look, Part, Place, parse};

/// Programs have at most so many steps; the longest of the table's patterns has fewer.
const MOST_STEPS: usize = 100_000;

/// A pattern, ready to be followed.
#[derive(Debug)]
pub(super) struct Program {
    /// The steps; the first is where it begins.
    pub(super) steps: Vec<Step>,
    /// Whether case does not count.
    pub(super) any_case: bool,
    /// Whether it can begin only where the text does.
    pub(super) anchored: bool,
}

/// A step of a program. After it comes the next one, unless it says otherwise.
#[derive(Debug)]
pub(super) enum Step {
    /// One character of these.
    One(Class),
    /// At least and at most so many characters of these.
    Run(Class, u32, u32),
    /// Any number of characters of these.
    Star(Class),
    /// A place in the text.
    Place(Place),
    /// Goes on at both.
    Split(usize, usize),
    /// Goes on there.
    Jump(usize),
    /// Looks around with the steps up to the one named, which ends them.
    Look(Look, usize),
    /// Found.
    Found,
}

/// Reads a pattern.
pub(super) fn compile(pattern: &str) -> Result<Program, PatternError> {
    let tree = parse(pattern)?;
    let mut steps = Vec::new();
    emit(&tree.part, &mut steps)?;
    steps.push(Step::Found);
    let anchored = matches!(steps.first(), Some(Step::Place(Place::Start)));
    Ok(Program {
        steps,
        any_case: tree.any_case,
        anchored,
    })
}

fn emit(part: &Part, steps: &mut Vec<Step>) -> Result<(), PatternError> {
    if steps.len() > MOST_STEPS {
        return Err(PatternError {
            what: "a pattern too long",
            at: 0,
        });
    }
    match part {
        Part::Empty => {}
        Part::One(class) => steps.push(Step::One(class.clone())),
        Part::Place(place) => steps.push(Step::Place(*place)),
        Part::Sequence(parts) => parts.iter().try_for_each(|part| emit(part, steps))?,
        Part::Either(branches) => either(branches, steps)?,
        Part::Repeat(part, least, most) => repeat(part, *least, *most, steps)?,
        Part::Look(part, look) => {
            let begin = steps.len();
            steps.push(Step::Look(*look, 0));
            emit(part, steps)?;
            steps.push(Step::Found);
            let end = steps.len();
            steps[begin] = Step::Look(*look, end);
        }
    }
    Ok(())
}

fn either(branches: &[Part], steps: &mut Vec<Step>) -> Result<(), PatternError> {
    let mut ends = Vec::with_capacity(branches.len());
    for (position, branch) in branches.iter().enumerate() {
        if position + 1 == branches.len() {
            emit(branch, steps)?;
            continue;
        }
        let split = steps.len();
        steps.push(Step::Found);
        emit(branch, steps)?;
        ends.push(steps.len());
        steps.push(Step::Found);
        steps[split] = Step::Split(split + 1, steps.len());
    }
    let after = steps.len();
    for end in ends {
        steps[end] = Step::Jump(after);
    }
    Ok(())
}

fn repeat(
    part: &Part,
    least: u32,
    most: Option<u32>,
    steps: &mut Vec<Step>,
) -> Result<(), PatternError> {
    if let Part::One(class) = part {
        if least > 0 || most.is_some() {
            steps.push(Step::Run(class.clone(), least, most.unwrap_or(least)));
        }
        if most.is_none() {
            steps.push(Step::Star(class.clone()));
        }
        return Ok(());
    }
    for _ in 0..least {
        emit(part, steps)?;
    }
    let Some(most) = most else {
        let split = steps.len();
        steps.push(Step::Found);
        emit(part, steps)?;
        steps.push(Step::Jump(split));
        steps[split] = Step::Split(split + 1, steps.len());
        return Ok(());
    };
    let mut splits = Vec::new();
    for _ in least..most {
        splits.push(steps.len());
        steps.push(Step::Found);
        emit(part, steps)?;
    }
    let after = steps.len();
    for split in splits {
        steps[split] = Step::Split(split + 1, after);
    }
    Ok(())
}
