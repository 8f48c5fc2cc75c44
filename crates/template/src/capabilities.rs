//! The capabilities that a template needs to be told it may use.
//!
//! Derived from the template alone. What a nested stack's own template needs cannot be seen here.

use crate::{Function, Section, Template};
use std::collections::BTreeSet;
use std::fmt;

/// What CloudFormation wants acknowledged before it carries a template out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// The template makes IAM resources.
    Iam,
    /// It names them itself. Covers [`Capability::Iam`].
    NamedIam,
    /// It uses macros.
    AutoExpand,
}

impl Capability {
    /// The name on the wire, as `CAPABILITY_IAM`.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::Iam => "CAPABILITY_IAM",
            Capability::NamedIam => "CAPABILITY_NAMED_IAM",
            Capability::AutoExpand => "CAPABILITY_AUTO_EXPAND",
        }
    }

    /// The capability of that name on the wire.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Iam, Self::NamedIam, Self::AutoExpand]
            .into_iter()
            .find(|capability| capability.as_str() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

/// The types that need a capability (CreateStack's documentation), each with the property by which
/// a user names it; the last three came later and need the same.
const IAM: &[(&str, Option<&str>)] = &[
    ("AWS::IAM::AccessKey", None),
    ("AWS::IAM::Group", Some("GroupName")),
    ("AWS::IAM::InstanceProfile", Some("InstanceProfileName")),
    ("AWS::IAM::ManagedPolicy", Some("ManagedPolicyName")),
    ("AWS::IAM::Policy", None),
    ("AWS::IAM::Role", Some("RoleName")),
    ("AWS::IAM::User", Some("UserName")),
    ("AWS::IAM::UserToGroupAddition", None),
    ("AWS::IAM::GroupPolicy", None),
    ("AWS::IAM::RolePolicy", None),
    ("AWS::IAM::UserPolicy", None),
];

/// The capabilities that `template` needs: at most one of the two for IAM.
pub fn capabilities(template: &Template) -> BTreeSet<Capability> {
    let mut needed = BTreeSet::new();
    for resource in template.resources() {
        let kind = resource.kind;
        // The transform makes a role for each of them that names none.
        if kind.starts_with("AWS::Serverless::") {
            needed.insert(Capability::Iam);
        }
        let Some((_, name)) = IAM.iter().find(|(iam, _)| *iam == kind) else {
            continue;
        };
        let named = name.is_some_and(|name| resource.property(name).is_some());
        needed.insert(match named {
            true => Capability::NamedIam,
            false => Capability::Iam,
        });
    }
    if needed.contains(&Capability::NamedIam) {
        needed.remove(&Capability::Iam);
    }
    if has_macros(template) {
        needed.insert(Capability::AutoExpand);
    }
    needed
}

/// Whether macros rewrite the template before CloudFormation carries it out.
pub fn has_macros(template: &Template) -> bool {
    let mut found = template.section(Section::Transform).is_some();
    template.root().walk(&mut |node| {
        found |= node.get(Function::Transform.key()).is_some();
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::template;

    #[test]
    fn capabilities_follow_types_and_names() {
        for (resource, expect) in [
            ("Type: AWS::SNS::Topic", ""),
            ("Type: AWS::IAM::Role", "CAPABILITY_IAM"),
            (
                "{Type: AWS::IAM::Role, Properties: {RoleName: !Ref Name}}",
                "CAPABILITY_NAMED_IAM",
            ),
            (
                "{Type: AWS::IAM::RolePolicy, Properties: {RoleName: r}}",
                "CAPABILITY_IAM",
            ),
            ("Type: AWS::Serverless::Function", "CAPABILITY_IAM"),
            (
                "{Type: A::B::C, Properties: {'Fn::Transform': {Name: Mine}}}",
                "CAPABILITY_AUTO_EXPAND",
            ),
        ] {
            let text = match resource.starts_with('{') {
                true => format!("Resources: {{R: {resource}}}"),
                false => format!("Resources: {{R: {{{resource}}}}}"),
            };
            let names: Vec<_> = capabilities(&template(&text))
                .into_iter()
                .map(Capability::as_str)
                .collect();
            assert_eq!(names.join(" "), expect, "{resource}");
        }
    }

    #[test]
    fn naming_one_role_covers_the_unnamed_and_a_transform_needs_its_own() {
        let template = template(
            "Transform: AWS::Serverless-2016-10-31
Resources:
  A: {Type: AWS::IAM::Role}
  B: {Type: AWS::IAM::User, Properties: {UserName: b}}",
        );
        let needed: Vec<_> = capabilities(&template).into_iter().collect();
        assert_eq!(needed, [Capability::NamedIam, Capability::AutoExpand]);
    }
}
