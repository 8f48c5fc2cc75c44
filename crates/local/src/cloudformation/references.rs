//! The values that a stack's template can refer to at one step of an operation.

use std::cell::RefCell;
use std::collections::BTreeSet;

use formwork_catalog::regions;
use formwork_template::evaluate::{Conditions, Environment, Error, EvaluatedValue, Evaluator};
use formwork_template::{DynamicReference, Resource, Section, Template};
use indexmap::IndexMap;

use super::region::RegionView;
use crate::model::stack::StackDefinition;
use crate::model::stack_context::StackContext;
use crate::resources::{self, ExistingResource};

/// A resource that a template can refer to.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ResourceRef {
    /// The physical id; `None` before the resource is created.
    pub(super) physical_id: Option<String>,
    pub(super) properties: EvaluatedValue,
}

/// The visibility of `NoEcho` parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Secrets {
    Clear,
    Masked,
}

/// The environment in which a stack's template is evaluated.
pub(super) struct RefContext<'a> {
    definition: &'a StackDefinition,
    template: &'a Template,
    conditions: &'a Conditions,
    stack_context: &'a StackContext,
    region_view: &'a RegionView,
    secrets: Secrets,
    resources: IndexMap<String, ResourceRef>,
    imports: RefCell<BTreeSet<String>>,
}

impl<'a> RefContext<'a> {
    /// Returns the context before any resource is created.
    pub(super) fn new(
        definition: &'a StackDefinition,
        template: &'a Template,
        conditions: &'a Conditions,
        stack_context: &'a StackContext,
        region_view: &'a RegionView,
    ) -> Self {
        Self {
            definition,
            template,
            conditions,
            stack_context,
            region_view,
            secrets: Secrets::Clear,
            resources: IndexMap::new(),
            imports: RefCell::default(),
        }
    }

    /// Adds a resource under its logical id.
    pub(super) fn add_resource(&mut self, logical_id: &str, resource: ResourceRef) {
        self.resources.insert(logical_id.to_owned(), resource);
    }

    /// Returns the names of the exports that evaluations have imported.
    pub(super) fn imports(&self) -> Vec<String> {
        self.imports.borrow().iter().cloned().collect()
    }

    /// Evaluates a resource's properties.
    pub(super) fn properties(&self, resource: Resource<'_>) -> Result<EvaluatedValue, Error> {
        self.evaluator().properties(resource)
    }

    /// Evaluates a resource's properties with masked secrets. Returns `None` if the template has no
    /// secrets.
    pub(super) fn masked_properties(&mut self, resource: Resource<'_>) -> Option<EvaluatedValue> {
        let mut parameters = self.definition.parameters.values();
        if !parameters.any(|parameter| parameter.no_echo) {
            return None;
        }
        self.secrets = Secrets::Masked;
        let masked = self.properties(resource).ok();
        self.secrets = Secrets::Clear;
        masked
    }

    /// Returns an evaluator with this context as its environment.
    pub(super) fn evaluator(&self) -> Evaluator<'_> {
        Evaluator {
            environment: self,
            mappings: self.template.section(Section::Mappings),
            conditions: self.conditions,
        }
    }

    /// Returns the properties of the subnet that a resource names, in this stack or another one.
    fn subnet(&self, kind: &str, resource: &ResourceRef) -> Option<EvaluatedValue> {
        let property = resources::subnet_property(kind)?;
        let subnet = resource.properties.text_at(property)?;
        let is_subnet = |other: &&ResourceRef| other.physical_id.as_deref() == Some(&subnet);
        if let Some(in_stack) = self.resources.values().find(is_subnet) {
            return Some(in_stack.properties.clone());
        }
        let elsewhere = self
            .region_view
            .find_resource("AWS::EC2::Subnet", &subnet)?;
        Some(elsewhere.properties)
    }

    /// Returns the resource with a logical id, if its condition is true.
    fn active_resource(&self, logical_id: &str) -> Option<Resource<'a>> {
        let resource = self.template.resource(logical_id)?;
        self.conditions
            .admits(resource.condition())
            .ok()?
            .then_some(resource)
    }
}

impl Environment for RefContext<'_> {
    fn parameter(&self, name: &str) -> Option<EvaluatedValue> {
        let value = self.definition.parameters.get(name)?;
        if value.no_echo && self.secrets == Secrets::Masked {
            return Some("****".into());
        }
        let text = value.effective_text();
        if !value.is_list {
            return Some(text.into());
        }
        let items = text.split(',').map(str::trim).map(EvaluatedValue::from);
        Some(EvaluatedValue::List(items.collect()))
    }

    fn pseudo_parameter(&self, name: &str) -> Option<EvaluatedValue> {
        self.stack_context.pseudo_parameter(name)
    }

    fn reference(&self, logical_id: &str) -> Option<EvaluatedValue> {
        self.active_resource(logical_id)?;
        let resource = self.resources.get(logical_id);
        let physical_id = resource.and_then(|resource| resource.physical_id.as_deref());
        Some(physical_id.map_or(EvaluatedValue::Unknown, EvaluatedValue::from))
    }

    fn attribute(&self, logical_id: &str, attribute: &str) -> Result<EvaluatedValue, Error> {
        let declaration = self
            .active_resource(logical_id)
            .ok_or_else(|| Error::UndefinedResource(logical_id.to_owned()))?;
        let resource = self.resources.get(logical_id);
        let physical_id = resource.and_then(|resource| resource.physical_id.as_deref());
        let no_properties = EvaluatedValue::default();
        let subnet = resource.and_then(|resource| self.subnet(declaration.kind, resource));
        let existing = ExistingResource {
            kind: declaration.kind,
            physical_id: physical_id.unwrap_or("unmade"),
            stack_context: self.stack_context,
            properties: resource.map_or(&no_properties, |resource| &resource.properties),
            subnet: subnet.as_ref(),
        };
        match (existing.attribute(attribute), physical_id) {
            (Some(value), Some(_)) => Ok(value),
            (Some(_), None) => Ok(EvaluatedValue::Unknown),
            (None, None) if declaration.property(attribute).is_some() => {
                Ok(EvaluatedValue::Unknown)
            }
            (None, _) => Err(Error::UnsupportedAttribute {
                resource: logical_id.to_owned(),
                attribute: attribute.to_owned(),
            }),
        }
    }

    fn export(&self, name: &str) -> Option<EvaluatedValue> {
        self.imports.borrow_mut().insert(name.to_owned());
        Some(self.region_view.export(name)?.value.into())
    }

    /// Resolves references to SSM parameters. References to secrets (`ssm-secure`,
    /// `secretsmanager`) keep their text: CloudFormation hands them to the resource's service and
    /// never shows their values.
    fn dynamic_reference(
        &self,
        reference: &DynamicReference<'_>,
    ) -> Result<Option<EvaluatedValue>, Error> {
        let Some(parameter) = reference.text.strip_prefix("ssm:") else {
            return Ok(None);
        };
        let unknown = || Error::NoSsmParameter(parameter.to_owned());
        let (name, version) = match parameter.rsplit_once(':') {
            Some((name, version)) => (name, Some(version.parse().map_err(|_| unknown())?)),
            None => (parameter, None),
        };
        let value = self.region_view.ssm_parameter(name, version);
        value.map(Some).ok_or_else(unknown)
    }

    fn availability_zones(&self, region: &str) -> Vec<String> {
        match region {
            "" => self.stack_context.zones(),
            region => regions::availability_zones(region),
        }
    }
}
