"""Writes a template as JSON, or as YAML with the short forms of functions.

Each name and each item of a list has its own line, so that a line identifies a path.
"""
import json

import yaml

SHORT_FORMS = {"Ref": "!Ref"} | {
    f"Fn::{name}": f"!{name}"
    for name in ("Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Select", "Split", "Sub")
}


class ShortFormDumper(yaml.SafeDumper):
    """Writes YAML without anchors and with a tag for each function."""

    def ignore_aliases(self, data):
        """Returns that no value is an alias."""
        return True

    def mapping(self, data):
        """Writes a function as a tag, unless its value already has a tag; writes any other table unchanged."""
        if len(data) == 1:
            (name, value), = data.items()
            node = self.represent_data(value)
            if name in SHORT_FORMS and not node.tag.startswith("!"):
                node.tag = SHORT_FORMS[name]
                return node
        return self.represent_dict(data.items())


ShortFormDumper.add_representer(dict, ShortFormDumper.mapping)


def serialize(document, form):
    """Returns the text of a template."""
    if form == "yaml":
        return yaml.dump(document, Dumper=ShortFormDumper, sort_keys=False, allow_unicode=True, width=10**6)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
