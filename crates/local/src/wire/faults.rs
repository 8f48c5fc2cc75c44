//! Faults that a test injects between a caller and the cloud.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A list of rules. Its clones share the rules, so a test can change them while the cloud runs.
#[derive(Debug, Clone, Default)]
pub struct WireFaults {
    rules: Arc<Mutex<Vec<Rule>>>,
}

/// A fault of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WireFault {
    /// The call is rejected with `AccessDenied`.
    Deny,
    /// The call is rejected with `Throttling`.
    Throttle,
    /// The call is answered with 503 and not carried out.
    Unavailable,
    /// The call is not carried out and gets no response.
    NoResponse,
    /// The call is carried out, and its response is lost. On a socket the connection closes; in process
    /// the call stays pending.
    LoseResponse,
    /// The call is carried out and answered with 200 and a malformed body.
    UnreadableResponse,
    /// The call is carried out after this time.
    Delay(Duration),
}

/// The calls to which a rule applies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallFilter {
    /// All calls of an action, such as `CreateStack` or `PutObject`. `*` means all actions.
    Action(String),
    /// The calls of an action that name no stack, such as `DescribeStacks` of all stacks.
    WithoutStack(String),
    /// The calls that name this stack, by name or by ARN.
    Stack {
        /// The action, or `*`.
        action: String,
        /// The stack's name.
        stack: String,
    },
}

/// The calls at which a fault occurs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occurrence {
    /// At every call until [`WireFaults::clear`].
    Always,
    /// At the next calls, this many times.
    Next(u32),
    /// At every call after this many calls.
    After(u32),
}

#[derive(Debug)]
struct Rule {
    calls: CallFilter,
    fault: WireFault,
    times: Occurrence,
}

impl WireFaults {
    /// Adds a rule. The first rule that applies to a call decides.
    pub fn set(&self, calls: CallFilter, fault: WireFault, times: Occurrence) {
        let rule = Rule {
            calls,
            fault,
            times,
        };
        self.lock().push(rule);
    }

    /// Adds a fault at every call of `action`.
    pub fn always(&self, action: &str, fault: WireFault) {
        self.set(
            CallFilter::Action(action.to_owned()),
            fault,
            Occurrence::Always,
        );
    }

    /// Adds a fault at the next call of `action` only.
    pub fn once(&self, action: &str, fault: WireFault) {
        self.set(
            CallFilter::Action(action.to_owned()),
            fault,
            Occurrence::Next(1),
        );
    }

    /// Removes all rules.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Returns true if there are no rules.
    pub fn is_clear(&self) -> bool {
        self.lock().is_empty()
    }

    /// Counts a call of `action` that names `stack`, and returns its fault.
    pub(super) fn next_fault(&self, action: &str, stack: Option<&str>) -> Option<WireFault> {
        let mut rules = self.lock();
        let fault = rules.iter_mut().find_map(|rule| {
            if !rule.calls.matches(action, stack) {
                return None;
            }
            match &mut rule.times {
                Occurrence::Always => Some(rule.fault),
                Occurrence::Next(0) => None,
                Occurrence::Next(left) => {
                    *left -= 1;
                    Some(rule.fault)
                }
                Occurrence::After(0) => Some(rule.fault),
                Occurrence::After(left) => {
                    *left -= 1;
                    None
                }
            }
        });
        rules.retain(|rule| rule.times != Occurrence::Next(0));
        fault
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Rule>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CallFilter {
    fn matches(&self, action: &str, stack: Option<&str>) -> bool {
        let is_action = |wanted: &str| wanted == "*" || wanted == action;
        match self {
            CallFilter::Action(wanted) => is_action(wanted),
            CallFilter::WithoutStack(wanted) => is_action(wanted) && stack.is_none(),
            CallFilter::Stack {
                action: wanted,
                stack: name,
            } => is_action(wanted) && stack.is_some_and(|stack| name_of(stack) == name),
        }
    }
}

/// Returns the name in a stack's ARN, or the name itself.
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
        let next = |action, stack| faults.next_fault(action, stack);
        faults.once("CreateStack", WireFault::LoseResponse);
        assert_eq!(next("DeleteStack", None), None);
        assert_eq!(
            next("CreateStack", Some("a")),
            Some(WireFault::LoseResponse)
        );
        assert_eq!(next("CreateStack", Some("a")), None);

        faults.set(
            CallFilter::WithoutStack("DescribeStacks".into()),
            WireFault::Deny,
            Occurrence::Always,
        );
        assert_eq!(next("DescribeStacks", None), Some(WireFault::Deny));
        assert_eq!(next("DescribeStacks", Some("a")), None);
        faults.clear();
        assert_eq!(next("DescribeStacks", None), None);

        let about = CallFilter::Stack {
            action: "*".into(),
            stack: "a".into(),
        };
        faults.set(about, WireFault::NoResponse, Occurrence::After(1));
        let arn = Some("arn:aws:cloudformation:us-east-1:123456789012:stack/a/0-1");
        assert_eq!(next("DeleteStack", arn), None);
        assert_eq!(next("DeleteStack", arn), Some(WireFault::NoResponse));
        assert_eq!(next("DeleteStack", Some("b")), None);
    }
}
