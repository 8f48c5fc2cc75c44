"""The JSON Schemas in docs/schema, as editors use them: every blueprint of the repository fits, wrong files do not."""
import json
import pathlib
import tempfile
import tomllib
import unittest

from commands import run
from programs import ROOT, program, python

SCHEMAS = ROOT / "docs" / "schema"

# Tombi's strict mode takes a table for closed in every part of a schema that does not say otherwise.
LENIENT = "#:tombi schema.strict = false"

# Reads TOML from files, validates each, prints what does not fit.
VALIDATE = """
import json, pathlib, sys, tomllib
import jsonschema
validator = jsonschema.Draft7Validator(json.loads(pathlib.Path(sys.argv[1]).read_text()))
for path in sys.argv[2:]:
    for error in validator.iter_errors(tomllib.loads(pathlib.Path(path).read_text())):
        print(path, error.json_path, error.message[:200])
"""

WRONG_STACKS = {
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

WRONG_BLUEPRINTS = {
    "no name": 'region = "us-east-1"\n',
    "unknown key": 'name = "x"\nregoin = "us-east-1"\n',
    "unknown target": 'name = "x"\nenv.a.target = "moon"\n',
    "wrong variable": 'name = "x"\nvars.a = { typ = "string" }\n',
    "wrong resource": 'name = "x"\n[stacks.a.T]\ntype = "AWS::SNS::Topic"\nDisplayName = ["x"]\n',
}


def blueprints():
    """Every blueprint.toml of the repository, and every stack and component beside one or shipped with the tool."""
    top = sorted((ROOT / "blueprints").rglob("blueprint.toml"))
    stacks = [path for path in sorted((ROOT / "blueprints").rglob("*.toml")) if path not in top]
    shipped = sorted((ROOT / "crates" / "blueprint" / "components").rglob("*.toml"))
    return top, stacks + shipped


class Schemas(unittest.TestCase):
    def validate(self, schema, paths):
        said = run([python("validator"), "-c", VALIDATE, str(SCHEMAS / schema), *map(str, paths)], {})
        self.assertEqual(said.code, 0, said)
        return said.out

    def test_every_blueprint_of_the_repository_fits(self):
        top, stacks = blueprints()
        self.assertGreaterEqual(len(top), 2)
        self.assertGreaterEqual(len(stacks), 5)
        self.assertEqual(self.validate("blueprint.json", top), "")
        self.assertEqual(self.validate("stack.json", stacks), "")

    def test_wrong_files_do_not(self):
        for schema, files in (("stack.json", WRONG_STACKS), ("blueprint.json", WRONG_BLUEPRINTS)):
            for what, text in files.items():
                with self.subTest(what), tempfile.TemporaryDirectory() as folder:
                    path = pathlib.Path(folder, "x.toml")
                    path.write_text(text)
                    tomllib.loads(text)
                    self.assertNotEqual(self.validate(schema, [path]), "", what)


class Editors(unittest.TestCase):
    """Tombi and Taplo, the two language servers for TOML, by their command lines."""

    def lint(self, editor, schema, texts):
        """What an editor says of files by name, each of which names the schema in its first line."""
        uri = (SCHEMAS / schema).as_uri()
        with tempfile.TemporaryDirectory() as folder:
            for name, text in texts.items():
                pathlib.Path(folder, name).write_text(f"#:schema {uri}\n{LENIENT}\n{text}")
            command = {"taplo": ["lint", "--schema", uri], "tombi": ["lint", "--offline"]}[editor]
            return run([program(editor), *command, *texts], {"HOME": folder, "NO_COLOR": "1"}, cwd=folder)

    def test_they_find_nothing_in_what_is_right(self):
        for schema, paths in zip(("blueprint.json", "stack.json"), blueprints()):
            texts = {f"{index}-{path.name}": path.read_text() for index, path in enumerate(paths)}
            for editor in ("taplo", "tombi"):
                with self.subTest(editor=editor, schema=schema):
                    said = self.lint(editor, schema, texts)
                    self.assertEqual(said.code, 0, said)
                    self.assertNotIn("Warning", said.out + said.err)

    def test_and_something_in_each_that_is_wrong(self):
        for schema, files in (("stack.json", WRONG_STACKS), ("blueprint.json", WRONG_BLUEPRINTS)):
            texts = {f"{what.replace(' ', '-')}.toml": text for what, text in files.items()}
            for editor in ("taplo", "tombi"):
                with self.subTest(editor=editor, schema=schema):
                    said = self.lint(editor, schema, texts)
                    self.assertNotEqual(said.code, 0, said)
                    silent = [name for name in texts if name not in said.out + said.err]
                    self.assertEqual(silent, [], said)


if __name__ == "__main__":
    unittest.main()
