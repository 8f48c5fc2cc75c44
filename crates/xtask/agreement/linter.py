"""cfn-lint in this process: a template's text in, its errors (level E) out.

Run by the Python of cfn-lint's own environment. The region is us-east-1, cfn-lint's default.
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


class Settled(Rules):
    """cfn-lint's rules, linked to one another and set up once.

    cfn-lint does both anew for each template, which takes longer than a small template itself.
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
        self.of_templates = self.that_have("match")
        self.of_properties = self.that_have("match_resource_properties")

    def that_have(self, method):
        """The rules that have a method of their own."""
        plain = getattr(CloudFormationLintRule, method)
        return [rule for rule in self.data.values() if getattr(type(rule), method) is not plain]

    def run(self, filename, cfn, config):
        """Every match of a template, of the rules that are asked for; a rule that fails raises."""
        for rule in self.data.values():
            rule.initialize(cfn)
        yield from (match for match in self.all(filename, cfn) if match.rule.id in self.enabled)

    def all(self, filename, cfn):
        """Every match of a template."""
        for rule in self.of_templates:
            yield from rule.matchall(filename, cfn)
        for name, resource in cfn.get_resources().items():
            kind, properties = resource.get("Type"), resource.get("Properties")
            if isinstance(kind, str) and isinstance(properties, dict):
                for rule in self.of_properties:
                    path = ["Resources", name, "Properties"]
                    yield from rule.matchall_resource_properties(filename, cfn, properties, kind, path)


class Linter:
    """One set of rules, made once; what cfn-lint caches of schemas lives as long as the process."""

    def __init__(self):
        self.runner = Runner(ConfigMixIn([], regions=[REGION]))
        self.runner.rules = Settled(self.runner.rules, self.runner.config)

    def types_of(self, rules):
        """The types that any of these rules is about."""
        words = [word.split("/") for rule in rules for word in getattr(self.runner.rules.data[rule], "keywords", [])]
        return sorted({steps[1] for steps in words if steps[0] == "Resources" and "::" in steps[1]})

    def errors(self, text):
        """Every error of level E, by line: rule, path (names and indexes), line and message.

        Where cfn-lint itself fails (an exception, which it may report as E0002 or in a message; conditions that it
        could not read for a fault in a parameter, and then takes for undeclared) there is no word of it to agree
        with: `None`. So it is with a text that is too long: its rule of that (E1002) asks the file.
        """
        if len(text.encode(errors="surrogatepass")) > LIMITS["template"]["body"]:
            return None
        template, unread = decode_str(text)
        try:
            matches = unread or list(self.runner.validate_template(template))
        except Exception:  # Whatever it is, it is cfn-lint's failure.
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
