//! What is to be done with each stack, from templates, parameters and tags alone. Pure.
//!
//! Where these cannot decide, the draft says that a change set has to ([`Verdict::Update`] and [`Verdict::Doubtful`]
//! with every input known), and takes what change sets said so far into account: a no-op makes a stack unchanged, and
//! with it what depends on it may become decidable. Where a change set may not be made the draft stands.

use std::collections::{BTreeMap, BTreeSet};

use formwork_aws::{ChangeSet, StackStatus};
use formwork_blueprint::{AssetName, Blueprint, PackedAsset, StackKey, TerminationProtection};
use formwork_template::Template;
use formwork_template::equivalence::{self, Comparison};
use formwork_template::volatility::{self, VolatileValue};
use indexmap::IndexMap;

use crate::desired::{Desired, Secrets, Upstream, desire, list_lengths};
use crate::kept::kept_outputs;
use crate::observe::{BLUEPRINT_TAG, ENV_TAG, Live, Observed, STACK_TAG};
use crate::options::Options;
use crate::plan::{Pending, Refusal};
use crate::token::Content;

/// Everything that a draft is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What should be.
    pub blueprint: &'a Blueprint,
    /// The assets that its templates name.
    pub packed: &'a IndexMap<AssetName, PackedAsset>,
    /// What is.
    pub observed: &'a Observed,
    /// What the user chose.
    pub options: &'a Options,
}

/// What is to be done with each stack of the run, in an order in which each comes after all it depends on.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The steps.
    pub steps: IndexMap<StackKey, Step>,
}

/// What is to be done with one stack.
#[derive(Debug, Clone)]
pub struct Step {
    /// What it should be.
    pub desired: Desired,
    /// What is to be done.
    pub verdict: Verdict,
}

/// What is to be done with a stack.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is made.
    Create,
    /// What a failed creation left is deleted, and the stack made again.
    Recreate,
    /// It differs from what it should be.
    Update,
    /// It differs at most in values that are not known yet.
    Waits,
    /// Text cannot tell whether it differs.
    Doubtful,
    /// Only its protection from deletion differs.
    Protect,
    /// It is as it should be.
    Unchanged,
    /// An operation is in flight.
    InFlight(StackStatus),
    /// It is not touched as it is.
    Refused(Refusal),
}

/// What a change set said.
#[derive(Debug, Clone)]
pub struct Preview {
    /// What the change set asked for: another content is another question.
    pub content: Content,
    /// The answer.
    pub answer: Answer,
}

/// The answer of a change set.
#[derive(Debug, Clone)]
pub enum Answer {
    /// It would do this, and can be executed.
    Changes(Box<ChangeSet>),
    /// Nothing would change.
    NoOp,
    /// It cannot be done: CloudFormation's words.
    Impossible(String),
    /// Change sets may not be made.
    Denied,
}

/// What change sets said, by stack.
pub type Previews = BTreeMap<StackKey, Preview>;

/// Drafts what is to be done with every stack that the user chose.
pub fn draft(input: &Input<'_>, previews: &Previews) -> Draft {
    let mut steps: IndexMap<StackKey, Step> = IndexMap::new();
    for stack in input.blueprint.graph.order() {
        if !input.options.scope.contains(&stack.key) {
            continue;
        }
        let live = input.observed.stacks.get(&stack.key);
        let desired = desire(stack, input.packed, live, |key| {
            upstream(input, &steps, previews, key)
        });
        let verdict = verdict(input, &desired, live, previews.get(&stack.key));
        steps.insert(stack.key.clone(), Step { desired, verdict });
    }
    Draft { steps }
}

/// What is known of a stack's outputs before anything is done.
fn upstream(
    input: &Input<'_>,
    steps: &IndexMap<StackKey, Step>,
    previews: &Previews,
    key: &StackKey,
) -> Upstream {
    let live = input.observed.stacks.get(key);
    match steps.get(key) {
        Some(step) if !step.verdict.is_settled() => Upstream::Pending {
            kept: kept(step, live, previews.get(key)),
        },
        _ => settled(live),
    }
}

/// The outputs of a stack that its update leaves as they are, by the change set that was made for it.
fn kept(step: &Step, live: Option<&Live>, preview: Option<&Preview>) -> BTreeMap<String, String> {
    let asked = step.desired.content(UPDATE);
    let answer = preview
        .filter(|preview| preview.content == asked)
        .map(|preview| &preview.answer);
    match (&step.verdict, live, answer) {
        (Verdict::Update, Some(live), Some(Answer::Changes(change_set))) => {
            kept_outputs(live, &step.desired, change_set)
        }
        _ => BTreeMap::new(),
    }
}

