"""cfn-lint in this process: a template's text in, its errors (level E) out.

Run by the Python of cfn-lint's own environment. The region is us-east-1, cfn-lint's default.
"""
import logging

from cfnlint.config import ConfigMixIn
from cfnlint.decode.decode import decode_str
from cfnlint.runner import Runner

REGION = "us-east-1"
logging.disable(logging.CRITICAL)


class Linter:
    """One set of rules, made once; what cfn-lint caches of schemas lives as long as the process."""

    def __init__(self):
        self.runner = Runner(ConfigMixIn([], regions=[REGION]))

    def errors(self, text):
        """Every error of level E: rule, path (names and indexes), line and message, in cfn-lint's order.

        Where cfn-lint itself fails (an exception, which it may report as E0002 or in a message) there is no word of
        it to agree with: `None`.
        """
        template, unread = decode_str(text)
        try:
            matches = unread or list(self.runner.validate_template(template))
        except Exception:  # Whatever it is, it is cfn-lint's failure.
            return None
        if any(match.rule.id == "E0002" or match.message.startswith("Exception ") for match in matches):
            return None
        return [
            {
                "rule": match.rule.id,
                "path": [step if isinstance(step, int) else str(step) for step in getattr(match, "path", None) or []],
                "line": match.linenumber,
                "message": match.message,
            }
            for match in matches
            if match.rule.id.startswith("E")
        ]
