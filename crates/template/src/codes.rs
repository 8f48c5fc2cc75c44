//! The codes of the problems that reading a template can report.

crate::codes! {
    TEMPLATE_SHAPE = "template_shape": "A section or a resource of a template has an invalid structure. Sections are tables, and every resource is a table with a `Type`.";
    TEMPLATE_KEY = "template_key": "A template has an unknown section, or a resource, parameter or output has an unknown key.";
    TEMPLATE_SYNTAX = "template_syntax": "The text of a template is not valid JSON or YAML, or it uses a part of YAML that CloudFormation does not support, such as a second document.";
    TEMPLATE_DUPLICATE_KEY = "template_duplicate_key": "A table of a template has the same key twice. CloudFormation rejects the template or silently uses one of the values.";
    TEMPLATE_TAG = "template_tag": "A YAML tag is not a short form of a CloudFormation function, or its value has a type that the tag does not accept.";
    TEMPLATE_ALIAS = "template_alias": "A YAML alias or merge key cannot be expanded: the alias refers to itself or makes the template too large, or CloudFormation does not support the merge key `<<`.";
    TEMPLATE_NESTING = "template_nesting": "Tables and lists of a template are nested more than 80 levels deep.";
    TEMPLATE_SIZE = "template_size": "The text of a template exceeds the limit of 2 MiB, or of 120,000 keys and values.";
    TEMPLATE_BOOLEAN = "template_boolean": "CloudFormation reads YAML 1.1, in which unquoted `yes`, `no`, `on` and `off` are booleans, not strings.";
    TEMPLATE_NUMBER = "template_number": "An unquoted scalar is read as a different number. CloudFormation reads YAML 1.1, in which `0644` is 420, `22:30` is 1350 and `1.10` is 1.1. Quotes make it a string.";
}
