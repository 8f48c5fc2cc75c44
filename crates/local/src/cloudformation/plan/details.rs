//! The details of a resource change: each property with its values before and after, and its cause.

use formwork_template::intrinsic::Attribute;
use formwork_template::sub::{Part, parts};
use formwork_template::{Intrinsic, Node, Resource};

use super::{PlanBuilder, Replacement};
use crate::cloudformation::property_diff::PropertyDifference;
use crate::model::response::ResourceChangeDetail;
use crate::model::stack::LiveResource;
use crate::resources::Recreation;
use formwork_template::evaluate::{EvaluatedValue, KNOWN_AFTER_APPLY};

/// The cause of a property's change.
struct ChangeCause {
    source: &'static str,
    entity: Option<String>,
    is_dynamic: bool,
}

impl PlanBuilder<'_> {
    /// Returns one detail per differing leaf.
    pub(super) fn details(
        &self,
        resource: Resource<'_>,
        live: &LiveResource,
        differences: &[PropertyDifference<'_>],
        masked: Option<&EvaluatedValue>,
    ) -> Vec<ResourceChangeDetail> {
        let details = differences.iter().map(|difference| {
            let name = difference.path.first().cloned().unwrap_or_default();
            let cause = self.cause(resource, &name);
            let dotted = difference.dotted_path();
            // A value that is secret on either side is masked on both.
            let masked_value = |masked: Option<&EvaluatedValue>, clear: Option<&EvaluatedValue>| {
                let value = masked.and_then(|masked| masked.at(&dotted)).or(clear);
                value.map(text)
            };
            let before_value = masked_value(live.masked.as_ref(), difference.before);
            let after_value = masked_value(masked, difference.after);
            ResourceChangeDetail {
                attribute: "Properties".to_owned(),
                name: Some(name),
                path: Some(format!("/Properties/{}", difference.path.join("/"))),
                requires_recreation: match difference.recreation(resource.kind) {
                    Recreation::Never => "Never",
                    Recreation::Conditionally => "Conditionally",
                    Recreation::Always => "Always",
                }
                .to_owned(),
                change_type: Some(
                    match (&before_value, &after_value) {
                        (None, _) => "Add",
                        (_, None) => "Remove",
                        _ => "Modify",
                    }
                    .to_owned(),
                ),
                before_value,
                after_value,
                evaluation: if cause.is_dynamic || difference.is_unknown() {
                    "Dynamic"
                } else {
                    "Static"
                }
                .to_owned(),
                change_source: cause.source.to_owned(),
                causing_entity: cause.entity,
            }
        });
        details.collect()
    }

    /// Returns the cause of a top-level property's change: its own text, a parameter, or another
    /// resource.
    fn cause(&self, resource: Resource<'_>, property: &str) -> ChangeCause {
        let direct = ChangeCause {
            source: "DirectModification",
            entity: None,
            is_dynamic: false,
        };
        let property_node = |of: Option<Resource<'_>>| {
            of.and_then(|of| of.properties())
                .and_then(|map| map.get(property))
                .cloned()
        };
        let after = property_node(Some(resource));
        let before = self
            .before
            .and_then(|before| before.template.resource(resource.id));
        let (Some(after), true) = (&after, property_node(before) == after) else {
            return direct;
        };
        let mut cause = None;
        after.walk(&mut |node| {
            for (name, attribute) in references(node) {
                if cause.is_none() {
                    cause = self.reference_cause(&name, attribute.as_deref());
                }
            }
        });
        cause.unwrap_or(direct)
    }

    fn reference_cause(&self, name: &str, attribute: Option<&str>) -> Option<ChangeCause> {
        if let Some(replacement) = self.changed.get(name) {
            return Some(match attribute {
                Some(attribute) => ChangeCause {
                    source: "ResourceAttribute",
                    entity: Some(format!("{name}.{attribute}")),
                    is_dynamic: true,
                },
                None => ChangeCause {
                    source: "ResourceReference",
                    entity: Some(name.to_owned()),
                    is_dynamic: *replacement != Replacement::False,
                },
            });
        }
        let value = self.resolved.definition.parameters.get(name)?;
        let before = self
            .before
            .and_then(|before| before.definition.parameters.get(name));
        let differs = before.is_none_or(|before| before.effective_text() != value.effective_text());
        differs.then(|| ChangeCause {
            source: "ParameterReference",
            entity: Some(name.to_owned()),
            is_dynamic: false,
        })
    }
}

/// Returns the names to which a node itself refers, with the attribute of a `GetAtt`.
fn references(node: &Node) -> Vec<(String, Option<String>)> {
    match node.intrinsic() {
        Some(Intrinsic::Ref(name)) => vec![(name.to_owned(), None)],
        Some(Intrinsic::GetAtt {
            resource,
            attribute,
        }) => {
            let attribute = match attribute {
                Attribute::Name(name) => name.to_owned(),
                Attribute::Computed(_) => String::new(),
            };
            vec![(resource.to_owned(), Some(attribute))]
        }
        Some(Intrinsic::Sub { text, .. }) => {
            let names = parts(text).into_iter().filter_map(|part| match part {
                Part::Reference { name, .. } => Some(name),
                Part::Literal(_) | Part::Escaped(_) => None,
            });
            let split = names.map(|name| match name.split_once('.') {
                Some((resource, attribute)) => (resource.to_owned(), Some(attribute.to_owned())),
                None => (name.to_owned(), None),
            });
            split.collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the detail of a changed attribute other than a property.
pub(super) fn attribute(name: &str) -> ResourceChangeDetail {
    ResourceChangeDetail {
        attribute: name.to_owned(),
        name: None,
        path: None,
        requires_recreation: "Never".to_owned(),
        before_value: None,
        after_value: None,
        change_type: None,
        evaluation: "Static".to_owned(),
        change_source: "DirectModification".to_owned(),
        causing_entity: None,
    }
}

/// Returns a resource's context as JSON text.
pub(super) fn context(properties: &EvaluatedValue, metadata: Option<&str>) -> String {
    let mut context = serde_json::Map::new();
    context.insert("Properties".to_owned(), properties.to_json());
    let metadata = metadata.and_then(|text| serde_json::from_str(text).ok());
    if let Some(metadata) = metadata {
        context.insert("Metadata".to_owned(), metadata);
    }
    serde_json::Value::Object(context).to_string()
}

fn text(value: &EvaluatedValue) -> String {
    value.to_text().unwrap_or_else(|| match value {
        EvaluatedValue::Unknown => KNOWN_AFTER_APPLY.to_owned(),
        value => value.to_json().to_string(),
    })
}
