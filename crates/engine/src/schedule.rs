//! What may begin next: a ready-queue on the true graph, as plain data without threads, clock or I/O.
//!
//! The one task that owns a run asks [`Schedule::begin_next`] what to begin and says how each ended. Work becomes ready
//! when everything it waits for is done; among what is ready, the one with the longest path still before it begins
//! first, so that the critical path never waits for a place. A failure skips what depends on it and nothing else.
//! Each piece of work is handed out at most once, and building the queue is linear in the graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Debug;
use std::hash::Hash;

use indexmap::IndexMap;

/// The work of a run and how far it is.
#[derive(Debug, Clone)]
pub struct Schedule<K> {
    work: IndexMap<K, Work>,
    ready: BinaryHeap<(u64, Reverse<usize>)>,
    running: usize,
    jobs: usize,
    open: usize,
}

#[derive(Debug, Clone)]
struct Work {
    state: State,
    /// How many pieces of work it still waits for.
    waits: usize,
    dependents: Vec<usize>,
    /// The weight of the longest path that begins here.
    path: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    Ready,
    Running,
    Ended,
}

/// Pieces of work wait for one another, so that none could begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pieces of work wait for one another")]
pub struct Knot;

impl<K: Clone + Eq + Hash + Debug> Schedule<K> {
    /// Takes in the work with its expected weights, and what waits for what, as (earlier, later). Pairs that name
    /// something else are ignored: it is not part of the run. At most `jobs` pieces run at once.
    pub fn new(
        work: impl IntoIterator<Item = (K, u64)>,
        waits: impl IntoIterator<Item = (K, K)>,
        jobs: usize,
    ) -> Result<Self, Knot> {
        let work = work.into_iter().map(|(key, weight)| {
            let work = Work {
                state: State::Waiting,
                waits: 0,
                dependents: Vec::new(),
                path: weight.max(1),
            };
            (key, work)
        });
        let mut work: IndexMap<K, Work> = work.collect();
        for (earlier, later) in waits {
            let (Some(from), Some(to)) = (work.get_index_of(&earlier), work.get_index_of(&later))
            else {
                continue;
            };
            work[from].dependents.push(to);
            work[to].waits += 1;
        }
        measure_paths(&mut work)?;
        let mut schedule = Self {
            open: work.len(),
            work,
            ready: BinaryHeap::new(),
            running: 0,
            jobs: jobs.max(1),
        };
        for index in 0..schedule.work.len() {
            schedule.make_ready(index);
        }
        Ok(schedule)
    }

    /// What is to begin now, if anything may; it counts as running until it is said to have ended.
    pub fn begin_next(&mut self) -> Option<K> {
        if self.running >= self.jobs {
            return None;
        }
        let (_, Reverse(index)) = self.ready.pop()?;
        let (key, work) = self.at(index);
        work.state = State::Running;
        let key = key.clone();
        self.running += 1;
        Some(key)
    }

    /// What was begun is where it should be: what waits for it comes closer.
    pub fn done(&mut self, key: &K) {
        let index = self.end(key);
        for dependent in std::mem::take(&mut self.at(index).1.dependents) {
            self.at(dependent).1.waits -= 1;
            self.make_ready(dependent);
        }
    }

    /// What was begun failed: answers everything that is skipped for it, in the order of the work.
    pub fn failed(&mut self, key: &K) -> Vec<K> {
        let mut open = vec![self.end(key)];
        let mut skipped = Vec::new();
        while let Some(index) = open.pop() {
            for dependent in std::mem::take(&mut self.at(index).1.dependents) {
                let work = self.at(dependent).1;
                if work.state == State::Waiting {
                    work.state = State::Ended;
                    self.open -= 1;
                    skipped.push(dependent);
                    open.push(dependent);
                }
            }
        }
        skipped.sort_unstable();
        skipped
            .into_iter()
            .map(|index| self.at(index).0.clone())
            .collect()
    }

    /// Nothing more begins: answers everything that was not begun, in the order of the work.
    pub fn stop(&mut self) -> Vec<K> {
        self.ready.clear();
        let mut stopped = Vec::new();
        for (key, work) in &mut self.work {
            if matches!(work.state, State::Waiting | State::Ready) {
                work.state = State::Ended;
                self.open -= 1;
                stopped.push(key.clone());
            }
        }
        stopped
    }

    /// Whether everything has ended.
    pub fn is_finished(&self) -> bool {
        self.open == 0
    }

    fn end(&mut self, key: &K) -> usize {
        let index = self
            .work
            .get_index_of(key)
            .expect("only what was handed out ends");
        let work = self.at(index).1;
        assert_eq!(
            work.state,
            State::Running,
            "{key:?} ends once, after it began"
        );
        work.state = State::Ended;
        self.running -= 1;
        self.open -= 1;
        index
    }

    fn make_ready(&mut self, index: usize) {
        let work = self.at(index).1;
        if work.waits == 0 && work.state == State::Waiting {
            work.state = State::Ready;
            let path = work.path;
            self.ready.push((path, Reverse(index)));
        }
    }

    fn at(&mut self, index: usize) -> (&K, &mut Work) {
        self.work
            .get_index_mut(index)
            .expect("indices come from the work itself")
    }
}

