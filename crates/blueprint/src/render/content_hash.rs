//! Content-addressed logical ids, for resources that are snapshots of others.
//!
//! CloudFormation creates a new API deployment or function version only under a new logical id. So
//! the id ends in a hash of the content of the snapshot. References are hashed by name, with the
//! create-only properties of their targets (which force replacement) and the values of parameters.
//! If a value is not known yet, the id is pending.

use crate::model::{
    ContentAddressedResource, HashedInput, KnownValues, OutputRef, ParameterSource, Stack,
};
use crate::rename;
use formwork_catalog::replacement;
use formwork_template::diagnostics::Span;
use formwork_template::{Hasher, Map, Node, Resource, Section, Target, Template, Value, write};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A content-addressed logical id.
#[derive(Debug, Clone)]
pub(crate) struct ResolvedId {
    /// The logical id.
    pub(crate) id: String,
    /// The outputs that are not known yet.
    pub(crate) waits_for: Vec<OutputRef>,
}

/// The deployments of APIs: the type, the property that refers to the API, and the types that
/// belong to an API but not to its snapshot.
const DEPLOYMENTS: [(&str, &str, &[&str]); 2] = [
    (
        "AWS::ApiGateway::Deployment",
        "RestApiId",
        &[
            "AWS::ApiGateway::BasePathMapping",
            "AWS::ApiGateway::BasePathMappingV2",
            "AWS::ApiGateway::Deployment",
            "AWS::ApiGateway::DocumentationPart",
            "AWS::ApiGateway::DocumentationVersion",
            "AWS::ApiGateway::Stage",
        ],
    ),
    (
        "AWS::ApiGatewayV2::Deployment",
        "ApiId",
        &[
            "AWS::ApiGatewayV2::ApiMapping",
            "AWS::ApiGatewayV2::Deployment",
            "AWS::ApiGatewayV2::Stage",
        ],
    ),
];

const VERSION: &str = "AWS::Lambda::Version";

/// The properties that do not belong to a snapshot. For a function, these are the properties that
/// `PublishVersion` ignores: publishing fails if no other property changed.
const IGNORED_PROPERTIES: &[(&str, &[&str])] = &[
    (
        "AWS::Lambda::Function",
        &[
            "CodeSigningConfigArn",
            "RecursiveLoop",
            "ReservedConcurrentExecutions",
            "Tags",
        ],
    ),
    ("AWS::ApiGateway::RestApi", &["Tags"]),
    ("AWS::ApiGatewayV2::Api", &["Tags"]),
];

/// Returns true if resources of that type have content-addressed ids by default.
pub(crate) fn is_content_addressed(kind: &str) -> bool {
    kind == VERSION || api_deployment(kind).is_some()
}

/// Returns the content-addressed ids of a stack, by the ids in the blueprint.
pub(crate) fn resolve_ids(
    stack: &Stack,
    template: &Template,
    known: &KnownValues<'_>,
) -> BTreeMap<String, ResolvedId> {
    let mut ids = IdResolver {
        stack,
        template,
        known,
        resources: stack
            .body
            .redeploy
            .iter()
            .map(|follower| (follower.id.as_str(), follower))
            .collect(),
        members: members(stack, template),
        found: BTreeMap::new(),
        open: BTreeSet::new(),
    };
    for follower in &stack.body.redeploy {
        ids.of(&follower.id);
    }
    ids.found
}

struct IdResolver<'a> {
    stack: &'a Stack,
    template: &'a Template,
    known: &'a KnownValues<'a>,
    resources: HashMap<&'a str, &'a ContentAddressedResource>,
    members: Members<'a>,
    found: BTreeMap<String, ResolvedId>,
    /// The ids that are being computed. In a cycle, an id without hash is used.
    open: BTreeSet<String>,
}

