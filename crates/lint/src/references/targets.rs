//! Whether everything that is referred to is there.

use crate::codes;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::references::PSEUDO_PARAMETERS;
use formwork_template::{Node, Reference, Section, Target, Template};

/// References to what the template does not have.
pub(crate) fn check(template: &Template) -> Vec<Problem> {
    let resources = template.resources();
    let modules = resources.filter(|resource| resource.kind.ends_with("::MODULE"));
    let mut targets = TargetChecker {
        template,
        modules: modules.map(|module| module.id).collect(),
        problems: Vec::new(),
    };
    for section in [Section::Rules, Section::Conditions] {
        for (_, entry) in template.entries(section) {
            targets.check_references(
                entry.node.condition_references(),
                ReferencePosition::BeforeResources,
            );
        }
    }
    for section in [Section::Resources, Section::Outputs] {
        for (name, entry) in template.entries(section) {
            targets.check_references(entry.node.references(), ReferencePosition::Value);
            let condition = entry.node.get("Condition");
            if let Some((node, name)) = condition.and_then(|node| Some((node, node.as_str()?))) {
                targets.check_condition(name, node.span);
            }
            if section == Section::Resources
                && let Some(node) = entry.node.get("DependsOn")
            {
                targets.check_depends_on(name, node);
            }
        }
    }
    targets.check_shared_names();
    targets.problems
}

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq)]
enum ReferencePosition {
    /// In a rule or a condition, which are decided before there are resources.
    BeforeResources,
    /// In a resource or an output.
    Value,
}

struct TargetChecker<'a> {
    template: &'a Template,
    /// The resources that are modules.
    modules: Vec<&'a str>,
    problems: Vec<Problem>,
}

impl<'a> TargetChecker<'a> {
    fn has(&self, section: Section, name: &str) -> bool {
        let node = self.template.section(section);
        node.is_some_and(|section| section.get(name).is_some())
    }

    /// Whether a resource of that name is declared, or may come out of a module, whose resources'
    /// names begin with its own.
    fn has_resource(&self, name: &str) -> bool {
        let mut modules = self.modules.iter();
        self.has(Section::Resources, name) || modules.any(|module| name.starts_with(module))
    }

    fn names(&self, section: Section) -> impl Iterator<Item = &'a str> + use<'a> {
        self.template.entries(section).map(|(name, _)| name)
    }

    fn check_references(&mut self, references: Vec<Reference<'_>>, position: ReferencePosition) {
        for reference in references {
            match reference.target {
                Target::Name(name) => self.check_name(name, reference.span, position),
                Target::Attribute(resource, _) => {
                    self.check_attribute(resource, reference.span, position)
                }
                Target::Condition(name) => self.check_condition(name, reference.span),
                Target::Mapping {
                    name,
                    keys,
                    default,
                } => self.check_mapping(name, keys, default, reference.span),
            }
        }
    }

    fn check_name(&mut self, name: &str, span: Span, position: ReferencePosition) {
        if self.has(Section::Parameters, name) || PSEUDO_PARAMETERS.contains(&name) {
            return;
        }
        let is_resource = self.has_resource(name);
        if is_resource && position == ReferencePosition::Value {
            return;
        }
        if is_resource {
            let message = format!("a condition cannot depend on the resource `{name}`");
            self.report(message, span, "a resource", None);
            return;
        }
        let parameters = self.names(Section::Parameters);
        let resources = self.names(Section::Resources);
        let mut known: Vec<&str> = parameters
            .chain(PSEUDO_PARAMETERS.iter().copied())
            .collect();
        if position == ReferencePosition::Value {
            known.extend(resources);
        }
        let message = match name.starts_with("AWS::") {
            true => format!("`{name}` is not a pseudo parameter"),
            false => format!("`{name}` is neither a parameter nor a resource of this template"),
        };
        self.report(message, span, "not there", nearest(name, known));
    }

    fn check_attribute(&mut self, resource: &str, span: Span, position: ReferencePosition) {
        if !self.has_resource(resource) {
            let near = nearest(resource, self.names(Section::Resources));
            let message = format!("`{resource}` is not a resource of this template");
            self.report(message, span, "not there", near);
        } else if position == ReferencePosition::BeforeResources {
            let message = format!("a condition cannot depend on the resource `{resource}`");
            self.report(message, span, "a resource", None);
        }
    }

    fn check_condition(&mut self, name: &str, span: Span) {
        if !self.has(Section::Conditions, name) {
            let near = nearest(name, self.names(Section::Conditions));
            let message = format!("`{name}` is not a condition of this template");
            self.report(message, span, "not there", near);
        }
    }

    fn check_mapping(&mut self, name: &str, keys: [Option<&Node>; 2], default: bool, span: Span) {
        let mappings = self.template.section(Section::Mappings);
        let Some(mapping) = mappings.and_then(|mappings| mappings.get(name)) else {
            let near = nearest(name, self.names(Section::Mappings));
            let message = format!("`{name}` is not a mapping of this template");
            self.report(message, span, "not there", near);
            return;
        };
        let mut level = Some(mapping);
        for key in keys {
            let (Some(node), Some(map)) = (key, level.and_then(Node::as_map)) else {
                return;
            };
            let Some(key) = node.as_str() else { return };
            level = map.get(key);
            if level.is_none() && !default {
                let near = nearest(key, map.keys());
                let message = format!("mapping `{name}` has no `{key}`");
                self.report(message, node.span, "not there", near);
                return;
            }
        }
    }

    fn check_depends_on(&mut self, id: &str, node: &Node) {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        for item in items {
            let Some(name) = item.as_str() else { continue };
            if name == id {
                let message = format!("`{id}` cannot wait for itself");
                self.report(message, item.span, "itself", None);
            } else if !self.has_resource(name) {
                let near = nearest(name, self.names(Section::Resources));
                let message = format!("`{name}` is not a resource of this template");
                self.report(message, item.span, "not there", near);
            }
        }
    }

    /// Names that are both a parameter and a resource: a `Ref` to one could mean either.
    fn check_shared_names(&mut self) {
        for parameter in self.template.parameters() {
            if let Some(resource) = self.template.resource(parameter.name) {
                let message = format!(
                    "`{}` is the name of a parameter and of a resource",
                    parameter.name
                );
                self.problems.push(
                    Problem::error(codes::TEMPLATE_NAME, message)
                        .at(resource.id_span, "a resource")
                        .at(parameter.name_span, "a parameter"),
                );
            }
        }
    }

    fn report(&mut self, message: String, span: Span, label: &str, near: Option<&str>) {
        let problem = Problem::error(codes::TEMPLATE_REFERENCE, message)
            .at(span, label)
            .suggest(near);
        self.problems.push(problem);
    }
}
