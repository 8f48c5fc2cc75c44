//! IAM's policies, wherever a resource holds one: their elements, actions, principals, conditions.
//!
//! A policy is a table or a text of JSON; both are read as one tree. What only AWS knows (a
//! parameter's value, another stack's output) is taken to fit.

mod action;
mod arn;
mod condition;
mod document;
mod key;
mod place;
mod principal;
mod role;
mod statement;
#[cfg(test)]
mod tests;
pub(super) mod text;
mod value;

use super::condition::Case;
use super::found::Found;
use super::scene::Scene;
use crate::codes;
use formwork_template::Resource;
use formwork_template::diagnostics::{Problem, Span};
use place::{Kind, Place};
use std::collections::HashSet;

/// What is wrong with the policies of a template, and with references to roles.
pub(super) fn policies(scene: &Scene<'_>) -> Vec<Problem> {
    let mut seen = HashSet::new();
    let mut problems = Vec::new();
    for resource in scene.template.resources() {
        let mut found = Vec::new();
        for place in place::places(resource.kind) {
            at(scene, &resource, place, &mut found);
        }
        found.extend(role::roles(scene, &resource));
        // A value that stands in several cases is wrong once.
        let said = |problem: &Problem| (first(problem), problem.message.clone());
        problems.extend(found.into_iter().filter(|one| seen.insert(said(one))));
    }
    problems
}

fn first(problem: &Problem) -> Option<Span> {
    problem.labels.first().map(|label| label.span)
}

/// What stands in every case under one element.
struct Policy<'s, 'a> {
    scene: &'s Scene<'a>,
    kind: Kind,
    /// The type of the resource that holds it.
    of: &'a str,
}

impl<'s> Policy<'s, '_> {
    /// What stands under `key`, in each case.
    fn under<'n>(&self, found: &Found<'n>, key: &str) -> Vec<Found<'n>>
    where
        's: 'n,
    {
        found.written(key, &self.scene.conditions)
    }

    /// Whether both cases can be one.
    fn meet<'n>(&self, one: &Found<'n>, other: &Found<'n>) -> Option<Case<'n>>
    where
        's: 'n,
    {
        let case = one.case.and(&other.case)?;
        self.scene.conditions.allow(&case).then_some(case)
    }
}

fn at<'a>(scene: &Scene<'a>, resource: &Resource<'a>, place: &Place, problems: &mut Vec<Problem>) {
    if place.kind == Kind::Control && !is_control(scene, resource) {
        return;
    }
    let policy = Policy {
        scene,
        kind: place.kind,
        of: resource.kind,
    };
    for found in scene.written(resource, place.path) {
        let Some(node) = found.node else { continue };
        match text::json(node) {
            text::Json::No => policy.document(&found, problems),
            text::Json::Unknown => {}
            text::Json::Tree(tree) => {
                let parsed = Found {
                    node: Some(&tree),
                    ..Found::all(node)
                };
                policy.document(&parsed, problems);
            }
            text::Json::Function(key) => {
                let message = format!("`{key}` is not carried out in a text of JSON");
                problems.push(
                    Problem::error(codes::POLICY_DOCUMENT, message)
                        .at(node.span, "a text")
                        .help("write the policy as a table, or put the text into `Fn::Sub`"),
                );
            }
            text::Json::Broken(why) => {
                let message = "a policy is a table or a text of JSON, and this is neither";
                problems.push(Problem::error(codes::POLICY_DOCUMENT, message).at(node.span, why));
            }
        }
    }
}

/// Whether an organization's policy is one of IAM's language.
fn is_control<'a>(scene: &Scene<'a>, resource: &Resource<'a>) -> bool {
    let kinds = scene.properties(resource, "Type");
    let control = ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"];
    !kinds.is_empty()
        && kinds
            .iter()
            .all(|kind| kind.string().is_some_and(|text| control.contains(&text)))
}
