//! The codes of this room's problems.

crate::codes! {
    TEMPLATE_SHAPE = "template_shape": "A section or resource of a template has not the shape that CloudFormation reads: sections are tables, every resource is a table with a `Type`.";
}
