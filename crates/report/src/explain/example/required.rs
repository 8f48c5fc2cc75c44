//! The properties that an object must have: the required ones, and the first of each group that requires one.

use std::sync::Arc;

use formwork_catalog::schema::{AdditionalProperties, Combined, ResourceSchema, Schema};
use indexmap::IndexSet;

use super::MAX_DEPTH;

/// The names of required properties without duplicates, in the order in which they were added.
pub(super) struct RequiredProperties<'s> {
    names: IndexSet<&'s str>,
}

impl<'s> RequiredProperties<'s> {
    /// Returns the properties in the keyword `required` of a schema.
    pub(super) fn of(schema: &'s Schema) -> Self {
        let names = schema.required.iter().map(|name| &**name).collect();
        Self { names }
    }

    /// Returns the name at `index`, or `None` past the end.
    pub(super) fn get(&self, index: usize) -> Option<&'s str> {
        self.names.get_index(index).copied()
    }

    /// Adds names.
    pub(super) fn add(&mut self, names: &'s [Arc<str>]) {
        self.names.extend(names.iter().map(|name| &**name));
    }

    /// Adds the first name, unless one of them is present already.
    fn add_first(&mut self, names: &'s [Arc<str>]) {
        let first = names.first().filter(|_| !self.has_any(names));
        self.names.extend(first.map(|name| &**name));
    }

    fn has_any(&self, names: &[Arc<str>]) -> bool {
        names.iter().any(|name| self.names.contains(&**name))
    }

    fn has_all(&self, names: &[Arc<str>]) -> bool {
        names.iter().all(|name| self.names.contains(&**name))
    }

    /// Adds the properties that the combinators of `schema` require: the first possible alternative, and every part of
    /// `allOf`. Adds these schemas to `parts`.
    pub(super) fn add_combined(
        &mut self,
        resource: &'s ResourceSchema,
        schema: &'s Schema,
        parts: &mut Vec<&'s Schema>,
    ) {
        let Some(combined) = schema.combined.as_deref() else {
            return;
        };
        self.add_first(&combined.required_xor);
        self.add_first(&combined.required_or);
        let resolve = |branch: &'s Schema| resource.resolve(branch);
        let chosen = [&combined.one_of, &combined.any_of].map(|branches| {
            let mut branches = branches.iter().map(resolve);
            branches.find(|branch| !branch.never)
        });
        let all = combined.all_of.iter().map(resolve);
        for branch in chosen.into_iter().flatten().chain(all) {
            self.add(&branch.required);
            // Without a required property, a closed alternative is selected by any of its properties.
            let is_closed = matches!(branch.additional, AdditionalProperties::None);
            if is_closed && self.names.is_empty() {
                let first = branch.properties.first();
                self.names.extend(first.map(|(name, _)| &**name));
            }
            parts.push(branch);
            if parts.len() < MAX_DEPTH {
                self.add_combined(resource, branch, parts);
            }
        }
        self.add_conditional(combined);
    }

    /// Adds the properties that `then` or `else` requires. A condition about values counts as false.
    fn add_conditional(&mut self, combined: &'s Combined) {
        let Some(condition) = &combined.condition else {
            return;
        };
        let holds = self.has_all(&condition.test.required) && condition.test.properties.is_empty();
        let branch = match holds {
            true => condition.then.as_ref(),
            false => condition.otherwise.as_ref(),
        };
        if let Some(branch) = branch {
            self.add(&branch.required);
        }
    }

    /// Adds the properties that an extension requires. Only their names are used, because the extension has definitions
    /// of its own.
    pub(super) fn add_extension(&mut self, extension: &'s ResourceSchema, schema: &'s Schema) {
        let schema = extension.resolve(schema);
        self.add(&schema.required);
        let Some(combined) = schema.combined.as_deref() else {
            return;
        };
        self.add_first(&combined.required_xor);
        self.add_first(&combined.required_or);
        for branches in [&combined.one_of, &combined.any_of] {
            let required = |branch: &'s Schema| &extension.resolve(branch).required;
            let is_met = branches.iter().any(|branch| self.has_all(required(branch)));
            let first = branches.iter().find(|branch| !required(branch).is_empty());
            if let (false, Some(branch)) = (is_met, first) {
                self.add_extension(extension, branch);
            }
        }
        for branch in &combined.all_of {
            self.add_extension(extension, branch);
        }
        if let Some(condition) = &combined.condition {
            let test = extension.resolve(&condition.test);
            let tests_only_presence = test.properties.is_empty() && test.combined.is_none();
            let branch = match tests_only_presence && self.has_all(&test.required) {
                true => condition.then.as_ref(),
                false => condition.otherwise.as_ref(),
            };
            if let Some(branch) = branch {
                self.add_extension(extension, branch);
            }
        }
    }
}
