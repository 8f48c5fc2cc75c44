//! The capabilities that a template needs.
//!
//! They follow from the template alone. The capabilities that the templates of nested stacks need
//! are left out.

use crate::{Function, Section, Template};
use std::collections::BTreeSet;
use std::fmt;

/// A capability that CloudFormation wants acknowledged before it creates or updates a stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// The template contains IAM resources.
    Iam,
    /// The template contains IAM resources with custom names. This includes [`Capability::Iam`].
    NamedIam,
    /// The template contains macros.
    AutoExpand,
}

impl Capability {
    /// Returns the name in the API, such as `CAPABILITY_IAM`.
    pub fn as_str(self) -> &'static str {
        match self {
            Capability::Iam => "CAPABILITY_IAM",
            Capability::NamedIam => "CAPABILITY_NAMED_IAM",
            Capability::AutoExpand => "CAPABILITY_AUTO_EXPAND",
        }
    }

    /// Returns the capability with this name in the API.
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

/// The types that need a capability, each with the property that gives it a custom name. They are
/// from the documentation of CreateStack, except for the last three, which are newer and need the
/// same.
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

/// Returns the capabilities that `template` needs. At most one of the two for IAM is among them.
pub fn capabilities(template: &Template) -> BTreeSet<Capability> {
    let mut needed = BTreeSet::new();
    for resource in template.resources() {
        let kind = resource.kind;
        // The transform creates a role for a function that has none.
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

/// Returns whether macros transform the template before CloudFormation deploys it.
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
