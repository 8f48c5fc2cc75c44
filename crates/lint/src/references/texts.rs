//! Texts with references that nothing replaces: `${…}` outside `Fn::Sub`, and dynamic references
//! that CloudFormation does not resolve.
//!
//! From the pages "Fn::Sub" and "Get values stored in other services using dynamic references".

use crate::codes;
use crate::context::Checker;
use formwork_template::diagnostics::Problem;
use formwork_template::references::PSEUDO_PARAMETERS;
use formwork_template::sub::{Part, parts};
use formwork_template::{Function, Map, Node, Section, Value, dynamic_references};

/// The properties in which `ssm-secure` is resolved.
const SECURE: &[(&str, &str)] = &[
    ("AWS::DirectoryService::MicrosoftAD", "Password"),
    ("AWS::DirectoryService::SimpleAD", "Password"),
    ("AWS::ElastiCache::ReplicationGroup", "AuthToken"),
    ("AWS::IAM::User", "LoginProfile.Password"),
    (
        "AWS::KinesisFirehose::DeliveryStream",
        "RedshiftDestinationConfiguration.Password",
    ),
    ("AWS::OpsWorks::App", "AppSource.Password"),
    ("AWS::OpsWorks::Stack", "CustomCookbooksSource.Password"),
    ("AWS::OpsWorks::Stack", "RdsDbInstances.*.DbPassword"),
    ("AWS::RDS::DBCluster", "MasterUserPassword"),
    ("AWS::RDS::DBInstance", "MasterUserPassword"),
    ("AWS::Redshift::Cluster", "MasterUserPassword"),
];

/// Checks all texts of the template.
pub(crate) fn check(checker: &Checker<'_>) -> Vec<Problem> {
    let mut texts = TextChecker {
        checker,
        path: Vec::new(),
        substitutions: None,
        problems: Vec::new(),
    };
    for section in Section::ALL {
        texts.path = vec![section.key()];
        if *section == Section::Resources {
            texts.check_resources();
        } else if let Some(node) = checker.template.section(*section) {
            texts.check_text(node, EnclosingFunction::None);
        }
    }
    texts.problems
}

/// The function around a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EnclosingFunction {
    /// No function that changes the text.
    None,
    /// A function that joins the text with others.
    Join,
    /// An `Fn::Sub`.
    Sub,
}

struct TextChecker<'s, 'a> {
    checker: &'s Checker<'a>,
    /// The path from the template's root; `*` is an item of a list.
    path: Vec<&'s str>,
    /// The `DefinitionSubstitutions` of a state machine.
    substitutions: Option<&'s Map>,
    problems: Vec<Problem>,
}

