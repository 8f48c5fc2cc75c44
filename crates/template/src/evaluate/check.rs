//! The checks that CloudFormation makes before it creates a resource: every name and every
//! condition that the template refers to must exist.

use super::Error;
use super::dependencies::names_in;
use crate::{Function, Intrinsic, Node, Section, Template};
use std::collections::BTreeSet;

/// Checks that every name that a template refers to exists, in every branch.
pub fn check(template: &Template) -> Result<(), Error> {
    let mut unresolved = BTreeSet::new();
    for resource in template.resources() {
        for key in ["Properties", "Metadata", "CreationPolicy", "UpdatePolicy"] {
            if let Some(node) = resource.attribute(key) {
                check_references(template, node, &mut unresolved)?;
            }
        }
        let absent = |name: &&str| template.resource(name).is_none();
        unresolved.extend(resource.depends_on().filter(absent).map(str::to_owned));
        if let Some(name) = resource.condition() {
            check_condition(template, name)?;
        }
    }
    if !unresolved.is_empty() {
        return Err(Error::Unresolved(joined(&unresolved)));
    }
    for output in template.outputs() {
        check_references(template, output.node, &mut unresolved)?;
        if let Some(name) = output.condition() {
            check_condition(template, name)?;
        }
    }
    if unresolved.is_empty() {
        Ok(())
    } else {
        Err(Error::UnresolvedInOutputs(joined(&unresolved)))
    }
}

/// Adds the names that `node` refers to and that do not exist to `unresolved`.
fn check_references(
    template: &Template,
    node: &Node,
    unresolved: &mut BTreeSet<String>,
) -> Result<(), Error> {
    let mut result = Ok(());
    node.walk(&mut |node| {
        let found = match node.intrinsic() {
            Some(Intrinsic::GetAtt { resource, .. }) => match template.resource(resource) {
                Some(_) => Ok(()),
                None => Err(Error::UndefinedResource(resource.to_owned())),
            },
            Some(Intrinsic::Other(Function::If, argument)) => {
                let first = argument.as_list().and_then(<[Node]>::first);
                match first.and_then(Node::as_str) {
                    Some(name) => check_condition(template, name),
                    None => Ok(()),
                }
            }
            _ => {
                let absent = |name: &&str| !has_name(template, name);
                unresolved.extend(names_in(node).into_iter().filter(absent).map(str::to_owned));
                Ok(())
            }
        };
        if result.is_ok() {
            result = found;
        }
    });
    result
}

fn has_name(template: &Template, name: &str) -> bool {
    name.starts_with("AWS::")
        || template.resource(name).is_some()
        || template
            .section(Section::Parameters)
            .is_some_and(|section| section.get(name).is_some())
}

/// Checks that a condition exists.
fn check_condition(template: &Template, name: &str) -> Result<(), Error> {
    let conditions = template.section(Section::Conditions);
    match conditions.and_then(|section| section.get(name)) {
        Some(_) => Ok(()),
        None => Err(Error::UndefinedCondition(name.to_owned())),
    }
}

fn joined(names: &BTreeSet<String>) -> String {
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    names.join(", ")
}