impl<'a> IdResolver<'a> {
    fn of(&mut self, id: &str) {
        let Some(follower) = self.resources.get(id).copied() else {
            return;
        };
        if self.found.contains_key(id) || !self.open.insert(id.to_owned()) {
            return;
        }
        // The content is computed twice, so that it is not kept in memory during the recursion:
        // hundreds of ids may depend on each other.
        let HashedContent { followed, .. } = self.content(follower);
        for id in &followed {
            self.of(id);
        }
        let HashedContent {
            mut pieces,
            parameters,
            mut waits_for,
            ..
        } = self.content(follower);
        let mut names = HashMap::new();
        for id in &followed {
            if let Some(found) = self.found.get(id) {
                names.insert(id.clone(), found.id.clone());
                let node = Node::new(found.id.as_str(), Span::default());
                pieces.insert(format!("id {id}"), node);
                waits_for.extend(found.waits_for.iter().cloned());
            }
        }
        let hash = hash(pieces, &parameters, &names);
        let mut unique: Vec<OutputRef> = Vec::new();
        for output in waits_for {
            if !unique
                .iter()
                .any(|known| known.stack == output.stack && known.output == output.output)
            {
                unique.push(output);
            }
        }
        self.open.remove(id);
        let followed = ResolvedId {
            id: format!("{id}{}", hash.short(6)),
            waits_for: unique,
        };
        self.found.insert(id.to_owned(), followed);
    }

    fn content(&self, follower: &ContentAddressedResource) -> HashedContent<'_, 'a> {
        let mut content = HashedContent::new(self);
        content.follower(follower);
        content
    }
}

/// The resources of each API, by the property that refers to the API and its value.
type Members<'a> = HashMap<(&'static str, String), Vec<Resource<'a>>>;

/// Returns the resources of the APIs that have a deployment.
fn members<'a>(stack: &Stack, template: &'a Template) -> Members<'a> {
    let mut members = Members::new();
    let resources = stack.body.redeploy.iter();
    let kinds = resources.filter_map(|follower| Some(template.resource(&follower.id)?.kind));
    let properties: BTreeSet<&str> = kinds
        .filter_map(api_deployment)
        .map(|(property, _)| property)
        .collect();
    for property in properties {
        for resource in template.resources() {
            if let Some(api) = resource.property(property) {
                members
                    .entry((property, canonical_json(api)))
                    .or_default()
                    .push(resource);
            }
        }
    }
    members
}

/// Returns the property of a deployment that refers to the API, and the types outside the snapshot.
fn api_deployment(kind: &str) -> Option<(&'static str, &'static [&'static str])> {
    let mut deployments = DEPLOYMENTS.iter();
    let found = deployments.find(|(deployment, ..)| *deployment == kind)?;
    Some((found.1, found.2))
}

/// Serializes a value with sorted keys.
fn canonical_json(node: &Node) -> String {
    let mut node = node.clone();
    sort(&mut node);
    write::json_compact(&node)
}

fn hash(
    pieces: BTreeMap<String, Node>,
    parameters: &BTreeMap<String, String>,
    names: &HashMap<String, String>,
) -> formwork_template::Hash {
    let mut hasher = Hasher::default();
    for (name, mut node) in pieces {
        rename::references(&mut node, names);
        sort(&mut node);
        hasher.piece(name).piece(write::json_compact(&node));
    }
    for (name, value) in parameters {
        hasher.piece(name).piece(value);
    }
    hasher.finish()
}

/// Sorts all keys: their order is not content.
fn sort(node: &mut Node) {
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(sort),
        Value::Map(map) => {
            map.sort();
            map.iter_mut().for_each(|(_, entry)| sort(&mut entry.node));
        }
        _ => {}
    }
}

/// The content of one hash.
struct HashedContent<'i, 'a> {
    ids: &'i IdResolver<'a>,
    pieces: BTreeMap<String, Node>,
    parameters: BTreeMap<String, String>,
    waits_for: Vec<OutputRef>,
    /// The other content-addressed resources that it refers to.
    followed: BTreeSet<String>,
}

impl<'i, 'a> HashedContent<'i, 'a> {
    fn new(ids: &'i IdResolver<'a>) -> Self {
        Self {
            ids,
            pieces: BTreeMap::new(),
            parameters: BTreeMap::new(),
            waits_for: Vec::new(),
            followed: BTreeSet::new(),
        }
    }

    fn follower(&mut self, follower: &ContentAddressedResource) {
        for (index, name) in follower.names.iter().enumerate() {
            match name {
                HashedInput::Resource(id) => self.add_resource(id),
                HashedInput::Value(node) => self.add(format!("value {index}"), node.clone()),
            }
        }
        let Some(resource) = self.ids.template.resource(&follower.id) else {
            return;
        };
        if resource.kind == VERSION {
            if let Some(function) = resource.property("FunctionName").and_then(target) {
                self.add_resource(function);
            }
            return;
        }
        let Some((property, outside)) = api_deployment(resource.kind) else {
            return;
        };
        let Some(api) = resource.property(property) else {
            return;
        };
        if let Some(id) = target(api) {
            self.add_resource(id);
        }
        let members = self.ids.members.get(&(property, canonical_json(api)));
        for member in members.into_iter().flatten() {
            if !outside.contains(&member.kind) {
                self.add_resource(member.id);
            }
        }
    }

