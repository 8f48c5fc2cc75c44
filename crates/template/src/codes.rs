//! The codes of the problems that reading a template can report.

crate::codes! {
    TEMPLATE_SHAPE = "template_shape": "A section or resource of a template has not the shape that CloudFormation reads: sections are tables, every resource is a table with a `Type`.";
    TEMPLATE_KEY = "template_key": "A section, or a key of a resource, parameter or output, that CloudFormation does not know.";
    TEMPLATE_SYNTAX = "template_syntax": "The text of a template is neither JSON nor YAML, or is something of YAML that CloudFormation does not read, as a second document.";
    TEMPLATE_DUPLICATE_KEY = "template_duplicate_key": "A name stands twice in one table of a template. CloudFormation refuses it or silently takes one of them.";
    TEMPLATE_TAG = "template_tag": "A YAML tag that is none of CloudFormation's short forms, or stands on something that its function does not take.";
    TEMPLATE_ALIAS = "template_alias": "A YAML alias or merge key that cannot be written out: it refers to itself, is a `<<`, or makes the template too large.";
    TEMPLATE_NESTING = "template_nesting": "Tables and lists of a template lie in one another more than 80 deep.";
    TEMPLATE_SIZE = "template_size": "A template's text is larger than what is read: 2 MiB, and 120,000 names and values.";
    TEMPLATE_BOOLEAN = "template_boolean": "CloudFormation reads YAML 1.1, where unquoted `yes`, `no`, `on` and `off` are truth values, not text.";
    TEMPLATE_NUMBER = "template_number": "An unquoted text is a number other than it looks. CloudFormation reads YAML 1.1, where `0644` is 420, `22:30` is 1350 and `1.10` is 1.1; quotes keep it as text.";
}
