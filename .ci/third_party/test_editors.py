"""Editors accept every blueprint of the repository with the JSON Schemas of docs/schema, and report invalid files."""
import json
import pathlib
import tempfile
import tomllib
import unittest

from commands import run
from programs import ROOT, program, python

SCHEMAS = ROOT / "docs" / "schema"

# In strict mode, Tombi rejects unknown keys wherever a schema does not allow them explicitly.
LENIENT = "#:tombi schema.strict = false"

# Validates TOML files and prints the errors.
VALIDATE = """
import json, pathlib, sys, tomllib
import jsonschema
validator = jsonschema.Draft7Validator(json.loads(pathlib.Path(sys.argv[1]).read_text()))
for path in sys.argv[2:]:
    for error in validator.iter_errors(tomllib.loads(pathlib.Path(path).read_text())):
        print(path, error.json_path, error.message[:200])
"""

INVALID_STACKS = {
    "unknown key": 'descripton = "x"\n',
    "no type": '[Topic]\nDisplayName = "x"\n',
    "unknown type": '[Topic]\ntype = "AWS::SNS::Topik"\n',
    "misspelt property": '[Topic]\ntype = "AWS::SNS::Topic"\nDisplayNme = "x"\n',
    "missing property": '[Subscription]\ntype = "AWS::SNS::Subscription"\nProtocol = "email"\n',
    "list for text": '[Topic]\ntype = "AWS::SNS::Topic"\nDisplayName = ["x"]\n',
    "text for list": '[Group]\ntype = "AWS::EC2::SecurityGroup"\nGroupDescription = "x"\nSecurityGroupIngress = "x"\n',
    "outside of enum": '[B]\ntype = "AWS::S3::Bucket"\nVersioningConfiguration.Status = "On"\n',
    "read-only": '[B]\ntype = "AWS::S3::Bucket"\nArn = "x"\n',
}

INVALID_BLUEPRINTS = {
    "no name": 'region = "us-east-1"\n',
    "unknown key": 'name = "x"\nregoin = "us-east-1"\n',
    "unknown target": 'name = "x"\nenv.a.target = "moon"\n',
    "wrong variable": 'name = "x"\nvars.a = { typ = "string" }\n',
    "wrong resource": 'name = "x"\n[stacks.a.T]\ntype = "AWS::SNS::Topic"\nDisplayName = ["x"]\n',
}


def blueprints():
    """Returns every blueprint.toml of the repository, and every other stack and component."""
    top = sorted((ROOT / "blueprints").rglob("blueprint.toml"))
    stacks = [path for path in sorted((ROOT / "blueprints").rglob("*.toml")) if path not in top]
    shipped = sorted((ROOT / "crates" / "blueprint" / "components").rglob("*.toml"))
    return top, stacks + shipped


class Schemas(unittest.TestCase):
    def validate(self, schema, paths):
        result = run([python("validator"), "-c", VALIDATE, str(SCHEMAS / schema), *map(str, paths)], {})
        self.assertEqual(result.code, 0, result)
        return result.out

    def test_every_blueprint_of_the_repository_fits(self):
        top, stacks = blueprints()
        self.assertGreaterEqual(len(top), 2)
        self.assertGreaterEqual(len(stacks), 5)
        self.assertEqual(self.validate("blueprint.json", top), "")
        self.assertEqual(self.validate("stack.json", stacks), "")

    def test_invalid_files_do_not_fit(self):
        for schema, files in (("stack.json", INVALID_STACKS), ("blueprint.json", INVALID_BLUEPRINTS)):
            for name, text in files.items():
                with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                    path = pathlib.Path(folder, "x.toml")
                    path.write_text(text)
                    tomllib.loads(text)
                    self.assertNotEqual(self.validate(schema, [path]), "", name)


class Editors(unittest.TestCase):
    """Tombi and Taplo, the two language servers for TOML, by their command lines."""

    def lint(self, editor, schema, texts):
        """Returns an editor's report on files, each of which names the schema in its first line."""
        uri = (SCHEMAS / schema).as_uri()
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts.items():
                pathlib.Path(folder, name).write_text(f"#:schema {uri}\n{LENIENT}\n{text}")
            command = {"taplo": ["lint", "--schema", uri], "tombi": ["lint", "--offline"]}[editor]
            return run([program(editor), *command, *texts], {"HOME": folder, "NO_COLOR": "1"}, cwd=folder)

    def test_valid_files_have_no_errors(self):
        for schema, paths in zip(("blueprint.json", "stack.json"), blueprints()):
            texts = {f"{index}-{path.name}": path.read_text() for index, path in enumerate(paths)}
            for editor in ("taplo", "tombi"):
                with self.subTest(editor=editor, schema=schema):
                    result = self.lint(editor, schema, texts)
                    self.assertEqual(result.code, 0, result)
                    self.assertNotIn("Warning", result.out + result.err)

    def test_each_invalid_file_has_an_error(self):
        for schema, files in (("stack.json", INVALID_STACKS), ("blueprint.json", INVALID_BLUEPRINTS)):
            texts = {f"{name.replace(' ', '-')}.toml": text for name, text in files.items()}
            for editor in ("taplo", "tombi"):
                with self.subTest(editor=editor, schema=schema):
                    result = self.lint(editor, schema, texts)
                    self.assertNotEqual(result.code, 0, result)
                    silent = [name for name in texts if name not in result.out + result.err]
                    self.assertEqual(silent, [], result)


if __name__ == "__main__":
    unittest.main()
