//! Whether a change makes a resource anew, by the schema table: before there is a change set, and
//! beside one, whose word counts more.

use std::sync::Arc;

use formwork_aws::{ChangeAction, Evaluation, KNOWN_AFTER_APPLY, ResourceChange};
use formwork_catalog::Replacement;
use formwork_catalog::replacement::{Side, replacement, replacement_if_unknown};
use formwork_catalog::schema::{ResourceSchema, Table};
use formwork_template::{Node, Template, ValuePath};

use super::place::node_at;
use super::resources::detail_path;
use super::{Disagreement, Replaces, ResourceAction};
use crate::desired::{Desired, Input};
use crate::draft::scalar;
use crate::observe::Live;

/// What the schema table expects of the change of one stack.
pub(super) struct Expected<'a> {
    table: &'a Table,
    /// What the stack should be.
    pub(super) desired: &'a Desired,
    live: &'a Live,
}

impl<'a> Expected<'a> {
    /// What is expected of bringing a stack to what it should be.
    pub(super) fn new(table: &'a Table, desired: &'a Desired, live: &'a Live) -> Self {
        Self {
            table,
            desired,
            live,
        }
    }

    /// What becomes of the resource `id` when the value at `path` changes so.
    pub(super) fn of_values(
        &self,
        id: &str,
        path: &ValuePath,
        before: Option<&Node>,
        after: Option<&Node>,
    ) -> Replaces {
        self.decide(id, path, before, after).into()
    }

    /// What becomes of the resource `id` when what stands at `path` comes to another value.
    pub(super) fn of_place(&self, id: &str, path: &ValuePath) -> Replaces {
        let at = |template| node_at(template, id, path);
        let before = self.live.template.as_ref().and_then(at);
        self.decide(id, path, before, at(&self.desired.template))
            .into()
    }

    /// What becomes of the resource `id` when the value at `path` is known only later.
    pub(super) fn of_unknown(&self, id: &str, path: &ValuePath) -> Replaces {
        replacement_if_unknown(self.schema(id).as_deref(), path).into()
    }

    fn decide(
        &self,
        id: &str,
        path: &ValuePath,
        before: Option<&Node>,
        after: Option<&Node>,
    ) -> Replacement {
        let schema = self.schema(id);
        let [was, becomes] = [
            &(|name: &str| self.was(name)) as &dyn Fn(&str) -> Option<String>,
            &|name: &str| self.becomes(name),
        ];
        let side = |node, known| Side { node, known };
        replacement(
            schema.as_deref(),
            path,
            side(before, was),
            side(after, becomes),
        )
    }

    fn schema(&self, id: &str) -> Option<Arc<ResourceSchema>> {
        let resource = self.desired.template.resource(id)?;
        self.table.resource(resource.kind)
    }

    /// The value that a name has in the deployed stack.
    fn was(&self, name: &str) -> Option<String> {
        let template = self.live.template.as_ref()?;
        self.pseudo(name).or_else(|| {
            let deployed = self.live.stack.parameters.get(name)?;
            is_told(template, name).then(|| deployed.value.clone())
        })
    }

    /// The value that a name is going to have.
    fn becomes(&self, name: &str) -> Option<String> {
        self.pseudo(name).or_else(|| {
            if !is_told(&self.desired.template, name) {
                return None;
            }
            match self.desired.inputs.get(name) {
                Some(Input::Value(value)) => Some(value.clone()),
                Some(Input::Pending(_) | Input::Secret(_)) => None,
                None => {
                    let mut parameters = self.desired.template.parameters();
                    let parameter = parameters.find(|parameter| parameter.name == name)?;
                    parameter.default().map(scalar)
                }
            }
        })
    }

    /// The value of a pseudo parameter, as the stack's ARN tells it.
    fn pseudo(&self, name: &str) -> Option<String> {
        let id = self.live.stack.id.as_str();
        let mut parts = id.split(':');
        Some(match name {
            "AWS::StackId" => id.to_owned(),
            "AWS::StackName" => self.live.stack.name.to_string(),
            "AWS::Partition" => parts.nth(1)?.to_owned(),
            "AWS::Region" => parts.nth(3)?.to_owned(),
            "AWS::AccountId" => parts.nth(4)?.to_owned(),
            _ => return None,
        })
    }

    /// Where a change set's word about a resource that it changes is not what the table expects.
    ///
    /// Only what both are sure of: a condition that the schema does not tell is no contradiction.
    pub(super) fn disagreement(
        &self,
        change: &ResourceChange,
        action: ResourceAction,
    ) -> Option<Disagreement> {
        let said = match (change.action, action) {
            (ChangeAction::Modify, ResourceAction::Update) => Replaces::No,
            (ChangeAction::Modify, ResourceAction::Replace) => Replaces::Yes,
            _ => return None,
        };
        let each = change.details.iter().map(|detail| {
            let path = detail_path(detail);
            let expected = self.of_detail(&change.logical_id, &path, detail);
            (expected, detail.replaces, path)
        });
        let each: Vec<(Replaces, formwork_aws::Replaces, ValuePath)> = each.collect();
        let expected = each.iter().map(|(expected, ..)| *expected).max()?;
        let at_fault = match (expected, said) {
            (Replaces::Yes, Replaces::No) => each.iter().find(|one| one.0 == Replaces::Yes),
            (Replaces::No, Replaces::Yes) => {
                each.iter().find(|one| one.1 == formwork_aws::Replaces::Yes)
            }
            _ => None,
        };
        at_fault.map(|(.., path)| Disagreement {
            expected,
            property: path.in_properties().to_string(),
        })
    }

    /// What a change set's detail makes one expect.
    fn of_detail(
        &self,
        id: &str,
        path: &ValuePath,
        detail: &formwork_aws::PropertyChange,
    ) -> Replaces {
        let later = detail.after.as_deref() == Some(KNOWN_AFTER_APPLY);
        if later || detail.evaluation == Evaluation::Dynamic {
            return self.of_unknown(id, path);
        }
        // The texts are of a value as it comes out; what is structured is told from the templates.
        let is_text = |text: &Option<String>| {
            text.as_deref()
                .is_none_or(|text| !text.starts_with(['{', '[']))
        };
        let known = detail.before.is_some() || detail.after.is_some();
        if known && is_text(&detail.before) && is_text(&detail.after) {
            let [before, after] = [&detail.before, &detail.after].map(|text| {
                let text = text.as_deref();
                text.map(|text| Node::new(text, Default::default()))
            });
            return self.of_values(id, path, before.as_ref(), after.as_ref());
        }
        self.of_place(id, path)
    }
}

/// Whether the value of a parameter is what it is given: not another that it names, and no secret.
fn is_told(template: &Template, name: &str) -> bool {
    let mut parameters = template.parameters();
    let parameter = parameters.find(|parameter| parameter.name == name);
    parameter.is_some_and(|parameter| {
        !parameter.is_no_echo() && !parameter.kind().starts_with("AWS::SSM::")
    })
}

impl From<Replacement> for Replaces {
    fn from(replacement: Replacement) -> Self {
        match replacement {
            Replacement::No => Self::No,
            Replacement::Maybe => Self::Maybe,
            Replacement::Yes => Self::Yes,
        }
    }
}
