//! What a stack's template may refer to, at one moment of an operation's course.

use std::cell::RefCell;
use std::collections::BTreeSet;

use formwork_catalog::regions;
use formwork_template::{DynamicReference, Resource, Template};
use indexmap::IndexMap;

use crate::outside::Outside;
use crate::stack::{Definition, Live};
use crate::stack_context::StackContext;
use crate::types::{self, Made};
use formwork_template::evaluate::{
    Conditions, Environment, Error, EvaluatedValue as Value, Evaluator,
};

/// What is known of a resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// `None` before it is made.
    pub(crate) physical_id: Option<String>,
    pub(crate) properties: Value,
}

/// Whether secrets are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Secrets {
    Clear,
    Masked,
}

/// Everything that a template may refer to.
pub(crate) struct Known<'a> {
    definition: &'a Definition,
    template: &'a Template,
    conditions: &'a Conditions,
    place: &'a StackContext,
    outside: &'a Outside,
    secrets: Secrets,
    pub(crate) standing: IndexMap<String, Standing>,
    imports: RefCell<BTreeSet<String>>,
}

impl<'a> Known<'a> {
    /// What is known before any resource is.
    pub(crate) fn new(
        definition: &'a Definition,
        template: &'a Template,
        conditions: &'a Conditions,
        place: &'a StackContext,
        outside: &'a Outside,
    ) -> Self {
        Self {
            definition,
            template,
            conditions,
            place,
            outside,
            secrets: Secrets::Clear,
            standing: IndexMap::new(),
            imports: RefCell::default(),
        }
    }

    /// Learns of a physical resource.
    pub(crate) fn learn(&mut self, live: &Live) {
        let standing = Standing {
            physical_id: Some(live.physical_id.clone()),
            properties: live.properties.clone(),
        };
        self.standing.insert(live.logical_id.clone(), standing);
    }

    /// The exports that were asked for.
    pub(crate) fn imports(&self) -> Vec<String> {
        self.imports.borrow().iter().cloned().collect()
    }

    /// A resource's properties, evaluated.
    pub(crate) fn properties(&self, resource: Resource<'_>) -> Result<Value, Error> {
        self.evaluation().properties(resource)
    }

    /// The same with secrets hidden, where the template has any.
    pub(crate) fn masked(&mut self, resource: Resource<'_>) -> Option<Value> {
        if !self
            .definition
            .parameters
            .values()
            .any(|parameter| parameter.no_echo)
        {
            return None;
        }
        self.secrets = Secrets::Masked;
        let masked = self.properties(resource).ok();
        self.secrets = Secrets::Clear;
        masked
    }

    /// A way to evaluate any node.
    pub(crate) fn evaluation(&self) -> Evaluator<'_> {
        Evaluator {
            environment: self,
            mappings: self.template.section(formwork_template::Section::Mappings),
            conditions: self.conditions,
        }
    }

    /// The properties of the subnet that a resource names, in this stack or another.
    fn subnet(&self, kind: &str, standing: &Standing) -> Option<Value> {
        let property = types::subnet_property(kind)?;
        let subnet = standing.properties.text_at(property)?;
        let is_meant = |other: &&Standing| other.physical_id.as_deref() == Some(subnet.as_str());
        let here = self.standing.values().find(is_meant);
        let here = here.map(|found| found.properties.clone());
        here.or_else(|| {
            let found = self.outside.find("AWS::EC2::Subnet", &subnet)?;
            Some(found.properties)
        })
    }

    /// The resource of that id, if its condition holds.
    fn resource(&self, logical_id: &str) -> Option<Resource<'a>> {
        let resource = self.template.resource(logical_id)?;
        self.conditions
            .admits(resource.condition())
            .ok()?
            .then_some(resource)
    }
}

impl Environment for Known<'_> {
    fn parameter(&self, name: &str) -> Option<Value> {
        let value = self.definition.parameters.get(name)?;
        if value.no_echo && self.secrets == Secrets::Masked {
            return Some("****".into());
        }
        let text = value.seen();
        Some(match value.is_list {
            true => Value::List(text.split(',').map(str::trim).map(Value::from).collect()),
            false => text.into(),
        })
    }

    fn pseudo_parameter(&self, name: &str) -> Option<Value> {
        self.place.pseudo_parameter(name)
    }

    fn reference(&self, logical_id: &str) -> Option<Value> {
        self.resource(logical_id)?;
        let standing = self.standing.get(logical_id);
        let physical_id = standing.and_then(|standing| standing.physical_id.as_deref());
        Some(physical_id.map_or(Value::Unknown, Value::from))
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<Value, Error> {
        let resource = self
            .resource(logical_id)
            .ok_or_else(|| Error::UndefinedResource(logical_id.to_owned()))?;
        let standing = self.standing.get(logical_id);
        let physical_id = standing.and_then(|standing| standing.physical_id.as_deref());
        let unmade = Value::default();
        let subnet = standing.and_then(|standing| self.subnet(resource.kind, standing));
        let made = Made {
            kind: resource.kind,
            physical_id: physical_id.unwrap_or("unmade"),
            place: self.place,
            properties: standing.map_or(&unmade, |standing| &standing.properties),
            subnet: subnet.as_ref(),
        };
        match (made.attribute(attribute), physical_id) {
            (Some(value), Some(_)) => Ok(value),
            (Some(_), None) => Ok(Value::Unknown),
            (None, None) if resource.property(attribute).is_some() => Ok(Value::Unknown),
            (None, _) => Err(Error::UnsupportedAttribute {
                resource: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            }),
        }
    }

    fn export(&self, name: &str) -> Option<Value> {
        self.imports.borrow_mut().insert(name.to_owned());
        Some(self.outside.export(name)?.value.into())
    }

    /// Resolves references to SSM parameters. References to secrets (`ssm-secure`,
    /// `secretsmanager`) keep their text: CloudFormation hands them to the resource's service and
    /// never shows what they resolve to.
    fn dynamic_reference(&self, reference: &DynamicReference<'_>) -> Result<Option<Value>, Error> {
        let Some(parameter) = reference.text.strip_prefix("ssm:") else {
            return Ok(None);
        };
        let unknown = || Error::NoSsmParameter(parameter.to_owned());
        let (name, version) = match parameter.rsplit_once(':') {
            Some((name, version)) => (name, Some(version.parse().map_err(|_| unknown())?)),
            None => (parameter, None),
        };
        let value = self.outside.ssm_parameter(name, version);
        value.map(Some).ok_or_else(unknown)
    }

    fn availability_zones(&self, region: &str) -> Vec<String> {
        match region {
            "" => self.place.zones(),
            region => regions::availability_zones(region),
        }
    }
}
