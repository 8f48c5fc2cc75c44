//! What a test can make go wrong between a caller and the cloud.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The switches. Clones share them, so a test keeps one and turns it while the cloud runs.
#[derive(Debug, Clone, Default)]
pub struct WireFaults {
    rules: Arc<Mutex<Vec<Rule>>>,
}

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireFault {
    /// It is refused with `AccessDenied`.
    Deny,
    /// It is refused with `Throttling`.
    Throttle,
    /// It is answered with 503 and not carried out.
    Unavailable,
    /// It is never answered and not carried out.
    Silence,
    /// It is carried out, and its answer is lost: the connection closes on a socket, and in
    /// process, where there is none, nothing ever comes.
    LoseAnswer,
    /// It is carried out and answered with 200 and a body that nobody can read.
    UnreadableAnswer,
    /// It is carried out after that time.
    Delay(Duration),
}

/// Which calls are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Calls {
    /// All calls of an action, as `CreateStack`, `GetCallerIdentity` or `PutObject`; `*` means
    /// every action.
    Of(String),
    /// Those that name no stack, as the `DescribeStacks` of all stacks.
    WithoutStack(String),
    /// Those about a stack of this name, also when it is named by ARN.
    About {
        /// The action, or `*`.
        action: String,
        /// The stack's name.
        stack: String,
    },
}

/// How often it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Times {
    /// Until [`WireFaults::clear`].
    Always,
    /// That many times, then no more.
    Next(u32),
    /// That many calls go well, then each one goes wrong.
    After(u32),
}

#[derive(Debug)]
struct Rule {
    calls: Calls,
    fault: WireFault,
    times: Times,
}

impl WireFaults {
    /// Makes `fault` happen to `calls`. Rules are asked in the order of their making; the first
    /// that meets a call decides.
    pub fn set(&self, calls: Calls, fault: WireFault, times: Times) {
        let rule = Rule {
            calls,
            fault,
            times,
        };
        self.lock().push(rule);
    }

    /// Makes `fault` happen to every call of `action`.
    pub fn always(&self, action: &str, fault: WireFault) {
        self.set(Calls::Of(action.to_owned()), fault, Times::Always);
    }

    /// Makes `fault` happen to the next call of `action` alone.
    pub fn once(&self, action: &str, fault: WireFault) {
        self.set(Calls::Of(action.to_owned()), fault, Times::Next(1));
    }

    /// Nothing goes wrong any more.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Whether nothing is left to go wrong.
    pub fn is_clear(&self) -> bool {
        self.lock().is_empty()
    }

    /// What happens to a call of `action` about `stack`; counts it.
    pub(super) fn meet(&self, action: &str, stack: Option<&str>) -> Option<WireFault> {
        let mut rules = self.lock();
        let met = rules.iter_mut().find_map(|rule| {
            if !rule.calls.include(action, stack) {
                return None;
            }
            match &mut rule.times {
                Times::Always => Some(rule.fault),
                Times::Next(0) => None,
                Times::Next(left) => {
                    *left -= 1;
                    Some(rule.fault)
                }
                Times::After(0) => Some(rule.fault),
                Times::After(left) => {
                    *left -= 1;
                    None
                }
            }
        });
        rules.retain(|rule| rule.times != Times::Next(0));
        met
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Calls {
    fn include(&self, action: &str, stack: Option<&str>) -> bool {
        let is_action = |wanted: &str| wanted == "*" || wanted == action;
        match self {
            Calls::Of(wanted) => is_action(wanted),
            Calls::WithoutStack(wanted) => is_action(wanted) && stack.is_none(),
            Calls::About {
                action: wanted,
                stack: name,
            } => is_action(wanted) && stack.is_some_and(|stack| name_of(stack) == name),
        }
    }
}

/// The name in a stack's ARN, or the name itself.
fn name_of(stack: &str) -> &str {
    match stack.split_once(":stack/") {
        Some((_, rest)) => rest.split('/').next().unwrap_or(rest),
        None => stack,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_meets_the_calls_it_means_as_often_as_it_says() {
        let faults = WireFaults::default();
        let meet = |action, stack| faults.meet(action, stack);
        faults.once("CreateStack", WireFault::LoseAnswer);
        assert_eq!(meet("DeleteStack", None), None);
        assert_eq!(meet("CreateStack", Some("a")), Some(WireFault::LoseAnswer));
        assert_eq!(meet("CreateStack", Some("a")), None);

        faults.set(
            Calls::WithoutStack("DescribeStacks".into()),
            WireFault::Deny,
            Times::Always,
        );
        assert_eq!(meet("DescribeStacks", None), Some(WireFault::Deny));
        assert_eq!(meet("DescribeStacks", Some("a")), None);
        faults.clear();
        assert_eq!(meet("DescribeStacks", None), None);

        let about = Calls::About {
            action: "*".into(),
            stack: "a".into(),
        };
        faults.set(about, WireFault::Silence, Times::After(1));
        let arn = Some("arn:aws:cloudformation:us-east-1:123456789012:stack/a/0-1");
        assert_eq!(meet("DeleteStack", arn), None);
        assert_eq!(meet("DeleteStack", arn), Some(WireFault::Silence));
        assert_eq!(meet("DeleteStack", Some("b")), None);
    }
}
