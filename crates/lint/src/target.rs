//! Whether everything that is referred to is there.

use crate::codes;
use formwork_template::diagnostics::{Problem, Span, nearest};
use formwork_template::references::PSEUDO_PARAMETERS;
use formwork_template::{Node, Reference, Section, Target, Template};

/// References to what the template does not have.
pub(super) fn targets(template: &Template) -> Vec<Problem> {
    let resources = template.resources();
    let modules = resources.filter(|resource| resource.kind.ends_with("::MODULE"));
    let mut finder = Finder {
        template,
        modules: modules.map(|module| module.id).collect(),
        problems: Vec::new(),
    };
    for section in [Section::Rules, Section::Conditions] {
        for (_, entry) in template.entries(section) {
            finder.all(entry.node.condition_references(), Place::BeforeResources);
        }
    }
    for section in [Section::Resources, Section::Outputs] {
        for (name, entry) in template.entries(section) {
            finder.all(entry.node.references(), Place::Value);
            let condition = entry.node.get("Condition");
            if let Some((node, name)) = condition.and_then(|node| Some((node, node.as_str()?))) {
                finder.condition(name, node.span);
            }
            if section == Section::Resources
                && let Some(node) = entry.node.get("DependsOn")
            {
                finder.depends_on(name, node);
            }
        }
    }
    finder.twice();
    finder.problems
}

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In a rule or a condition, which are decided before there are resources.
    BeforeResources,
    /// In a resource or an output.
    Value,
}

struct Finder<'a> {
    template: &'a Template,
    /// The resources that are modules.
    modules: Vec<&'a str>,
    problems: Vec<Problem>,
}

impl<'a> Finder<'a> {
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

    fn all(&mut self, references: Vec<Reference<'_>>, place: Place) {
        for reference in references {
            match reference.target {
                Target::Name(name) => self.name(name, reference.span, place),
                Target::Attribute(resource, _) => self.attribute(resource, reference.span, place),
                Target::Condition(name) => self.condition(name, reference.span),
                Target::Mapping {
                    name,
                    keys,
                    default,
                } => self.mapping(name, keys, default, reference.span),
            }
        }
    }

    fn name(&mut self, name: &str, span: Span, place: Place) {
        if self.has(Section::Parameters, name) || PSEUDO_PARAMETERS.contains(&name) {
            return;
        }
        let is_resource = self.has_resource(name);
        if is_resource && place == Place::Value {
            return;
        }
        if is_resource {
            let message = format!("a condition cannot depend on the resource `{name}`");
            self.push(message, span, "a resource", None);
            return;
        }
        let parameters = self.names(Section::Parameters);
        let resources = self.names(Section::Resources);
        let mut known: Vec<&str> = parameters
            .chain(PSEUDO_PARAMETERS.iter().copied())
            .collect();
        if place == Place::Value {
            known.extend(resources);
        }
        let message = match name.starts_with("AWS::") {
            true => format!("`{name}` is not a pseudo parameter"),
            false => format!("`{name}` is neither a parameter nor a resource of this template"),
        };
        self.push(message, span, "not there", nearest(name, known));
    }

    fn attribute(&mut self, resource: &str, span: Span, place: Place) {
        if !self.has_resource(resource) {
            let near = nearest(resource, self.names(Section::Resources));
            let message = format!("`{resource}` is not a resource of this template");
            self.push(message, span, "not there", near);
        } else if place == Place::BeforeResources {
            let message = format!("a condition cannot depend on the resource `{resource}`");
            self.push(message, span, "a resource", None);
        }
    }

    fn condition(&mut self, name: &str, span: Span) {
        if !self.has(Section::Conditions, name) {
            let near = nearest(name, self.names(Section::Conditions));
            let message = format!("`{name}` is not a condition of this template");
            self.push(message, span, "not there", near);
        }
    }

    fn mapping(&mut self, name: &str, keys: [Option<&Node>; 2], default: bool, span: Span) {
        let mappings = self.template.section(Section::Mappings);
        let Some(mapping) = mappings.and_then(|mappings| mappings.get(name)) else {
            let near = nearest(name, self.names(Section::Mappings));
            let message = format!("`{name}` is not a mapping of this template");
            self.push(message, span, "not there", near);
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
                self.push(message, node.span, "not there", near);
                return;
            }
        }
    }

    fn depends_on(&mut self, id: &str, node: &Node) {
        let items = node.as_list().unwrap_or(std::slice::from_ref(node));
        for item in items {
            let Some(name) = item.as_str() else { continue };
            if name == id {
                let message = format!("`{id}` cannot wait for itself");
                self.push(message, item.span, "itself", None);
            } else if !self.has_resource(name) {
                let near = nearest(name, self.names(Section::Resources));
                let message = format!("`{name}` is not a resource of this template");
                self.push(message, item.span, "not there", near);
            }
        }
    }

    /// Names that are both a parameter and a resource: a `Ref` to one could mean either.
    fn twice(&mut self) {
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

    fn push(&mut self, message: String, span: Span, label: &str, near: Option<&str>) {
        let problem = Problem::error(codes::TEMPLATE_REFERENCE, message)
            .at(span, label)
            .suggest(near);
        self.problems.push(problem);
    }
}
