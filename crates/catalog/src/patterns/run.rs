//! Following a program through a text.
//!
//! A state is a step and a place in the text. What comes of it hangs on nothing else, so none is
//! visited twice: the work is at most the number of states, times the length of a run of
//! characters. Beyond a bound the search is given up.

use super::class::Class;
use super::parse::{Look, Place};
use super::program::{Program, Step};
use std::collections::HashSet;

/// A search visits at most so many states.
const MOST_STATES: usize = 2_000_000;

/// Up to so many states are kept as bits.
const MOST_BITS: usize = 1 << 20;

/// Whether the program is found in the text; nothing when the search is given up.
pub(super) fn finds(program: &Program, text: &str) -> Option<bool> {
    let chars: Vec<char> = text.chars().collect();
    let mut search = Search {
        program,
        text: &chars,
        left: MOST_STATES,
    };
    let starts = if program.anchored {
        0..=0
    } else {
        0..=chars.len()
    };
    let mut visited = Visited::new(program.steps.len(), chars.len() + 1);
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
    left: usize,
}

impl Search<'_> {
    /// Whether the steps from `step` on are found at `place`, ending at `end` where one is given.
    fn from(
        &mut self,
        step: usize,
        place: usize,
        end: Option<usize>,
        visited: &mut Visited,
    ) -> Option<bool> {
        let mut waiting = vec![(step, place)];
        while let Some((mut step, mut at)) = waiting.pop() {
            while visited.enter(step, at) {
                self.left = self.left.checked_sub(1)?;
                match &self.program.steps[step] {
                    Step::Found if end.is_none_or(|end| end == at) => return Some(true),
                    Step::Found => break,
                    Step::One(class) => {
                        if !self.text.get(at).is_some_and(|c| self.holds(class, *c)) {
                            break;
                        }
                        at += 1;
                        step += 1;
                    }
                    Step::Run(class, least, most) => {
                        let most = usize::try_from(*most).unwrap_or(usize::MAX);
                        let here = self.text[at..].iter().take(most);
                        let length = here.take_while(|c| self.holds(class, **c)).count();
                        let least = usize::try_from(*least).unwrap_or(usize::MAX);
                        if length < least {
                            break;
                        }
                        self.left = self.left.checked_sub(length)?;
                        let shorter = (least..length).map(|length| (step + 1, at + length));
                        waiting.extend(shorter);
                        at += length;
                        step += 1;
                    }
                    Step::Star(class) => {
                        waiting.push((step + 1, at));
                        if !self.text.get(at).is_some_and(|c| self.holds(class, *c)) {
                            break;
                        }
                        at += 1;
                    }
                    Step::Place(place) => {
                        if !self.is_at(*place, at) {
                            break;
                        }
                        step += 1;
                    }
                    Step::Split(first, second) => {
                        waiting.push((*second, at));
                        step = *first;
                    }
                    Step::Jump(to) => step = *to,
                    Step::Look(look, after) => {
                        if self.sees(*look, step + 1, at)? == look.negated {
                            break;
                        }
                        step = *after;
                    }
                }
            }
        }
        Some(false)
    }

    fn sees(&mut self, look: Look, step: usize, at: usize) -> Option<bool> {
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

    fn holds(&self, class: &Class, c: char) -> bool {
        match self.program.any_case {
            true => class.holds_in_any_case(c),
            false => class.holds(c),
        }
    }

    fn is_at(&self, place: Place, at: usize) -> bool {
        let is_word = |at: Option<usize>| {
            let c = at.and_then(|at| self.text.get(at));
            c.is_some_and(|c| c.is_ascii_alphanumeric() || *c == '_')
        };
        let boundary = || is_word(at.checked_sub(1)) != is_word(Some(at));
        match place {
            Place::Start => at == 0,
            Place::End => matches!(&self.text[at..], [] | ['\n']),
            Place::Boundary => boundary(),
            Place::NoBoundary => !boundary(),
        }
    }
}

/// The states that were visited.
#[derive(Default)]
struct Visited {
    width: usize,
    bits: Vec<u64>,
    rest: HashSet<(usize, usize)>,
}

impl Visited {
    fn new(steps: usize, width: usize) -> Self {
        let bits = steps.saturating_mul(width);
        Self {
            width,
            bits: match bits <= MOST_BITS {
                true => vec![0; bits.div_ceil(64)],
                false => Vec::new(),
            },
            rest: HashSet::new(),
        }
    }

    /// Whether the state is visited for the first time.
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
