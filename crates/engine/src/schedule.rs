//! A ready queue on a dependency graph, as plain data without threads, clock or I/O.
//!
//! The task that owns a run calls [`Schedule::start_next`] and reports how each task ended. A task is ready when all
//! its dependencies succeeded. Among the ready tasks, the one with the longest remaining path starts first, so that the
//! critical path never waits for a job. A failure skips the failed task's dependents and nothing else. Each task starts
//! at most once, and the construction of the queue is linear in the graph.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt::Debug;
use std::hash::Hash;

use indexmap::IndexMap;

/// The tasks of a run and their states.
#[derive(Debug, Clone)]
pub struct Schedule<K> {
    tasks: IndexMap<K, Task>,
    ready: BinaryHeap<(u64, Reverse<usize>)>,
    running: usize,
    jobs: usize,
    unfinished: usize,
}

#[derive(Debug, Clone)]
struct Task {
    state: TaskState,
    /// The number of dependencies that have not succeeded yet.
    waits: usize,
    dependents: Vec<usize>,
    /// The weight of the longest path that starts here.
    path: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TaskState {
    Waiting,
    Ready,
    Running,
    Ended,
}

/// A dependency cycle: none of its tasks could start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the dependencies form a cycle")]
pub struct CycleError;

impl<K: Clone + Eq + Hash + Debug> Schedule<K> {
    /// Builds the queue from tasks with their expected weights and from edges (dependency, dependent). Ignores edges
    /// whose tasks are not part of the run. At most `jobs` tasks run at the same time.
    pub fn new(
        tasks: impl IntoIterator<Item = (K, u64)>,
        edges: impl IntoIterator<Item = (K, K)>,
        jobs: usize,
    ) -> Result<Self, CycleError> {
        let tasks = tasks.into_iter().map(|(key, weight)| {
            let task = Task {
                state: TaskState::Waiting,
                waits: 0,
                dependents: Vec::new(),
                path: weight.max(1),
            };
            (key, task)
        });
        let mut tasks: IndexMap<K, Task> = tasks.collect();
        for (earlier, later) in edges {
            let (Some(from), Some(to)) = (tasks.get_index_of(&earlier), tasks.get_index_of(&later))
            else {
                continue;
            };
            tasks[from].dependents.push(to);
            tasks[to].waits += 1;
        }
        measure_paths(&mut tasks)?;
        let mut schedule = Self {
            unfinished: tasks.len(),
            tasks,
            ready: BinaryHeap::new(),
            running: 0,
            jobs: jobs.max(1),
        };
        for index in 0..schedule.tasks.len() {
            schedule.make_ready(index);
        }
        Ok(schedule)
    }

    /// Starts the next ready task, if a job is free. It runs until [`Self::succeed`] or [`Self::fail`] ends it.
    pub fn start_next(&mut self) -> Option<K> {
        if self.running >= self.jobs {
            return None;
        }
        let (_, Reverse(index)) = self.ready.pop()?;
        let (key, task) = self.at(index);
        task.state = TaskState::Running;
        let key = key.clone();
        self.running += 1;
        Some(key)
    }

    /// Ends a running task with success.
    pub fn succeed(&mut self, key: &K) {
        let index = self.end(key);
        for dependent in std::mem::take(&mut self.at(index).1.dependents) {
            self.at(dependent).1.waits -= 1;
            self.make_ready(dependent);
        }
    }

    /// Ends a running task with a failure and returns its dependents, which are skipped, in the order of the tasks.
    pub fn fail(&mut self, key: &K) -> Vec<K> {
        let mut pending = vec![self.end(key)];
        let mut skipped = Vec::new();
        while let Some(index) = pending.pop() {
            for dependent in std::mem::take(&mut self.at(index).1.dependents) {
                let task = self.at(dependent).1;
                if task.state == TaskState::Waiting {
                    task.state = TaskState::Ended;
                    self.unfinished -= 1;
                    skipped.push(dependent);
                    pending.push(dependent);
                }
            }
        }
        skipped.sort_unstable();
        skipped
            .into_iter()
            .map(|index| self.at(index).0.clone())
            .collect()
    }

    /// Prevents further starts and returns the tasks that had not started, in the order of the tasks.
    pub fn stop(&mut self) -> Vec<K> {
        self.ready.clear();
        let mut stopped = Vec::new();
        for (key, task) in &mut self.tasks {
            if matches!(task.state, TaskState::Waiting | TaskState::Ready) {
                task.state = TaskState::Ended;
                self.unfinished -= 1;
                stopped.push(key.clone());
            }
        }
        stopped
    }

    /// Returns whether every task has ended.
    pub fn is_finished(&self) -> bool {
        self.unfinished == 0
    }

    fn end(&mut self, key: &K) -> usize {
        let index = self
            .tasks
            .get_index_of(key)
            .expect("only started tasks end");
        let task = self.at(index).1;
        assert_eq!(
            task.state,
            TaskState::Running,
            "{key:?} ends once, after it started"
        );
        task.state = TaskState::Ended;
        self.running -= 1;
        self.unfinished -= 1;
        index
    }

    fn make_ready(&mut self, index: usize) {
        let task = self.at(index).1;
        if task.waits == 0 && task.state == TaskState::Waiting {
            task.state = TaskState::Ready;
            let path = task.path;
            self.ready.push((path, Reverse(index)));
        }
    }

