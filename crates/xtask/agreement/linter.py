"""Runs cfn-lint in this process: takes a template's text and returns its errors (level E).

Runs with the Python of cfn-lint's environment. The region is us-east-1, cfn-lint's default.
"""
import logging

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.helpers import LIMITS
from cfnlint.rules import CloudFormationLintRule, Rules
from cfnlint.runner import Runner

REGION = "us-east-1"
NO_CONDITIONS = "is not one of []"
logging.disable(logging.CRITICAL)


class PreparedRules(Rules):
    """cfn-lint's rules, linked to one another and configured once.

    cfn-lint does both for each template, which takes longer than the check of a small template.
    """

    def __init__(self, rules, config):
        super().__init__(rules.data)
        self.enabled = {rule for rule in self.data if rules.is_rule_enabled(rule, config)}
        for name, rule in self.data.items():
            rule.configure(config.configure_rules.get(name), config.include_experimental)
            rule.child_rules.update({child: self.data[child] for child in rule.child_rules if child in self.data})
            for parent in rule.parent_rules:
                if parent in self.data:
                    self.data[parent].child_rules[name] = rule
        self.template_rules = self.overriding("match")
        self.property_rules = self.overriding("match_resource_properties")

    def overriding(self, method):
        """Returns the rules that override a method."""
        plain = getattr(CloudFormationLintRule, method)
        return [rule for rule in self.data.values() if getattr(type(rule), method) is not plain]

    def run(self, filename, cfn, config):
        """Yields the matches of the enabled rules. An exception of a rule is raised."""
        for rule in self.data.values():
            rule.initialize(cfn)
        yield from (match for match in self.all(filename, cfn) if match.rule.id in self.enabled)

    def all(self, filename, cfn):
        """Yields every match of a template."""
        for rule in self.template_rules:
            yield from rule.matchall(filename, cfn)
        for name, resource in cfn.get_resources().items():
            kind, properties = resource.get("Type"), resource.get("Properties")
            if isinstance(kind, str) and isinstance(properties, dict):
                for rule in self.property_rules:
                    path = ["Resources", name, "Properties"]
                    yield from rule.matchall_resource_properties(filename, cfn, properties, kind, path)


class Linter:
    """A set of rules that is prepared once. cfn-lint caches schemas for the life of the process."""

    def __init__(self):
        self.runner = Runner(ConfigMixIn([], regions=[REGION]))
        self.runner.rules = PreparedRules(self.runner.rules, self.runner.config)

    def types_of(self, rules):
        """Returns the types that any of these rules checks."""
        words = [word.split("/") for rule in rules for word in getattr(self.runner.rules.data[rule], "keywords", [])]
        return sorted({steps[1] for steps in words if steps[0] == "Resources" and "::" in steps[1]})

    def errors(self, text):
        """Returns the errors of level E by line: rule, path (names and indexes), line and message.

        Returns None if cfn-lint itself fails: for an exception, which it may report as E0002 or in a message; for
        conditions that it takes for undeclared because of a fault in a parameter; and for a text that is too long,
        because its rule for that (E1002) needs a file.
        """
        if len(text.encode(errors="surrogatepass")) > LIMITS["template"]["body"]:
            return None
        template, unread = decode_str(text)
        try:
            matches = unread or list(self.runner.validate_template(template))
        except Exception:  # Any exception is a failure of cfn-lint.
            return None
        if any(match.rule.id == "E0002" or match.message.startswith("Exception ") for match in matches):
            return None
        if any(match.rule.id == "E1028" and match.message.endswith(NO_CONDITIONS) for match in matches):
            declared = template.get("Conditions")
            if isinstance(declared, dict) and declared:
                return None
        errors = [
            {
                "rule": match.rule.id,
                "path": [step if isinstance(step, int) else str(step) for step in getattr(match, "path", None) or []],
                "line": match.linenumber,
                "message": match.message,
            }
            for match in matches
            if match.rule.id.startswith("E")
        ]
        return sorted(errors, key=lambda error: (error["line"], error["rule"], str(error["path"]), error["message"]))