    /// Adds the type and the properties of a resource.
    fn add_resource(&mut self, id: &str) {
        if self.ids.resources.contains_key(id) {
            self.followed.insert(id.to_owned());
        }
        let Some(resource) = self.ids.template.resource(id) else {
            return;
        };
        let ignored = of_type(IGNORED_PROPERTIES, resource.kind);
        let mut properties = resource.properties().cloned().unwrap_or_default();
        properties.retain(|name, _| !ignored.contains(&name));
        self.resource("all", id, resource.kind, properties, resource.condition());
    }

    /// Adds the properties that force the replacement of a resource.
    fn add_create_only(&mut self, id: &str) {
        if self.ids.resources.contains_key(id) {
            self.followed.insert(id.to_owned());
            return;
        }
        let Some(resource) = self.ids.template.resource(id) else {
            return;
        };
        let schema = self.ids.stack.body.table.resource(resource.kind);
        let properties = schema
            .zip(resource.properties())
            .map(|(schema, properties)| replacement::create_only(&schema, properties))
            .unwrap_or_default();
        self.resource("create-only", id, resource.kind, properties, None);
    }

    fn resource(
        &mut self,
        how: &str,
        id: &str,
        kind: &str,
        properties: Map,
        condition: Option<&str>,
    ) {
        let span = Span::default();
        let mut piece = Map::default();
        piece.insert("Type", span, Node::new(kind, span));
        piece.insert("Properties", span, Node::new(properties, span));
        if let Some(condition) = condition {
            piece.insert("Condition", span, Node::new(condition, span));
            self.entry(Section::Conditions, condition);
        }
        self.add(format!("{how} {id}"), Node::new(piece, span));
    }

    /// Adds a value with everything that it refers to.
    fn add(&mut self, name: String, node: Node) {
        if self.pieces.contains_key(&name) {
            return;
        }
        self.pieces.insert(name, node.clone());
        for reference in node.condition_references() {
            match reference.target {
                Target::Name(name) if self.is_parameter(name) => self.parameter(name),
                Target::Name(id) | Target::Attribute(id, _) => self.add_create_only(id),
                Target::Condition(name) => self.entry(Section::Conditions, name),
                Target::Mapping { name, .. } => self.entry(Section::Mappings, name),
            }
        }
    }

    fn entry(&mut self, section: Section, name: &str) {
        let node = self
            .ids
            .template
            .section(section)
            .and_then(|node| node.get(name));
        if let Some(node) = node.cloned() {
            self.add(format!("{} {name}", section.key()), node);
        }
    }

    fn is_parameter(&self, name: &str) -> bool {
        self.ids
            .template
            .section(Section::Parameters)
            .is_some_and(|node| node.get(name).is_some())
    }

    fn parameter(&mut self, name: &str) {
        let value = match (
            self.ids.stack.parameters.get(name),
            self.ids.known.parameters.get(name),
        ) {
            // Secrets are never hashed.
            (Some(ParameterSource::Secret(_)), _) => String::new(),
            (_, Some(value)) => value.clone(),
            (Some(ParameterSource::Literal(value)), None) => value.clone(),
            (Some(ParameterSource::Output(output)), None) => {
                self.waits_for.push(output.clone());
                format!("{}.{}", output.stack, output.output)
            }
            (None, None) => {
                let section = self.ids.template.section(Section::Parameters);
                let default = section.and_then(|node| node.get(name)?.get("Default"));
                default.map(write::json_compact).unwrap_or_default()
            }
        };
        self.parameters.insert(name.to_owned(), value);
    }
}

fn of_type<'t>(table: &'t [(&str, &'t [&'t str])], kind: &str) -> &'t [&'t str] {
    table
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(&[], |(_, names)| names)
}

/// Returns the resource that a `Ref` or `Fn::GetAtt` refers to.
fn target(node: &Node) -> Option<&str> {
    match node.intrinsic()? {
        formwork_template::Intrinsic::Ref(id) => Some(id),
        formwork_template::Intrinsic::GetAtt { resource, .. } => Some(resource),
        _ => None,
    }
}
