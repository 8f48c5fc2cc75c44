"""A drawn template's text: JSON, or YAML with the short forms of functions.

Each name and each item of a list has a line of its own, so that a line says a path.
"""
import json

import yaml

SHORT = {"Ref": "!Ref"} | {
    f"Fn::{name}": f"!{name}"
    for name in ("Base64", "Cidr", "FindInMap", "GetAtt", "GetAZs", "If", "ImportValue", "Join", "Select", "Split", "Sub")
}


class Short(yaml.SafeDumper):
    """YAML without anchors, with a tag for each function."""

    def ignore_aliases(self, data):
        """No value is another's alias."""
        return True

    def mapping(self, data):
        """A function by its tag, unless another's tag stands there already; any other table as it is."""
        if len(data) == 1:
            (name, value), = data.items()
            node = self.represent_data(value)
            if name in SHORT and not node.tag.startswith("!"):
                node.tag = SHORT[name]
                return node
        return self.represent_dict(data.items())


Short.add_representer(dict, Short.mapping)


def written(document, form):
    """The text of a template."""
    if form == "yaml":
        return yaml.dump(document, Dumper=Short, sort_keys=False, allow_unicode=True, width=10**6)
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
