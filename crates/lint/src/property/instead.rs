//! The reference that was meant where one gives something else: another attribute of the same
//! resource, or the resource itself.

use super::asked;
use super::given::{is_same, reference_format};
use crate::scene::Scene;
use formwork_catalog::schema::{ResourceSchema, Schema};
use formwork_template::Intrinsic;

/// What gives what is needed and can be had of the same resource, as `Role.Arn`; nothing where
/// there is none, or several.
pub(super) fn of(
    scene: &Scene<'_>,
    intrinsic: &Intrinsic<'_>,
    schema: &Schema,
    needed: &str,
) -> Option<String> {
    let (resource, is_whole) = match intrinsic {
        Intrinsic::Ref(name) => (*name, true),
        Intrinsic::GetAtt { resource, .. } => (*resource, false),
        _ => return None,
    };
    let itself = reference_format(scene, resource).flatten();
    if !is_whole && itself.is_some_and(|format| is_same(&format, needed)) {
        return Some(resource.to_owned());
    }
    let kind = scene.template.resource(resource)?.kind;
    if needed == asked::ARN && asked::is_of_another_service(schema, kind) {
        return None;
    }
    let attribute = attribute(&*scene.table.resource(kind)?, needed)?;
    Some(format!("{resource}.{attribute}"))
}

/// The one attribute that gives what is needed.
fn attribute(schema: &ResourceSchema, needed: &str) -> Option<String> {
    let own_arn = || schema.attribute("Arn").map(|_| "Arn".to_owned());
    let is_own = needed
        .rsplit_once('.')
        .is_some_and(|(kind, _)| *kind == *schema.name);
    if is_arn(needed) && (needed == asked::ARN || is_own) {
        return own_arn();
    }
    let mut fitting = schema.attributes.iter().filter(|(_, attribute)| {
        let format = attribute.format.as_deref();
        format.is_some_and(|format| is_same(format, needed))
    });
    let (name, _) = fitting.next()?;
    fitting.next().is_none().then(|| name.to_string())
}

/// Whether what is needed is an ARN.
pub(super) fn is_arn(needed: &str) -> bool {
    needed == asked::ARN || needed.ends_with(".Arn")
}
