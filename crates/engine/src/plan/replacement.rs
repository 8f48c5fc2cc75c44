//! Predicts from the schema table whether a change forces a replacement. Pure.
//!
//! The prediction counts until there is a change set. Then the change set decides, and the plan reports where the two
//! disagree.

use std::sync::Arc;

use formwork_aws::{
    ChangeAction, Evaluation, KNOWN_AFTER_APPLY, PropertyChange, RequiresReplacement,
    ResourceChange,
};
use formwork_catalog::Replacement;
use formwork_catalog::replacement::{ChangeSide, replacement, replacement_if_unknown};
use formwork_catalog::schema::{ResourceSchema, Table};
use formwork_template::{Node, Template, ValuePath};

use super::compare::default_text;
use super::lookup::{detail_path, node_at};
use crate::model::change::{Disagreement, ResourceAction};
use crate::model::desired::{DesiredStack, ParameterInput};
use crate::model::observed::ObservedStack;

/// Predicts the replacements of one stack's change from the schema table.
pub(super) struct ReplacementOracle<'a> {
    table: &'a Table,
    /// The desired stack.
    pub(super) desired: &'a DesiredStack,
    live: &'a ObservedStack,
}

impl<'a> ReplacementOracle<'a> {
    /// Returns the predictor for the change from `live` to `desired`.
    pub(super) fn new(
        table: &'a Table,
        desired: &'a DesiredStack,
        live: &'a ObservedStack,
    ) -> Self {
        Self {
            table,
            desired,
            live,
        }
    }

    /// Returns whether this change of the value at `path` replaces the resource `id`.
    pub(super) fn for_values(
        &self,
        id: &str,
        path: &ValuePath,
        before: Option<&Node>,
        after: Option<&Node>,
    ) -> RequiresReplacement {
        requires_replacement(self.decide(id, path, before, after))
    }

    /// Returns whether a new result of the expression at `path` replaces the resource `id`.
    pub(super) fn for_path(&self, id: &str, path: &ValuePath) -> RequiresReplacement {
        let at = |template| node_at(template, id, path);
        let before = self.live.template.as_ref().and_then(at);
        requires_replacement(self.decide(id, path, before, at(&self.desired.template)))
    }

    /// Returns whether a value at `path` that is known only later replaces the resource `id`.
    pub(super) fn for_unknown(&self, id: &str, path: &ValuePath) -> RequiresReplacement {
        requires_replacement(replacement_if_unknown(self.schema(id).as_deref(), path))
    }

    fn decide(
        &self,
        id: &str,
        path: &ValuePath,
        before: Option<&Node>,
        after: Option<&Node>,
    ) -> Replacement {
        let schema = self.schema(id);
        let [deployed, desired] = [
            &(|name: &str| self.deployed_value(name)) as &dyn Fn(&str) -> Option<String>,
            &|name: &str| self.desired_value(name),
        ];
        let side = |node, known| ChangeSide { node, known };
        replacement(
            schema.as_deref(),
            path,
            side(before, deployed),
            side(after, desired),
        )
    }

    fn schema(&self, id: &str) -> Option<Arc<ResourceSchema>> {
        let resource = self.desired.template.resource(id)?;
        self.table.resource(resource.kind)
    }

    /// Returns the value of a parameter in the deployed stack.
    fn deployed_value(&self, name: &str) -> Option<String> {
        let template = self.live.template.as_ref()?;
        self.pseudo_parameter(name).or_else(|| {
            let deployed = self.live.stack.parameters.get(name)?;
            is_visible(template, name).then(|| deployed.value.clone())
        })
    }

    /// Returns the value that a parameter will have.
    fn desired_value(&self, name: &str) -> Option<String> {
        self.pseudo_parameter(name).or_else(|| {
            if !is_visible(&self.desired.template, name) {
                return None;
            }
            match self.desired.inputs.get(name) {
                Some(ParameterInput::Value(value)) => Some(value.clone()),
                Some(ParameterInput::Pending(_) | ParameterInput::Secret(_)) => None,
                None => {
                    let mut parameters = self.desired.template.parameters();
                    let parameter = parameters.find(|parameter| parameter.name == name)?;
                    parameter.default().map(default_text)
                }
            }
        })
    }

    /// Returns the value of a pseudo parameter, which the stack's ARN contains.
    fn pseudo_parameter(&self, name: &str) -> Option<String> {
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

    /// Returns the disagreement between a change set and the table about a resource.
    ///
    /// Only `No` and `Yes` can disagree: `Maybe` fits every answer.
    pub(super) fn disagreement(
        &self,
        change: &ResourceChange,
        action: ResourceAction,
    ) -> Option<Disagreement> {
        let actual = match (change.action, action) {
            (ChangeAction::Modify, ResourceAction::Update) => RequiresReplacement::No,
            (ChangeAction::Modify, ResourceAction::Replace) => RequiresReplacement::Yes,
            _ => return None,
        };
        let each = change.details.iter().map(|detail| {
            let path = detail_path(detail);
            let expected = self.for_detail(&change.logical_id, &path, detail);
            (expected, detail.requires_replacement, path)
        });
        let each: Vec<(RequiresReplacement, RequiresReplacement, ValuePath)> = each.collect();
        let expected = each.iter().map(|(expected, ..)| *expected).max()?;
        let contradicted = match (expected, actual) {
            (RequiresReplacement::Yes, RequiresReplacement::No) => {
                each.iter().find(|one| one.0 == RequiresReplacement::Yes)
            }
            (RequiresReplacement::No, RequiresReplacement::Yes) => {
                each.iter().find(|one| one.1 == RequiresReplacement::Yes)
            }
            _ => None,
        };
        contradicted.map(|(.., path)| Disagreement {
            expected,
            property: path.in_properties().to_string(),
        })
    }

    /// Returns the table's expectation for one detail of a change set.
    fn for_detail(
        &self,
        id: &str,
        path: &ValuePath,
        detail: &PropertyChange,
    ) -> RequiresReplacement {
        let is_later = detail.after.as_deref() == Some(KNOWN_AFTER_APPLY);
        if is_later || detail.evaluation == Evaluation::Dynamic {
            return self.for_unknown(id, path);
        }
        // A detail shows texts as CloudFormation resolved them. Maps and lists are read from the templates instead.
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
            return self.for_values(id, path, before.as_ref(), after.as_ref());
        }
        self.for_path(id, path)
    }
}

/// Returns whether a parameter's value can be read: it is neither a secret nor resolved by SSM.
fn is_visible(template: &Template, name: &str) -> bool {
    let mut parameters = template.parameters();
    let parameter = parameters.find(|parameter| parameter.name == name);
    parameter.is_some_and(|parameter| {
        !parameter.is_no_echo() && !parameter.kind().starts_with("AWS::SSM::")
    })
}

/// Converts the schema table's answer.
fn requires_replacement(replacement: Replacement) -> RequiresReplacement {
    match replacement {
        Replacement::No => RequiresReplacement::No,
        Replacement::Maybe => RequiresReplacement::Maybe,
        Replacement::Yes => RequiresReplacement::Yes,
    }
}
