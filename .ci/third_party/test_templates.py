"""cfn-lint accepts the rendered templates."""
import json
import pathlib
import tempfile
import unittest

from commands import run
from programs import ROOT, formwork, program

PINNED = "ami=ami-0123456789abcdef0"
FOUR = ["api-consumer", "network", "private-api", "unsecure-public-api"]


class RenderedTemplates(unittest.TestCase):
    def lint(self, blueprint, *flags):
        """Renders a blueprint; returns its stacks and cfn-lint's report."""
        with tempfile.TemporaryDirectory() as folder:
            command = [formwork(), "render", str(ROOT / "blueprints" / blueprint), "--out", folder, *flags]
            result = run(command, {})
            self.assertEqual(result.code, 0, result)
            files = sorted(pathlib.Path(folder).iterdir())
            linted = run([program("cfn-lint"), "--regions", "us-east-1", "--template", *map(str, files)], {})
            return [file.name.split(".")[0] for file in files], linted

    def test_the_reference_blueprint_has_no_errors(self):
        for form in ("yaml", "json"):
            stacks, linted = self.lint("secure-private-api", "--format", form)
            self.assertEqual(stacks, FOUR)
            self.assertEqual((linted.code, linted.out), (0, ""), linted)

    def test_its_options_have_no_errors(self):
        stacks, linted = self.lint("secure-private-api", "--set", "api_logging=true", "--set", PINNED)
        self.assertEqual(stacks, sorted([*FOUR, "api-gateway-account"]))
        self.assertEqual((linted.code, linted.out), (0, ""), linted)

    def test_its_raw_form_has_no_errors(self):
        stacks, linted = self.lint("secure-private-api-raw", "--set", "api_logging=true")
        self.assertEqual(stacks, sorted([*FOUR, "api-gateway-account"]))
        self.assertEqual((linted.code, linted.out), (0, ""), linted)

    def test_the_shipped_components_have_no_errors(self):
        for options in ([], ["--set", "small=true"]):
            stacks, linted = self.lint("components", *options)
            self.assertEqual(stacks, ["account", "client", "internal", "network", "orders"])
            self.assertEqual((linted.code, linted.out), (0, ""), linted)

    def test_hello_has_no_errors(self):
        stacks, linted = self.lint("hello")
        self.assertEqual(stacks, ["hello"])
        self.assertEqual((linted.code, linted.out), (0, ""), linted)

    def test_the_linter_reports_an_unknown_property(self):
        with tempfile.TemporaryDirectory() as folder:
            run([formwork(), "render", str(ROOT / "blueprints" / "hello"), "--out", folder, "--format", "json"], {})
            (file,) = pathlib.Path(folder).iterdir()
            template = json.loads(file.read_text())
            template["Resources"]["Greeting"]["Properties"]["Colour"] = "blue"
            file.write_text(json.dumps(template))
            linted = run([program("cfn-lint"), "--template", str(file)], {})
        self.assertIn("E3002", linted.out)


if __name__ == "__main__":
    unittest.main()
