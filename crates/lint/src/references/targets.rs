//! References to parameters, resources, conditions and mappings: whether the target exists.

use crate::codes;
use crate::context::Checker;
use formwork_template::diagnostics::{Problem, Span, SuggestionBudget};
use formwork_template::references::PSEUDO_PARAMETERS;
use formwork_template::{Node, Reference, Section, Target, Template};

/// Reports references to names that the template does not have.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let template = checker.template;
    let resources = template.resources();
    let modules = resources.filter(|resource| resource.kind.ends_with("::MODULE"));
    let mut targets = TargetChecker {
        template,
        suggestions: &checker.suggestions,
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

/// The position of a reference.
#[derive(Clone, Copy, PartialEq)]
enum ReferencePosition {
    /// A rule or a condition, which CloudFormation evaluates before it creates resources.
    BeforeResources,
    /// A resource or an output.
    Value,
}

struct TargetChecker<'a> {
    template: &'a Template,
    suggestions: &'a SuggestionBudget,
    /// The logical ids of modules.
    modules: Vec<&'a str>,
    problems: Vec<Problem>,
}

impl<'a> TargetChecker<'a> {
    fn has(&self, section: Section, name: &str) -> bool {
        let node = self.template.section(section);
        node.is_some_and(|section| section.get(name).is_some())
    }

    /// Returns whether a resource of that name is declared, or may belong to a module. The names of
    /// a module's resources start with the module's logical id.
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
            true => format!("unknown pseudo parameter `{name}`"),
            false => format!("unknown parameter or resource `{name}`"),
        };
        self.report(
            message,
            span,
            "not found",
            self.suggestions.nearest(name, known),
        );
    }

    fn check_attribute(&mut self, resource: &str, span: Span, position: ReferencePosition) {
        if !self.has_resource(resource) {
            let near = self
                .suggestions
                .nearest(resource, self.names(Section::Resources));
            let message = format!("unknown resource `{resource}`");
            self.report(message, span, "not found", near);
        } else if position == ReferencePosition::BeforeResources {
            let message = format!("a condition cannot depend on the resource `{resource}`");
            self.report(message, span, "a resource", None);
        }
    }

    fn check_condition(&mut self, name: &str, span: Span) {
        if !self.has(Section::Conditions, name) {
            let near = self
                .suggestions
                .nearest(name, self.names(Section::Conditions));
            let message = format!("unknown condition `{name}`");
            self.report(message, span, "not found", near);
        }
    }

    fn check_mapping(&mut self, name: &str, keys: [Option<&Node>; 2], default: bool, span: Span) {
        let mappings = self.template.section(Section::Mappings);
        let Some(mapping) = mappings.and_then(|mappings| mappings.get(name)) else {
            let near = self
                .suggestions
                .nearest(name, self.names(Section::Mappings));
            let message = format!("unknown mapping `{name}`");
            self.report(message, span, "not found", near);
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
                let near = self.suggestions.nearest(key, map.keys());
                let message = format!("unknown key `{key}` of mapping `{name}`");
                self.report(message, node.span, "not found", near);
                return;
            }
        }
    }

    fn check_depends_on(&mut self, id: &str, node: &Node) {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        for item in items {
            let Some(name) = item.as_str() else { continue };
            if name == id {
                let message = format!("resource `{id}` cannot depend on itself");
                self.report(message, item.span, "itself", None);
            } else if !self.has_resource(name) {
                let near = self
                    .suggestions
                    .nearest(name, self.names(Section::Resources));
                let message = format!("unknown resource `{name}`");
                self.report(message, item.span, "not found", near);
            }
        }
    }

    /// Reports names of both a parameter and a resource: `Ref` would be ambiguous.
    fn check_shared_names(&mut self) {
        for parameter in self.template.parameters() {
            if let Some(resource) = self.template.resource(parameter.name) {
                let message = format!("`{}` is both a parameter and a resource", parameter.name);
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