/// The outputs of a deployed stack, taken as they are.
pub(crate) fn settled(live: Option<&Live>) -> Upstream {
    match live {
        Some(live) if live.stack.status.is_updatable() => Upstream::Settled {
            outputs: live.outputs(),
            lists: live.template.as_ref().map(list_lengths).unwrap_or_default(),
        },
        _ => Upstream::Missing,
    }
}

fn verdict(
    input: &Input<'_>,
    desired: &Desired,
    live: Option<&Live>,
    preview: Option<&Preview>,
) -> Verdict {
    let verdict = match live {
        Some(live) => decide(input.blueprint, input.options, desired, live),
        None => absent(desired),
    };
    let asked = desired.content(UPDATE);
    let Some(preview) = preview.filter(|preview| preview.content == asked) else {
        return verdict;
    };
    match (&preview.answer, verdict) {
        (Answer::NoOp, Verdict::Update | Verdict::Doubtful) => unchanged(desired, live),
        (Answer::Changes(_), Verdict::Doubtful) => Verdict::Update,
        (Answer::Impossible(reason), Verdict::Update | Verdict::Doubtful) => {
            Verdict::Refused(Refusal::ChangeSet {
                reason: reason.clone(),
            })
        }
        (_, verdict) => verdict,
    }
}

/// The word for an update in its content.
pub(crate) const UPDATE: &str = "update";
/// The word for a creation in its content.
pub(crate) const CREATE: &str = "create";

/// Says what is to be done with a deployed stack, by its state, its owner and its texts.
pub(crate) fn decide(
    blueprint: &Blueprint,
    options: &Options,
    desired: &Desired,
    live: &Live,
) -> Verdict {
    if !live.is_ours(blueprint, &desired.key) && !options.adopt.contains(&desired.key) {
        return Verdict::Refused(not_ours(live));
    }
    match by_status(&desired.key, live.stack.status) {
        Some(verdict) => by_refusals(desired, verdict),
        None => by_refusals(desired, by_text(options, desired, live)),
    }
}

/// What is to be done with a stack that is not deployed.
pub(crate) fn absent(desired: &Desired) -> Verdict {
    by_refusals(desired, Verdict::Create)
}

/// What is wrong with a value stands before everything that would use it.
fn by_refusals(desired: &Desired, verdict: Verdict) -> Verdict {
    match (desired.refusals.first(), &verdict) {
        (_, Verdict::Refused(_)) | (None, _) => verdict,
        (Some(refusal), _) => Verdict::Refused(refusal.clone()),
    }
}

pub(crate) fn not_ours(live: &Live) -> Refusal {
    let tag = |name: &str| live.stack.tags.get(name).cloned();
    Refusal::NotOurs {
        blueprint: tag(BLUEPRINT_TAG),
        stack: tag(STACK_TAG),
        environment: tag(ENV_TAG),
    }
}

/// What a stack's state alone decides (facts page, section 1); none where it takes every operation.
fn by_status(key: &StackKey, status: StackStatus) -> Option<Verdict> {
    use StackStatus::*;
    let advice = match status {
        status if status.is_in_progress() => return Some(Verdict::InFlight(status)),
        status if status.is_updatable() => return None,
        ReviewInProgress | DeleteComplete => return Some(Verdict::Create),
        RollbackComplete => return Some(Verdict::Recreate),
        CreateFailed => format!(
            "its creation failed and was not rolled back, so it may hold live resources: look at them, \
             then `formwork destroy -s {key}` and deploy again"
        ),
        RollbackFailed => format!(
            "its creation failed and so did the rollback: `formwork destroy -s {key}`, then deploy again"
        ),
        DeleteFailed => format!(
            "its deletion failed: `formwork destroy -s {key}`, with `--retain {key}.LogicalId` for what \
             cannot be deleted, then deploy again"
        ),
        UpdateFailed => {
            "its update failed and was not rolled back: `aws cloudformation rollback-stack`, then deploy again"
                .to_owned()
        }
        _ => "its rollback failed: mend what hinders it, then \
              `aws cloudformation continue-update-rollback`, and deploy again"
            .to_owned(),
    };
    Some(Verdict::Refused(Refusal::State { status, advice }))
}

