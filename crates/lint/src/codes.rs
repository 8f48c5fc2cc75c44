//! The codes of the problems that checking a template reports.

formwork_template::codes! {
    TEMPLATE_LIMIT = "template_limit": "The template is larger than CloudFormation takes: 500 resources, 200 parameters, mappings and outputs, 1 MB, 1,024 bytes a description, 60 dynamic references.";
    TEMPLATE_NAME = "template_name": "A name in a template is not 1 to 255 letters and digits, or is that of a parameter and a resource at once.";
    TEMPLATE_FUNCTION = "template_function": "A key of the form `Fn::…` that is no function of CloudFormation, or a function whose argument has not its form.";
    TEMPLATE_REFERENCE = "template_reference": "A template refers to a parameter, resource, condition or mapping that it does not have, or to a resource from where none may stand.";
    TEMPLATE_DYNAMIC = "template_dynamic": "A dynamic reference, `{{resolve:…}}`, that is not written as its service reads it, or stands where CloudFormation does not resolve it.";
    TEMPLATE_SUBSTITUTION = "template_substitution": "A text names something of the template as `${Name}` and is not inside an `Fn::Sub`, so the name is not replaced.";
    RESOURCE_RULE = "resource_rule": "A resource's properties are each of their type, and its service does not take them so.";
    RESOURCE_CONFLICT = "resource_conflict": "Two resources of one template that cannot exist at once: they have the same identifier, overlapping addresses, or the place of which there is one.";
    TEMPLATE_CONDITIONS = "template_conditions": "So many conditions meet in a resource, or in all of a template's, that not every case that they make was checked.";
    TEMPLATE_CYCLE = "template_cycle": "Resources of one template wait for each other, by references or `DependsOn`, in a circle, or its conditions decide each other so.";
    POLICY_DOCUMENT = "policy_document": "A policy is neither a table nor a text of JSON.";
    POLICY_ELEMENT = "policy_element": "A policy or a statement has an element that IAM's policy language does not know, lacks one that it needs, or has two that exclude each other, as `Action` and `NotAction`.";
    POLICY_VALUE = "policy_value": "An element of a policy holds what it does not take: another effect than Allow and Deny, a resource that is no ARN, a principal of no known form, an identifier that stands twice.";
    POLICY_ACTION = "policy_action": "An action of a policy is not written `service:Action`, is one that no service has, or is one that this policy cannot grant.";
    POLICY_OPERATOR = "policy_operator": "A condition of a policy uses an operator that IAM does not know.";
    POLICY_CONDITION = "policy_condition": "A condition of a policy compares a key with a value that the key never has, as `aws:SourceVpc` with the id of a VPC endpoint: what it allows, nobody may; what it denies unless, everybody is denied.";
    POLICY_VARIABLE = "policy_variable": "A policy uses variables, as `${aws:username}`, without the version 2012-10-17, and so takes them for plain text.";
    ROLE_REFERENCE = "role_reference": "A property that takes a role is given something else: a text that is no role's ARN, or the name of a role that is found by its path only.";
    TRAP_ZONE = "trap_zone": "A create-only property takes its zone from `Fn::GetAZs`, whose list and order may change: then the resource is replaced.";
    TRAP_LOG_GROUP = "trap_log_group": "A log group carries the name that Lambda gives to a function's own: whoever makes it first, the other one meets it.";
    TRAP_RESOLVE = "trap_resolve": "A create-only property takes a dynamic reference without a version: when the value changes, the next update replaces the resource.";
    TRAP_SECRET = "trap_secret": "The value of a NoEcho parameter stands where everybody who may describe the stack can read it: in an output or in metadata.";
    UNKNOWN_TYPE = "unknown_type": "A resource has a type of `AWS::…` that CloudFormation does not have.";
    UNAVAILABLE_TYPE = "unavailable_type": "A resource's type is not offered in the stack's region, or its service has ended.";
    UNKNOWN_PROPERTY = "unknown_property": "A resource's properties, or a table within them, hold a name that the type does not have. `formwork explain TYPE` lists what it has.";
    MISSING_PROPERTY = "missing_property": "A resource, or a table within it, lacks a property that it needs, always or with another one that is there.";
    PROPERTY_TYPE = "property_type": "A property is of another type than its value, or than what a function gives there. Texts, numbers and truth values stand for one another, as `\"80\"` for 80; lists and tables never do.";
    WRONG_VALUE = "wrong_value": "A property does not take that value: it is none of those allowed, or has not their form. What a parameter's default makes of it is warned of.";
    OUT_OF_BOUNDS = "out_of_bounds": "A number is too small or too large, a text too short or too long, or a list or table has too few or too many entries.";
    DUPLICATE_ITEM = "duplicate_item": "A list whose items must differ, or differ in a key, holds one twice.";
    PROPERTY_CONFLICT = "property_conflict": "Properties stand together of which only one may be given, or which do not fit each other.";
    READ_ONLY_PROPERTY = "read_only_property": "A property is given that AWS alone sets.";
    UNKNOWN_ATTRIBUTE = "unknown_attribute": "`Fn::GetAtt`, or a `${Name.Attribute}`, asks a resource for an attribute that its type does not have.";
    WRONG_REFERENCE = "wrong_reference": "A reference gives the name of another thing than the property takes: an ARN for a name, a security group's name for its id, a bucket for a role.";
}
