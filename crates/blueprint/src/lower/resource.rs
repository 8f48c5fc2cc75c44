//! Lowers resources, including those of a `for_each` and of components.

use super::Lowering;
use crate::codes;
use crate::evaluate::Position;
use crate::evaluate::constants::wrong_type;
use crate::limits::FOLLOWED_VALUES;
use crate::model::{AssetSource, ContentAddressedResource, HashedInput};
use crate::scope::ScopeId;
use crate::scope::symbols::{Instances, ResourceSymbol};
use crate::scope::value::{error_node, size};
use crate::syntax::keys::{ATTRIBUTES, RESOURCE, STACK, is_upper};
use formwork_template::diagnostics::{Code, Label, Problem, Span, nearest};
use formwork_template::{Entry, Map, Node, ResourceType, UNKNOWN_TYPE, Value};
use std::collections::HashSet;

impl<'e> Lowering<'e, '_> {
    /// Lowers the resources of the current scope and of all components in it.
    pub(crate) fn resources(&mut self, resources: &mut Map) {
        let scope = self.scope;
        for (id, resource) in &scope.resources {
            let Some((entry, fields)) = scope.table(id) else {
                continue;
            };
            self.keys(id, fields);
            if resource.disabled_at.is_none() {
                self.instances(id, resource, entry, fields, resources);
            }
        }
    }

    fn instances(
        &mut self,
        id: &str,
        resource: &'e ResourceSymbol,
        entry: &Entry,
        fields: &Map,
        resources: &mut Map,
    ) {
        match &resource.instances {
            Instances::Unknown(_) if fields.contains("use") => {}
            Instances::Single => {
                let id = self.scope.template_name(id);
                let node = self.resource(&id, entry, fields);
                resources.insert(id, entry.key, node);
            }
            Instances::Unknown(instance) => {
                self.evaluator.each = Some(instance);
                let node = self.resource(&instance.id, entry, fields);
                resources.insert(instance.id.as_str(), entry.key, node);
                self.evaluator.each = None;
            }
            Instances::PerItem(instances) => {
                // A problem of the table is reported once, not for each instance.
                let mut said = HashSet::new();
                let size = size(&entry.node);
                for (index, instance) in instances.iter().enumerate() {
                    let context = &mut self.evaluator.context;
                    if index > 0 && !context.spend_repeated_bytes(size, entry.key) {
                        break;
                    }
                    let before = context.problems.len();
                    self.evaluator.each = Some(instance);
                    let node = self.resource(&instance.id, entry, fields);
                    resources.insert(instance.id.as_str(), entry.key, node);
                    self.remove_repeated_problems(before, &mut said);
                }
                self.evaluator.each = None;
            }
            Instances::Component(below) => self.component(*below, fields, resources),
            Instances::ComponentPerItem(each) => {
                for (instance, below) in each {
                    self.evaluator.each = Some(instance);
                    self.component(*below, fields, resources);
                }
                self.evaluator.each = None;
            }
        }
    }

    /// Lowers the resources of a component.
    fn component(&mut self, below: ScopeId, fields: &Map, resources: &mut Map) {
        let outside = (self.scope, self.evaluator.each);
        let around = self.component_context.clone();
        if let Some(field) = fields.entry("depends_on") {
            let ids = self.waits_for(&field.node);
            self.component_context.waits_for.extend(ids);
        }
        if let Some(field) = fields.entry("condition")
            && let Some(name) = self.evaluator.constant_text(&field.node, "`condition`")
        {
            let name = self.scope.condition(&name).into_owned();
            let span = field.node.span;
            self.component_context.condition = Some((self.combine_conditions(name, span), span));
        }
        self.enter(self.declared.scope(below));
        self.resources(resources);
        self.enter(outside.0);
        self.evaluator.each = outside.1;
        self.component_context = around;
    }

    /// Combines a condition with the one of the enclosing component.
    fn combine_conditions(&mut self, own: String, span: Span) -> String {
        let Some((around, _)) = self.component_context.condition.clone() else {
            return own;
        };
        if around == own {
            return own;
        }
        let name = format!("{own}And{around}");
        let one = |name: &str| Node::single("Condition", Node::new(name, span), span);
        let both = Node::new(vec![one(&own), one(&around)], span);
        let node = Node::single("Fn::And", both, span);
        self.conditions.insert(name.as_str(), span, node);
        name
    }

    /// Removes the problems from index `before` that an earlier instance already reported.
    fn remove_repeated_problems(&mut self, before: usize, said: &mut HashSet<(Code, Vec<Label>)>) {
        let problems = &mut self.evaluator.context.problems;
        let mut later = problems.split_off(before);
        later.retain(|problem| said.insert((problem.code, problem.labels.clone())));
        problems.append(&mut later);
    }

    /// Checks the keys of a resource.
    fn keys(&mut self, id: &str, fields: &Map) {
        let context = &mut *self.evaluator.context;
        context.check_keys(fields, &RESOURCE, |key, _| unknown_key_help(id, key));
        for (key, entry) in fields.iter() {
            let Some((_, ours)) = ATTRIBUTES.iter().find(|(theirs, _)| *theirs == key) else {
                continue;
            };
            let message = format!("`{key}` is an attribute of the resource, not a property");
            let problem = Problem::error(codes::MISPLACED_KEY, message).at(entry.key, "");
            context.report(problem.help(format!("write `{ours}`")));
        }
    }

    /// Evaluates a deletion or replacement policy.
    fn policy(&mut self, node: &Node, what: &'static str) -> Option<Node> {
        let known = self.evaluator.constant(node, what)?;
        match known.as_str() {
            Some(policy) => Some(Node::new(policy, node.span)),
            None => {
                let problem = wrong_type(what, "a string", &known);
                self.report(problem.help("write `\"Retain\"`, `\"Delete\"` or `\"Snapshot\"`"));
                None
            }
        }
    }

    fn resource(&mut self, id: &str, entry: &Entry, fields: &Map) -> Node {
        let mut resource = Map::default();
        let (kind, kind_span) = self
            .kind(fields)
            .unwrap_or((UNKNOWN_TYPE.to_owned(), entry.key));
        resource.insert("Type", kind_span, Node::new(kind.as_str(), kind_span));
        if let Some(field) = fields.entry("condition")
            && let Some(name) = self.evaluator.constant_text(&field.node, "`condition`")
        {
            let name = self.scope.condition(&name).into_owned();
            let name = self.combine_conditions(name, field.node.span);
            resource.insert("Condition", field.key, Node::new(name, field.node.span));
        }
        for (key, theirs, what) in [
            ("deletion_policy", "DeletionPolicy", "`deletion_policy`"),
            (
                "update_replace_policy",
                "UpdateReplacePolicy",
                "`update_replace_policy`",
            ),
        ] {
            if let Some(field) = fields.entry(key)
                && let Some(policy) = self.policy(&field.node, what)
            {
                resource.insert(theirs, field.key, policy);
            }
        }
        if let Some((name, span)) = self.component_context.condition.clone()
            && !resource.contains("Condition")
        {
            resource.insert("Condition", span, Node::new(name, span));
        }
        self.dependencies(fields, &mut resource);
        self.attributes(fields, &mut resource);
        let properties = self.properties(fields);
        let span = entry.node.span;
        if !properties.is_empty() {
            resource.insert("Properties", span, Node::new(properties, span));
        }
        let node = Node::new(resource, span);
        self.handler(&node, fields, &kind);
        self.add_content_addressed(id, entry.key, fields, &kind);
        node
    }

    /// Adds `DependsOn`.
    fn dependencies(&mut self, fields: &Map, resource: &mut Map) {
        let mut waits_for = self.component_context.waits_for.clone();
        let mut key = waits_for.first().map(|node| node.span);
        if let Some(field) = fields.entry("depends_on") {
            waits_for.extend(self.waits_for(&field.node));
            key = Some(field.key);
        }
        if let (Some(key), Some(span)) = (key, waits_for.first().map(|node| node.span)) {
            resource.insert("DependsOn", key, Node::new(waits_for, span));
        }
    }

    /// Adds the metadata, the creation policy and the update policy.
    fn attributes(&mut self, fields: &Map, resource: &mut Map) {
        for (key, theirs, position) in [
            ("metadata", "Metadata", Position::deployed("metadata")),
            (
                "creation_policy",
                "CreationPolicy",
                Position::deployed("a creation policy"),
            ),
            (
                "update_policy",
                "UpdatePolicy",
                Position::deployed("an update policy"),
            ),
        ] {
            if let Some(field) = fields.entry(key)
                && let Some(node) = self.evaluator.evaluate_at(position, &field.node)
            {
                resource.insert(theirs, field.key, node);
            }
        }
    }

    fn kind(&mut self, fields: &Map) -> Option<(String, Span)> {
        let node = fields.get("type")?;
        let text = self.evaluator.required_text(node, "a resource's `type`")?;
        let refuse = |message: String| {
            Problem::error(codes::BAD_TYPE, message)
                .at(node.span, "")
                .help("types look like `AWS::EC2::VPC`")
        };
        if let Err(error) = ResourceType::new(&text) {
            self.report(refuse(error.to_string()));
            return None;
        }
        let has_form = text.starts_with("Custom::")
            || text.split("::").filter(|part| !part.is_empty()).count() >= 3;
        if !has_form {
            self.report(refuse(format!("`{text}` is not a resource type")));
            return None;
        }
        Some((text, node.span))
    }

    fn properties(&mut self, fields: &Map) -> Map {
        let mut properties = Map::default();
        let own = fields.iter().filter(|(key, _)| {
            is_upper(key) && !ATTRIBUTES.iter().any(|(theirs, _)| theirs == key)
        });
        let misplaced_type = fields.get("type").is_none();
        for (key, entry) in own {
            if key == "Type" && misplaced_type {
                continue; // already reported
            }
            if let Some(node) = self.evaluator.evaluate_at(Position::PROPERTY, &entry.node) {
                properties.insert(key, entry.key, node);
            }
        }
        let Some(node) = fields.get("properties") else {
            return properties;
        };
        let Some(more) = self.evaluator.table(node, "properties") else {
            return properties;
        };
        for (key, entry) in more.iter() {
            if let Some(first) = properties.entry(key).map(|entry| entry.key) {
                let message = format!("duplicate property `{key}`");
                self.report(
                    Problem::error(codes::DUPLICATE_KEY, message)
                        .at(entry.key, "again here")
                        .at(first, "first here"),
                );
                continue;
            }
            if let Some(node) = self.evaluator.evaluate_at(Position::PROPERTY, &entry.node) {
                properties.insert(key, entry.key, node);
            }
        }
        properties
    }

    /// Returns the logical ids in `depends_on`. A `for_each` expands to all its resources.
    fn waits_for(&mut self, node: &Node) -> Vec<Node> {
        let mut ids = Vec::new();
        for (name, span) in self.evaluator.constant_texts(node, "`depends_on`") {
            let found = self.declared.resource(self.scope, &name);
            if let Some(off) = found.and_then(|(_, resource)| resource.disabled_at) {
                let message = format!("resource `{name}` is disabled by its `when`");
                let problem = Problem::error(codes::TURNED_OFF, message)
                    .at(span, "needs it")
                    .at(off, "disabled here");
                self.report(problem.help("give both the same `when`, or choose in an expression: `depends_on = \"${['X'] if … else []}\"`"));
                continue;
            }
            let made = || Some(vec![self.scope.renamed(&name)?]);
            match self.declared.logical_ids(self.scope, &name).or_else(made) {
                Some(all) => ids.extend(all.into_iter().map(|id| Node::new(id, span))),
                None => ids.push(Node::new(name, span)),
            }
        }
        ids
    }

    /// Checks the handler and runtime of inline code, which becomes `index.py` or `index.js`.
    fn handler(&mut self, resource: &Node, fields: &Map, kind: &str) {
        if kind != "AWS::Lambda::Function" || resource.at("Properties.Code.ZipFile").is_none() {
            return;
        }
        let code = fields.get("Code").and_then(Node::as_str);
        let Some(name) = code.and_then(|text| self.evaluator.resolver().asset_of(text)) else {
            return;
        };
        let found = self
            .evaluator
            .symbols
            .assets
            .get(&name)
            .and_then(Option::as_ref);
        let Some(AssetSource::Inline { extension, .. }) = found.map(|asset| &asset.source) else {
            return;
        };
        let runtime = if extension == "py" {
            "python"
        } else {
            "nodejs"
        };
        for (path, begins, why) in [
            (
                "Properties.Handler",
                "index.",
                format!(
                    "inline code becomes `index.{extension}`, so its handler begins with `index.`"
                ),
            ),
            (
                "Properties.Runtime",
                runtime,
                format!(
                    "the inline code is a `.{extension}` file, so its runtime begins with `{runtime}`"
                ),
            ),
        ] {
            let Some(node) = resource.at(path) else {
                continue;
            };
            let (Some(text), span) = (node.as_str(), node.span) else {
                continue;
            };
            if !text.starts_with(begins) {
                let message = format!("`{text}` does not match the inline code of asset `{name}`");
                self.report(
                    Problem::error(codes::INLINE_ASSET, message)
                        .at(span, "")
                        .help(why),
                );
            }
        }
    }

    /// Adds a resource whose logical id depends on content.
    fn add_content_addressed(&mut self, id: &str, span: Span, fields: &Map, kind: &str) {
        let mut names = Vec::new();
        let said = fields.get("redeploy_on");
        if said.and_then(Node::as_list).is_some_and(<[Node]>::is_empty) {
            return; // an empty list turns content addressing off
        }
        if let Some(node) = said {
            let items = match &node.value {
                Value::List(items) => items.as_slice(),
                _ => std::slice::from_ref(node),
            };
            for item in items {
                names.extend(self.hashed_inputs(item));
            }
        }
        let before: usize = self
            .content_addressed
            .iter()
            .map(|one| one.names.len())
            .sum();
        if before + names.len() > FOLLOWED_VALUES {
            let place = said.map_or(span, |node| node.span);
            let problem = Problem::error(
                codes::FOLLOW_LIMIT,
                format!(
                    "the logical ids of one stack follow more than {FOLLOWED_VALUES} resources and values"
                ),
            );
            let help = "each instance of a `for_each` follows each one that `redeploy_on` names: name fewer";
            self.report(problem.at(place, "too many here").help(help));
            names.clear();
        }
        if !names.is_empty()
            || fields.contains("redeploy_on")
            || crate::render::content_hash::is_content_addressed(kind)
        {
            self.content_addressed.push(ContentAddressedResource {
                id: id.to_owned(),
                span,
                names,
            });
        }
    }

    /// Evaluates one item of `redeploy_on`: the name of a resource, or a value.
    fn hashed_inputs(&mut self, item: &Node) -> Vec<HashedInput> {
        let Some(name) = item
            .as_str()
            .filter(|text| !crate::evaluate::text::has_references(text))
        else {
            let node = self
                .evaluator
                .evaluate_at(Position::deployed("`redeploy_on`"), item);
            return node.map(HashedInput::Value).into_iter().collect();
        };
        let found = self.declared.resource(self.scope, name);
        if let Some(off) = found.and_then(|(_, resource)| resource.disabled_at) {
            let problem = Problem::error(
                codes::TURNED_OFF,
                format!("resource `{name}` is disabled by its `when`"),
            );
            self.report(problem.at(item.span, "needs it").at(off, "disabled here"));
            return Vec::new();
        }
        if let Some(ids) = self.declared.logical_ids(self.scope, name) {
            return ids.into_iter().map(HashedInput::Resource).collect();
        }
        if self.scope.generated.contains_key(name) || self.scope.incomplete {
            return vec![HashedInput::Resource(self.scope.template_name(name))];
        }
        let known = self.scope.resources.keys().map(String::as_str);
        let suggestions = self.evaluator.context.suggestions;
        let near = suggestions.nearest(name, known).map(str::to_owned);
        let problem = Problem::error(
            codes::UNKNOWN_REFERENCE,
            format!("unknown resource `{name}` in this stack"),
        )
        .at(item.span, "");
        let problem =
            problem.help("`redeploy_on` lists resources by name, and values as `${vars.…}`");
        self.report(problem.suggest(near));
        vec![HashedInput::Value(error_node(item.span))]
    }
}

/// Returns the help for an unknown key in lower case.
fn unknown_key_help(id: &str, key: &str) -> Option<String> {
    let property = upper_first(key);
    if STACK.known.contains(&key) {
        return Some(format!(
            "for the property, write `{property}`; for the key of the stack, move it above the first header, out of `[{id}]`"
        ));
    }
    if nearest(key, RESOURCE.known.iter().copied()).is_some() {
        return None;
    }
    Some(format!(
        "property names begin with a capital letter: `{property}`; for one in lower case, write `properties.{key} = …`"
    ))
}

fn upper_first(key: &str) -> String {
    let mut chars = key.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}