fn by_text(options: &Options, desired: &Desired, live: &Live) -> Verdict {
    let pending = !desired.pending().is_empty();
    let Some(deployed) = &live.template else {
        // What cannot be read cannot be compared.
        return Verdict::Doubtful;
    };
    let same = equivalence::compare(deployed, &desired.template) == Comparison::Same
        && changed_parameters(desired, live).is_empty()
        && own_tags(&live.stack.tags) == desired.tags
        && changed_options(desired, live).is_empty();
    let doubtful =
        desired.rotates(&options.rotate) || desired.hides_values() || doubts(&desired.template);
    match (same, pending, doubtful) {
        (false, ..) => Verdict::Update,
        (true, true, _) => Verdict::Waits,
        (true, false, true) => Verdict::Doubtful,
        (true, false, false) => unchanged(desired, Some(live)),
    }
}

/// Whether the same text may mean something else today. Secrets do not count: they are sent on a change, or with
/// `--rotate`.
fn doubts(template: &Template) -> bool {
    let counts = |doubt: &VolatileValue| !matches!(doubt, VolatileValue::NoEcho { .. });
    volatility::volatile_values(template).iter().any(counts)
}

/// What a stack without changes still needs.
pub(crate) fn unchanged(desired: &Desired, live: Option<&Live>) -> Verdict {
    match live {
        Some(live) if needs_protection(desired, live) => Verdict::Protect,
        _ => Verdict::Unchanged,
    }
}

/// Whether a stack's protection from deletion is not what it should be.
pub(crate) fn needs_protection(desired: &Desired, live: &Live) -> bool {
    live.stack.termination_protection != (desired.protection == TerminationProtection::On)
}

/// The parameters whose values differ, as far as the new ones are known and the old ones can be read.
pub(crate) fn changed_parameters(desired: &Desired, live: &Live) -> BTreeSet<String> {
    let differs = |parameter: &formwork_template::Parameter<'_>| {
        let deployed = live.stack.parameters.get(parameter.name);
        let default;
        let wanted = match desired.inputs.get(parameter.name) {
            Some(crate::desired::Input::Value(value)) => value,
            Some(_) => return false,
            None => match parameter.default() {
                Some(node) => {
                    default = scalar(node);
                    &default
                }
                None => return false,
            },
        };
        !parameter.is_no_echo()
            && deployed.is_none_or(|deployed| {
                !equivalence::same_parameter(parameter.kind(), &deployed.value, wanted)
            })
    };
    desired
        .template
        .parameters()
        .filter(differs)
        .map(|parameter| parameter.name.to_owned())
        .collect()
}

/// A default as CloudFormation reads it: as text.
pub(crate) fn scalar(node: &formwork_template::Node) -> String {
    match node.as_str() {
        Some(text) => text.to_owned(),
        None => formwork_template::write::json_compact(node),
    }
}

/// A stack's tags without those that AWS itself sets.
pub(crate) fn own_tags(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = |(name, _): &(&String, &String)| !name.starts_with("aws:");
    tags.iter()
        .filter(own)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// The options that differ and that an update can set.
pub(crate) fn changed_options(desired: &Desired, live: &Live) -> Vec<&'static str> {
    let mut changed = Vec::new();
    // A role stays with the stack: leaving it out does not take it away.
    if desired.role_arn.is_some() && desired.role_arn != live.stack.role_arn {
        changed.push("role_arn");
    }
    let topics = |arns: &[String]| arns.iter().cloned().collect::<BTreeSet<_>>();
    if topics(&desired.notification_arns) != topics(&live.stack.notification_arns) {
        changed.push("notifications");
    }
    changed
}

impl Verdict {
    /// Whether the stack's outputs stay what they are.
    fn is_settled(&self) -> bool {
        matches!(self, Verdict::Unchanged | Verdict::Protect)
    }
}

impl Step {
    /// Whether a change set can and should say more, given what was said so far.
    pub fn wants_preview(&self, said: Option<&Preview>) -> bool {
        let open = matches!(self.verdict, Verdict::Update | Verdict::Doubtful);
        open && self.desired.pending().is_empty()
            && said.is_none_or(|preview| preview.content != self.desired.content(UPDATE))
    }

    /// The values that it waits for.
    pub fn pending(&self) -> BTreeSet<Pending> {
        self.desired.pending()
    }

    /// Whether secrets go with its update: not where only a change set can tell if there is one.
    pub fn secrets(&self, options: &Options) -> Secrets {
        secrets(&self.verdict, &self.desired, options)
    }
}

/// Whether secrets go with an update: not where only a change set can tell if there is one.
pub(crate) fn secrets(verdict: &Verdict, desired: &Desired, options: &Options) -> Secrets {
    match verdict {
        Verdict::Doubtful if !desired.rotates(&options.rotate) => Secrets::Keep,
        _ => Secrets::Send,
    }
}