    fn at(&mut self, index: usize) -> (&K, &mut Task) {
        self.tasks
            .get_index_mut(index)
            .expect("indices come from the tasks themselves")
    }
}

/// Replaces each weight with that of the longest path from the task, in reverse topological order.
fn measure_paths<K>(tasks: &mut IndexMap<K, Task>) -> Result<(), CycleError> {
    let mut waits: Vec<usize> = tasks.values().map(|task| task.waits).collect();
    let mut order: Vec<usize> = (0..tasks.len())
        .filter(|&index| waits[index] == 0)
        .collect();
    let mut next = 0;
    while let Some(&index) = order.get(next) {
        next += 1;
        for &dependent in &tasks[index].dependents {
            waits[dependent] -= 1;
            if waits[dependent] == 0 {
                order.push(dependent);
            }
        }
    }
    if order.len() < tasks.len() {
        return Err(CycleError);
    }
    for index in order.into_iter().rev() {
        let longest = tasks[index]
            .dependents
            .iter()
            .map(|&dependent| tasks[dependent].path)
            .max();
        tasks[index].path += longest.unwrap_or(0);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn schedule(names: &str, edges: &[(char, char)], jobs: usize) -> Schedule<char> {
        let tasks = names.chars().map(|name| (name, 1));
        Schedule::new(tasks, edges.iter().copied(), jobs).unwrap()
    }

    fn start_all(schedule: &mut Schedule<char>) -> String {
        std::iter::from_fn(|| schedule.start_next()).collect()
    }

    #[test]
    fn a_task_starts_as_soon_as_its_dependencies_succeed() {
        let mut schedule = schedule("abcd", &[('a', 'b'), ('a', 'c'), ('b', 'd'), ('c', 'd')], 9);
        assert_eq!(start_all(&mut schedule), "a");
        schedule.succeed(&'a');
        assert_eq!(start_all(&mut schedule), "bc");
        schedule.succeed(&'c');
        assert_eq!(start_all(&mut schedule), "", "d waits for b too");
        schedule.succeed(&'b');
        assert_eq!(start_all(&mut schedule), "d");
        assert!(!schedule.is_finished());
        schedule.succeed(&'d');
        assert!(schedule.is_finished());
    }

    #[test]
    fn the_longest_path_starts_first() {
        // The longest chain starts at z, although z is the last task.
        let mut schedule = schedule("abyz", &[('z', 'y'), ('y', 'b')], 1);
        assert_eq!(start_all(&mut schedule), "z");
        schedule.succeed(&'z');
        assert_eq!(start_all(&mut schedule), "y");

        let heavy = Schedule::new([('a', 1), ('b', 60)], [], 1)
            .unwrap()
            .start_next();
        assert_eq!(heavy, Some('b'), "weight counts as well as length");
    }

    #[test]
    fn at_most_jobs_tasks_run_at_once() {
        let mut schedule = schedule("abc", &[], 2);
        assert_eq!(start_all(&mut schedule), "ab");
        schedule.succeed(&'a');
        assert_eq!(start_all(&mut schedule), "c");
    }

    #[test]
    fn a_failure_skips_its_dependents_only() {
        let mut schedule = schedule("abcxy", &[('a', 'b'), ('b', 'c'), ('x', 'y')], 9);
        assert_eq!(start_all(&mut schedule), "ax");
        assert_eq!(schedule.fail(&'a'), ['b', 'c']);
        schedule.succeed(&'x');
        assert_eq!(start_all(&mut schedule), "y");
        schedule.succeed(&'y');
        assert!(schedule.is_finished());
    }

    #[test]
    fn after_a_stop_only_running_tasks_are_awaited() {
        let mut schedule = schedule("abc", &[('a', 'b')], 1);
        assert_eq!(start_all(&mut schedule), "a");
        assert_eq!(schedule.stop(), ['b', 'c']);
        schedule.succeed(&'a');
        assert_eq!(start_all(&mut schedule), "");
        assert!(schedule.is_finished());
    }

    #[test]
    fn a_cycle_is_an_error() {
        let cycle = Schedule::new([('a', 1), ('b', 1)], [('a', 'b'), ('b', 'a')], 1);
        assert_eq!(cycle.map(|_| ()), Err(CycleError));
    }

    /// Generates acyclic graphs of up to 40 tasks: edges lead from lower to higher numbers.
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
        fn every_task_ends_once_and_never_starts_before_its_dependencies(
            (size, edges) in graphs(),
            jobs in 1usize..6,
            fails in proptest::collection::btree_set(0usize..40, 0..4),
            picks in proptest::collection::vec(any::<prop::sample::Index>(), 200),
        ) {
            let mut schedule = Schedule::new((0..size).map(|n| (n, 1)), edges.clone(), jobs).unwrap();
            let (mut running, mut done, mut lost) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
            let mut picks = picks.into_iter();
            while !schedule.is_finished() {
                while let Some(key) = schedule.start_next() {
                    let early: Vec<_> = edges
                        .iter()
                        .filter(|(from, to)| *to == key && !done.contains(from))
                        .collect();
                    prop_assert!(early.is_empty(), "{key} started before {early:?}");
                    running.push(key);
                }
                prop_assert!(running.len() <= jobs);
                prop_assert!(!running.is_empty(), "nothing runs, and it is not finished");
                let pick = picks.next().map_or(0, |pick| pick.index(running.len()));
                let key = running.swap_remove(pick);
                if fails.contains(&key) {
                    prop_assert!(lost.insert(key));
                    for skipped in schedule.fail(&key) {
                        prop_assert!(lost.insert(skipped), "{skipped} was skipped twice");
                    }
                } else {
                    schedule.succeed(&key);
                    prop_assert!(done.insert(key), "{key} was done twice");
                }
            }
            // Exactly the failed tasks and those reachable from them are lost.
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
