//! The executor of compiled patterns.
//!
//! A state is an instruction and a position in the text. Its result depends on nothing else, so no
//! state is visited twice: the work is at most the number of states, times the length of a run of
//! characters. Beyond a limit, the search gives up.

use super::class::CharClass;
use super::parse::{Assertion, Lookaround};
use super::program::{Instruction, Program};
use std::collections::HashSet;

/// The maximum number of states that a search visits.
const MAX_STATES: usize = 2_000_000;

/// The maximum number of states that a bit set records. A hash set records more.
const MAX_BITSET: usize = 1 << 20;

/// Returns whether the program matches anywhere in the text, or `None` when the search gives up.
pub(super) fn finds(program: &Program, text: &str) -> Option<bool> {
    let chars: Vec<char> = text.chars().collect();
    let mut search = Search {
        program,
        text: &chars,
        remaining: MAX_STATES,
    };
    let starts = if program.anchored {
        0..=0
    } else {
        0..=chars.len()
    };
    let mut visited = Visited::new(program.instructions.len(), chars.len() + 1);
    for start in starts {
        if search.from(0, start, None, &mut visited)? {
            return Some(true);
        }
    }
    Some(false)
}

struct Search<'p> {
    program: &'p Program,
    text: &'p [char],
    remaining: usize,
}

impl Search<'_> {
    /// Returns whether the instructions from `step` match at `place`, and end at `end` if it is
    /// given.
    fn from(
        &mut self,
        step: usize,
        place: usize,
        end: Option<usize>,
        visited: &mut Visited,
    ) -> Option<bool> {
        let mut stack = vec![(step, place)];
        while let Some((mut step, mut at)) = stack.pop() {
            while visited.enter(step, at) {
                self.remaining = self.remaining.checked_sub(1)?;
                match &self.program.instructions[step] {
                    Instruction::Match if end.is_none_or(|end| end == at) => return Some(true),
                    Instruction::Match => break,
                    Instruction::Class(class) => {
                        if !self.matches_class_at(class, at) {
                            break;
                        }
                        at += 1;
                        step += 1;
                    }
                    Instruction::Repeat(class, least, most) => {
                        let most = usize::try_from(*most).unwrap_or(usize::MAX);
                        let here = self.text[at..].iter().take(most);
                        let length = here.take_while(|c| self.matches_class(class, **c)).count();
                        let least = usize::try_from(*least).unwrap_or(usize::MAX);
                        if length < least {
                            break;
                        }
                        self.remaining = self.remaining.checked_sub(length)?;
                        let shorter = (least..length).map(|length| (step + 1, at + length));
                        stack.extend(shorter);
                        at += length;
                        step += 1;
                    }
                    Instruction::Star(class) => {
                        stack.push((step + 1, at));
                        if !self.matches_class_at(class, at) {
                            break;
                        }
                        at += 1;
                    }
                    Instruction::Assertion(place) => {
                        if !self.is_satisfied(*place, at) {
                            break;
                        }
                        step += 1;
                    }
                    Instruction::Split(first, second) => {
                        stack.push((*second, at));
                        step = *first;
                    }
                    Instruction::Jump(to) => step = *to,
                    Instruction::Lookaround(look, after) => {
                        if self.lookaround_matches(*look, step + 1, at)? == look.negated {
                            break;
                        }
                        step = *after;
                    }
                }
            }
        }
        Some(false)
    }

    /// Returns whether the character at `at` is in the class.
    fn matches_class_at(&self, class: &CharClass, at: usize) -> bool {
        self.text
            .get(at)
            .is_some_and(|c| self.matches_class(class, *c))
    }

    fn lookaround_matches(&mut self, look: Lookaround, step: usize, at: usize) -> Option<bool> {
        if !look.behind {
            let mut visited = Visited::default();
            return self.from(step, at, None, &mut visited);
        }
        for start in (0..=at).rev() {
            let mut visited = Visited::default();
            if self.from(step, start, Some(at), &mut visited)? {
                return Some(true);
            }
        }
        Some(false)
    }

    fn matches_class(&self, class: &CharClass, c: char) -> bool {
        match self.program.ignore_case {
            true => class.contains_ignoring_case(c),
            false => class.contains(c),
        }
    }

    fn is_satisfied(&self, place: Assertion, at: usize) -> bool {
        let is_word = |at: Option<usize>| {
            let c = at.and_then(|at| self.text.get(at));
            c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_')
        };
        let boundary = || is_word(at.checked_sub(1)) != is_word(Some(at));
        match place {
            Assertion::Start => at == 0,
            Assertion::End => matches!(&self.text[at..], [] | ['\n']),
            Assertion::WordBoundary => boundary(),
            Assertion::NotWordBoundary => !boundary(),
        }
    }
}

/// The visited states.
#[derive(Default)]
struct Visited {
    width: usize,
    bits: Vec<u64>,
    rest: HashSet<(usize, usize)>,
}

impl Visited {
    fn new(instructions: usize, width: usize) -> Self {
        let bits = instructions.saturating_mul(width);
        Self {
            width,
            bits: match bits <= MAX_BITSET {
                true => vec![0; bits.div_ceil(64)],
                false => Vec::new(),
            },
            rest: HashSet::new(),
        }
    }

    /// Records a state. Returns whether it is new.
    fn enter(&mut self, step: usize, at: usize) -> bool {
        if self.bits.is_empty() {
            return self.rest.insert((step, at));
        }
        let bit = step * self.width + at;
        let word = &mut self.bits[bit / 64];
        let is_new = *word & (1 << (bit % 64)) == 0;
        *word |= 1 << (bit % 64);
        is_new
    }
}