/// Turns each weight into that of the longest path from there, the last ones first.
fn measure_paths<K>(work: &mut IndexMap<K, Work>) -> Result<(), Knot> {
    let mut waits: Vec<usize> = work.values().map(|work| work.waits).collect();
    let mut order: Vec<usize> = (0..work.len()).filter(|&index| waits[index] == 0).collect();
    let mut next = 0;
    while let Some(&index) = order.get(next) {
        next += 1;
        for &dependent in &work[index].dependents {
            waits[dependent] -= 1;
            if waits[dependent] == 0 {
                order.push(dependent);
            }
        }
    }
    if order.len() < work.len() {
        return Err(Knot);
    }
    for index in order.into_iter().rev() {
        let longest = work[index].dependents.iter().map(|&d| work[d].path).max();
        work[index].path += longest.unwrap_or(0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn schedule(names: &str, waits: &[(char, char)], jobs: usize) -> Schedule<char> {
        let work = names.chars().map(|name| (name, 1));
        Schedule::new(work, waits.iter().copied(), jobs).unwrap()
    }

    fn begin_all(schedule: &mut Schedule<char>) -> String {
        std::iter::from_fn(|| schedule.begin_next()).collect()
    }

    #[test]
    fn work_begins_as_soon_as_what_it_waits_for_is_done() {
        let mut schedule = schedule("abcd", &[('a', 'b'), ('a', 'c'), ('b', 'd'), ('c', 'd')], 9);
        assert_eq!(begin_all(&mut schedule), "a");
        schedule.done(&'a');
        assert_eq!(begin_all(&mut schedule), "bc");
        schedule.done(&'c');
        assert_eq!(begin_all(&mut schedule), "", "d waits for b too");
        schedule.done(&'b');
        assert_eq!(begin_all(&mut schedule), "d");
        assert!(!schedule.is_finished());
        schedule.done(&'d');
        assert!(schedule.is_finished());
    }

    #[test]
    fn the_longest_path_begins_first() {
        // z is the head of the longest chain though it is named last.
        let mut schedule = schedule("abyz", &[('z', 'y'), ('y', 'b')], 1);
        assert_eq!(begin_all(&mut schedule), "z");
        schedule.done(&'z');
        assert_eq!(begin_all(&mut schedule), "y");

        let heavy = Schedule::new([('a', 1), ('b', 60)], [], 1)
            .unwrap()
            .begin_next();
        assert_eq!(heavy, Some('b'), "weight counts as well as length");
    }

    #[test]
    fn no_more_than_the_jobs_run_at_once() {
        let mut schedule = schedule("abc", &[], 2);
        assert_eq!(begin_all(&mut schedule), "ab");
        schedule.done(&'a');
        assert_eq!(begin_all(&mut schedule), "c");
    }

    #[test]
    fn a_failure_skips_its_dependents_only() {
        let mut schedule = schedule("abcxy", &[('a', 'b'), ('b', 'c'), ('x', 'y')], 9);
        assert_eq!(begin_all(&mut schedule), "ax");
        assert_eq!(schedule.failed(&'a'), ['b', 'c']);
        schedule.done(&'x');
        assert_eq!(begin_all(&mut schedule), "y");
        schedule.done(&'y');
        assert!(schedule.is_finished());
    }

    #[test]
    fn after_a_stop_only_what_runs_is_waited_for() {
        let mut schedule = schedule("abc", &[('a', 'b')], 1);
        assert_eq!(begin_all(&mut schedule), "a");
        assert_eq!(schedule.stop(), ['b', 'c']);
        schedule.done(&'a');
        assert_eq!(begin_all(&mut schedule), "");
        assert!(schedule.is_finished());
    }

    #[test]
    fn a_knot_is_refused() {
        let knot = Schedule::new([('a', 1), ('b', 1)], [('a', 'b'), ('b', 'a')], 1);
        assert_eq!(knot.map(|_| ()), Err(Knot));
    }

    /// An acyclic graph of up to 40 pieces: edges lead from lower to higher numbers.
    fn graphs() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
        (1usize..40).prop_flat_map(|size| {
            let edge = (0..size, 0..size).prop_map(|(a, b)| (a.min(b), a.max(b)));
            let edges = proptest::collection::vec(edge, 0..80);
            (
                Just(size),
                edges.prop_map(|edges| edges.into_iter().filter(|(from, to)| from != to).collect()),
            )
        })
    }

    proptest! {
        #[test]
        fn every_piece_ends_once_and_never_before_its_turn(
            (size, edges) in graphs(),
            jobs in 1usize..6,
            fails in proptest::collection::btree_set(0usize..40, 0..4),
            picks in proptest::collection::vec(any::<prop::sample::Index>(), 200),
        ) {
            let mut schedule = Schedule::new((0..size).map(|n| (n, 1)), edges.clone(), jobs).unwrap();
            let (mut running, mut done, mut lost) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
            let mut picks = picks.into_iter();
            while !schedule.is_finished() {
                while let Some(key) = schedule.begin_next() {
                    let early: Vec<_> = edges
                        .iter()
                        .filter(|(from, to)| *to == key && !done.contains(from))
                        .collect();
                    prop_assert!(early.is_empty(), "{key} began before {early:?}");
                    running.push(key);
                }
                prop_assert!(running.len() <= jobs);
                prop_assert!(!running.is_empty(), "nothing runs, and it is not finished");
                let pick = picks.next().map_or(0, |pick| pick.index(running.len()));
                let key = running.swap_remove(pick);
                if fails.contains(&key) {
                    prop_assert!(lost.insert(key));
                    for skipped in schedule.failed(&key) {
                        prop_assert!(lost.insert(skipped), "{skipped} was skipped twice");
                    }
                } else {
                    schedule.done(&key);
                    prop_assert!(done.insert(key), "{key} was done twice");
                }
            }
            // What is lost is what failed and what can be reached from it, and nothing else.
            let mut expected: BTreeSet<usize> = lost.intersection(&fails).copied().collect();
            for node in 0..size {
                if edges.iter().any(|(from, to)| *to == node && expected.contains(from)) {
                    expected.insert(node);
                }
            }
            prop_assert_eq!(&lost, &expected);
            prop_assert_eq!(done.len() + lost.len(), size);
        }
    }
}
