//! Which properties an object must have: those required outright, and the first of each set of which one is.

use std::sync::Arc;

use formwork_catalog::schema::{AdditionalProperties, Combined, ResourceSchema, Schema};
use indexmap::IndexSet;

use super::DEEPEST;

/// Names of properties, each once, in the order in which they were asked for.
pub(super) struct Wanted<'s> {
    names: IndexSet<&'s str>,
}

impl<'s> Wanted<'s> {
    /// What a schema requires outright.
    pub(super) fn required(schema: &'s Schema) -> Self {
        let names = schema.required.iter().map(|name| &**name).collect();
        Self { names }
    }

    /// The name at a place; nothing past the end.
    pub(super) fn get(&self, at: usize) -> Option<&'s str> {
        self.names.get_index(at).copied()
    }

    pub(super) fn add(&mut self, names: &'s [Arc<str>]) {
        self.names.extend(names.iter().map(|name| &**name));
    }

    /// Adds the first unless one of them is wanted already.
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

    /// Adds what one of several sets asks for: the first that can be given. The schemas that hold then join `parts`.
    pub(super) fn choose(
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
            // A branch that only forbids is kept by what is not given.
            branches.find(|branch| !branch.never)
        });
        let all = combined.all_of.iter().map(resolve);
        for branch in chosen.into_iter().flatten().chain(all) {
            self.add(&branch.required);
            // Alternatives that are told apart by what they name: none fits alone unless it names something.
            let is_closed = matches!(branch.additional, AdditionalProperties::None);
            if is_closed && self.names.is_empty() {
                let first = branch.properties.first();
                self.names.extend(first.map(|(name, _)| &**name));
            }
            parts.push(branch);
            if parts.len() < DEEPEST {
                self.choose(resource, branch, parts);
            }
        }
        self.meet_condition(combined);
    }

    /// Adds what `if` … `then` asks for where nothing is given that the condition asks about.
    fn meet_condition(&mut self, combined: &'s Combined) {
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

    /// Adds what a further schema asks for: its own definitions stand apart from the type's, so only names are taken.
    pub(super) fn ask(&mut self, further: &'s ResourceSchema, schema: &'s Schema) {
        let schema = further.resolve(schema);
        self.add(&schema.required);
        let Some(combined) = schema.combined.as_deref() else {
            return;
        };
        self.add_first(&combined.required_xor);
        self.add_first(&combined.required_or);
        for branches in [&combined.one_of, &combined.any_of] {
            let required = |branch: &'s Schema| &further.resolve(branch).required;
            let is_met = branches.iter().any(|branch| self.has_all(required(branch)));
            let first = branches.iter().find(|branch| !required(branch).is_empty());
            if let (false, Some(branch)) = (is_met, first) {
                self.ask(further, branch);
            }
        }
        for branch in &combined.all_of {
            self.ask(further, branch);
        }
        if let Some(condition) = &combined.condition {
            let test = further.resolve(&condition.test);
            let asks_no_more = test.properties.is_empty() && test.combined.is_none();
            let branch = match asks_no_more && self.has_all(&test.required) {
                true => condition.then.as_ref(),
                false => condition.otherwise.as_ref(),
            };
            if let Some(branch) = branch {
                self.ask(further, branch);
            }
        }
    }
}
