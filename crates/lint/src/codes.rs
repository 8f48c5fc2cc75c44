//! The codes of the problems that the checks report.

formwork_template::codes! {
    TEMPLATE_LIMIT = "template_limit": "The template exceeds a quota of CloudFormation: 500 resources, 200 parameters, mappings and outputs, 1 MB, 1,024 bytes for a description, 60 dynamic references.";
    TEMPLATE_NAME = "template_name": "A name in a template must have 1 to 255 letters and digits. A parameter and a resource cannot have the same name.";
    TEMPLATE_FUNCTION = "template_function": "A function is unknown, has an argument of the wrong form, or is not allowed in its place.";
    TEMPLATE_REFERENCE = "template_reference": "A template refers to a parameter, resource, condition or mapping that it does not have, or to a resource from a place where resources do not exist yet.";
    TEMPLATE_DYNAMIC = "template_dynamic": "A dynamic reference, `{{resolve:…}}`, is malformed, or is in a place where CloudFormation does not resolve it.";
    TEMPLATE_SUBSTITUTION = "template_substitution": "A text contains `${Name}` of the template outside `Fn::Sub`, so CloudFormation does not replace it.";
    RESOURCE_RULE = "resource_rule": "A resource violates a rule of its service that its schema does not state, although each property has the right type.";
    RESOURCE_CONFLICT = "resource_conflict": "Two resources of one template cannot exist together: they have the same identifier, overlapping addresses, or both occupy something that exists once.";
    TEMPLATE_CONDITIONS = "template_conditions": "A template has too many combinations of conditions. Some of them were not checked.";
    TEMPLATE_CYCLE = "template_cycle": "Resources of one template depend on each other in a cycle, by references or `DependsOn`, or its conditions do.";
    POLICY_DOCUMENT = "policy_document": "A policy must be a table or a JSON string.";
    POLICY_ELEMENT = "policy_element": "A policy or a statement has an unknown element, lacks a required one, or has two that conflict, such as `Action` and `NotAction`.";
    POLICY_VALUE = "policy_value": "An element of a policy has an invalid value: an effect other than `Allow` and `Deny`, a resource that is not an ARN, an invalid principal, a duplicate `Sid`.";
    POLICY_ACTION = "policy_action": "An action of a policy does not have the form `service:Action`, does not exist, or is not allowed in this policy.";
    POLICY_OPERATOR = "policy_operator": "A condition of a policy uses an operator that IAM does not have.";
    POLICY_CONDITION = "policy_condition": "A condition of a policy compares a key with a value that the key never has, such as `aws:SourceVpc` with the id of a VPC endpoint. The statement then never applies, or always.";
    POLICY_VARIABLE = "policy_variable": "A policy contains variables such as `${aws:username}`, but its version is not 2012-10-17, so IAM treats them as plain text.";
    ROLE_REFERENCE = "role_reference": "A property that accepts a role has another value: a text that is not the ARN of a role, or the name of a role that has a path.";
    TRAP_ZONE = "trap_zone": "A create-only property takes its zone from `Fn::GetAZs`, whose list and order may change. A change forces replacement of the resource.";
    TRAP_LOG_GROUP = "trap_log_group": "A log group has the name that Lambda gives to the log group of a function. If Lambda creates the group first, the deployment fails.";
    TRAP_RESOLVE = "trap_resolve": "A create-only property contains a dynamic reference without a version. If the value changes, the next update forces replacement of the resource.";
    TRAP_SECRET = "trap_secret": "The value of a `NoEcho` parameter is in an output or in metadata, where everyone who can describe the stack can read it.";
    UNKNOWN_TYPE = "unknown_type": "CloudFormation does not have the resource type.";
    UNAVAILABLE_TYPE = "unavailable_type": "A resource type is not available in the stack's region, or its service has ended.";
    UNKNOWN_PROPERTY = "unknown_property": "A resource has a property that its type does not have. `formwork explain TYPE` lists the properties of a type.";
    MISSING_PROPERTY = "missing_property": "A resource lacks a property that its type requires, always or together with another property.";
    PROPERTY_TYPE = "property_type": "A value does not have the type of its property. Strings, numbers and booleans are converted into one another, such as `\"80\"` into 80; lists and tables are not.";
    WRONG_VALUE = "wrong_value": "A value is not one of the allowed values of its property, or does not have the required form. A value from a parameter's default is a warning.";
    OUT_OF_BOUNDS = "out_of_bounds": "A number is out of range, or a string, list or table is too short or too long.";
    DUPLICATE_ITEM = "duplicate_item": "A list whose items or keys must be unique contains a duplicate.";
    PROPERTY_CONFLICT = "property_conflict": "Properties conflict: only one of them is allowed, or their values do not match.";
    READ_ONLY_PROPERTY = "read_only_property": "A template sets a property that only AWS sets.";
    UNKNOWN_ATTRIBUTE = "unknown_attribute": "`Fn::GetAtt` or `${Name.Attribute}` refers to an attribute that the type of the resource does not have.";
    WRONG_REFERENCE = "wrong_reference": "A reference returns another kind of identifier than the property expects: an ARN for a name, the name of a security group for its id, a bucket for a role.";
}