impl<'s> TextChecker<'s, '_> {
    fn check_resources(&mut self) {
        for (id, entry) in self.checker.template.entries(Section::Resources) {
            self.path = vec![Section::Resources.key(), id];
            let substitutions = entry.node.at("Properties.DefinitionSubstitutions");
            self.substitutions = substitutions.and_then(Node::as_map);
            self.check_text(&entry.node, EnclosingFunction::None);
        }
        self.substitutions = None;
    }

    fn check_text(&mut self, node: &'s Node, enclosing: EnclosingFunction) {
        let enclosing = match node.function() {
            Some((Function::Sub, _)) => EnclosingFunction::Sub,
            Some((Function::Join, _)) if enclosing == EnclosingFunction::None => {
                EnclosingFunction::Join
            }
            _ => enclosing,
        };
        if let Some((_, argument)) = node.function() {
            // Functions and their lists are not part of the path to a property.
            match argument.as_list() {
                Some(items) => items
                    .iter()
                    .for_each(|item| self.check_text(item, enclosing)),
                None => self.check_text(argument, enclosing),
            }
            return;
        }
        match &node.value {
            Value::String(text) => {
                if enclosing != EnclosingFunction::Sub {
                    self.check_substitutions(text, node);
                }
                if enclosing == EnclosingFunction::None {
                    self.check_dynamic_references(text, node);
                }
            }
            Value::List(items) => {
                self.path.push("*");
                items
                    .iter()
                    .for_each(|item| self.check_text(item, enclosing));
                self.path.pop();
            }
            Value::Map(map) => {
                for (name, entry) in map.iter() {
                    self.path.push(name);
                    self.check_text(&entry.node, enclosing);
                    self.path.pop();
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// Reports a `${Name}` of the template outside `Fn::Sub`.
    fn check_substitutions(&mut self, text: &str, node: &Node) {
        if !text.contains("${") || self.path.last() == Some(&"TemplateBody") {
            return;
        }
        let defines = self.path.contains(&"DefinitionString");
        let substituted = defines || self.path.contains(&"Definition");
        for part in parts(text) {
            let Part::Reference { name, .. } = part else {
                continue;
            };
            let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
            if name.is_empty() || !name.chars().all(known) {
                continue;
            }
            let given = self.substitutions.is_some_and(|map| map.contains(name));
            if substituted && given || !(defines || self.is_substitutable(name)) {
                continue;
            }
            let message = format!("`${{{name}}}` is not replaced outside `Fn::Sub`");
            let help = match defines {
                true => format!("use `Fn::Sub`, or add `{name}` to `DefinitionSubstitutions`"),
                false => "use `Fn::Sub`".to_owned(),
            };
            let problem = Problem::error(codes::TEMPLATE_SUBSTITUTION, message);
            self.problems
                .push(problem.at(node.span, "not in `Fn::Sub`").help(help));
            return;
        }
    }

    /// Returns whether `Fn::Sub` would replace `name`.
    fn is_substitutable(&self, name: &str) -> bool {
        let template = self.checker.template;
        if PSEUDO_PARAMETERS.contains(&name) || template.resource(name).is_some() {
            return true;
        }
        if let Some((id, attribute)) = name.split_once('.') {
            let kind = template.resource(id).map(|resource| resource.kind);
            let schema = kind.and_then(|kind| self.checker.table.resource(kind));
            return schema.is_some_and(|schema| schema.attribute(attribute).is_some());
        }
        template
            .parameters()
            .any(|parameter| parameter.name == name)
    }

    fn check_dynamic_references(&mut self, text: &str, node: &Node) {
        for reference in dynamic_references(text) {
            // An unclosed reference continues in another text.
            if !text[reference.range.clone()].ends_with("}}") {
                continue;
            }
            let fields: Vec<&str> = reference.text.split(':').collect();
            let wrong = malformed(&fields)
                .map(|message| (message, "write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`"))
                .or_else(|| self.misplaced(reference.service()));
            if let Some((message, help)) = wrong {
                let problem = Problem::error(codes::TEMPLATE_DYNAMIC, message);
                self.problems
                    .push(problem.at(node.span, "not resolved").help(help));
            }
        }
    }

    /// Reports a dynamic reference in a place where it is not resolved.
    fn misplaced(&self, service: &str) -> Option<(String, &'static str)> {
        let in_properties = matches!(self.path.as_slice(), ["Resources", _, "Properties", ..]);
        match service {
            "ssm-secure" if !self.is_secure() => Some((
                "`ssm-secure` is not resolved in this property".to_owned(),
                "only some password properties support it: use a secret of Secrets Manager",
            )),
            "secretsmanager" => {
                let in_default = matches!(self.path.as_slice(), ["Parameters", _, "Default", ..]);
                (!in_properties && !in_default).then(|| {
                    (
                        "`secretsmanager` is resolved only in properties of resources".to_owned(),
                        "use the secret directly in the property",
                    )
                })
            }
            _ => None,
        }
    }

    fn is_secure(&self) -> bool {
        let ["Resources", id, "Properties", rest @ ..] = self.path.as_slice() else {
            return false;
        };
        let resource = self.checker.template.resource(id);
        let path = rest.join(".");
        resource.is_some_and(|resource| {
            let mut known = SECURE.iter();
            known.any(|(kind, known)| *kind == resource.kind && *known == path)
        })
    }
}

/// Reports a malformed dynamic reference. `fields` are the parts between colons.
fn malformed(fields: &[&str]) -> Option<String> {
    let (service, rest) = fields.split_first()?;
    match *service {
        "ssm" | "ssm-secure" => {
            let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/');
            match rest {
                [name] | [name, _] if !name.chars().any(known) => {
                    Some("missing name of the parameter in a dynamic reference".to_owned())
                }
                [_] => None,
                [_, version] => {
                    let number = !version.is_empty() && version.bytes().all(|b| b.is_ascii_digit());
                    (!number).then(|| {
                        format!("invalid version `{version}` of a Systems Manager parameter: expected a number")
                    })
                }
                _ => Some("invalid reference to a Systems Manager parameter: expected `name` or `name:version`".to_owned()),
            }
        }
        "secretsmanager" => secret(rest),
        other => Some(format!(
            "unknown service `{other}` of a dynamic reference: expected ssm, ssm-secure or secretsmanager"
        )),
    }
}

fn secret(fields: &[&str]) -> Option<String> {
    let options = match fields {
        [] | [""] => return Some("missing name of the secret in a dynamic reference".to_owned()),
        ["arn", rest @ ..] => {
            if rest.len() < 6 || rest.get(4) != Some(&"secret") {
                return Some("invalid ARN of a secret: expected `arn:partition:secretsmanager:region:account:secret:name`".to_owned());
            }
            &rest[6..]
        }
        [_, rest @ ..] => rest,
    };
    if options.len() > 4 {
        let message = "too many parts after the name of a secret: expected `SecretString`, a key, a stage and a version";
        return Some(message.to_owned());
    }
    match options.first() {
        None | Some(&"" | &"SecretString") => None,
        Some(other) => Some(format!(
            "unknown part `{other}` after the name of a secret: expected `SecretString`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use crate::tests::checked;

    #[test]
    fn dynamic_references_are_written_and_stand_where_they_are_resolved() {
        insta::assert_snapshot!(checked("
Parameters: {P: {Type: String, Default: '{{resolve:ssm-secure:a:1}}'}, S: {Type: String, Default: '{{resolve:secretsmanager:a}}'}}
Mappings: {M: {a: {b: '{{resolve:secretsmanager:x}}'}}}
Resources:
  R:
    Type: T::T::T
    Metadata: {a: '{{resolve:secretsmanager:a}}', b: '{{resolve:ssm:a}}'}
    Properties:
      A: '{{resolve:ssm-secure:a:1}}'
      B: '{{resolve:ssmm:a:1}}'
      C: '{{resolve:ssm:a:b}} {{resolve:ssm:a:1}}'
      D: '{{resolve:ssm}}'
      E: '{{resolve:secretsmanager:a:SecretBinary:b}}'
      F: '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:a:SecretString:b:c:d:e}}'
      G: !Join ['', ['{{resolve:ssm:', !Ref P, ':x}}']]
      H: !Sub '{{resolve:ssm:${P}}}'
      I: '{{resolve:secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:a:SecretString:b}}'
      J: '{{resolve:secretsmanager:arn:aws:a}}'
  U: {Type: AWS::IAM::User, Properties: {LoginProfile: {Password: !If [C, '{{resolve:ssm-secure:a:1}}', a]}}}
Conditions: {C: !Equals [!Ref P, a]}
"), @r#"
        template_dynamic: `ssm-secure` is not resolved in this property [2 "'{{resolve:ssm-secure:a:1}}'" not resolved] help: only some password properties support it: use a secret of Secrets Manager
        template_dynamic: `secretsmanager` is resolved only in properties of resources [3 "'{{resolve:secretsmanager:x}}'" not resolved] help: use the secret directly in the property
        template_dynamic: `secretsmanager` is resolved only in properties of resources [7 "'{{resolve:secretsmanager:a}}'" not resolved] help: use the secret directly in the property
        template_dynamic: `ssm-secure` is not resolved in this property [9 "'{{resolve:ssm-secure:a:1}}'" not resolved] help: only some password properties support it: use a secret of Secrets Manager
        template_dynamic: unknown service `ssmm` of a dynamic reference: expected ssm, ssm-secure or secretsmanager [10 "'{{resolve:ssmm:a:1}}'" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        template_dynamic: invalid version `b` of a Systems Manager parameter: expected a number [11 "'{{resolve:ssm:a:b}} {{resolve" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        template_dynamic: invalid reference to a Systems Manager parameter: expected `name` or `name:version` [12 "'{{resolve:ssm}}'" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        template_dynamic: unknown part `SecretBinary` after the name of a secret: expected `SecretString` [13 "'{{resolve:secretsmanager:a:Se" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        template_dynamic: too many parts after the name of a secret: expected `SecretString`, a key, a stage and a version [14 "'{{resolve:secretsmanager:arn:" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        template_dynamic: invalid ARN of a secret: expected `arn:partition:secretsmanager:region:account:secret:name` [18 "'{{resolve:secretsmanager:arn:" not resolved] help: write `{{resolve:ssm:name}}` or `{{resolve:secretsmanager:secret:SecretString:key}}`
        "#);
    }

    #[test]
    fn names_outside_sub_are_not_replaced() {
        insta::assert_snapshot!(checked("
Parameters: {P: {Type: String}}
Resources:
  R:
    Type: T::T::T
    Properties:
      A: 'arn:${AWS::Partition}:${P}'
      B: '${Unknown} ${aws:username} ${!P} ${stageVariables.x}'
      C: !Join ['', ['${P}']]
      D: !Sub ['${P}', {x: '${P}'}]
      TemplateBody: '${P}'
  S:
    Type: AWS::StepFunctions::StateMachine
    Properties:
      DefinitionSubstitutions: {P: a}
      DefinitionString: '${P} ${Other}'
"), @r#"
        template_substitution: `${AWS::Partition}` is not replaced outside `Fn::Sub` [7 "'arn:${AWS::Partition}:${P}'" not in `Fn::Sub`] help: use `Fn::Sub`
        template_substitution: `${P}` is not replaced outside `Fn::Sub` [9 "'${P}'" not in `Fn::Sub`] help: use `Fn::Sub`
        template_substitution: `${Other}` is not replaced outside `Fn::Sub` [16 "'${P} ${Other}'" not in `Fn::Sub`] help: use `Fn::Sub`, or add `Other` to `DefinitionSubstitutions`
        "#);
    }
}
