"""The list of public templates that cfn-lint passes: `correct.json`, with source, commit, path and hash of each.

The templates themselves are not ours and stay outside. To check them, or to make the list anew:

    git clone https://github.com/aws-cloudformation/aws-cloudformation-templates FOLDER/aws-cloudformation-templates
    git clone https://github.com/widdix/aws-cf-templates FOLDER/aws-cf-templates
    (each at its commit of correct.json)
    python compare.py correct FOLDER
    python correct.py FOLDER            lists every template in them that cfn-lint passes

Run by the Python of cfn-lint's environment.
"""
import hashlib
import json
import pathlib
import re
import sys

from linter import Linter

LIST = pathlib.Path(__file__).with_name("correct.json")
KINDS = (".json", ".template", ".yaml", ".yml")


def templates(folder):
    """The files under a folder that are templates."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in KINDS and file.is_file():
            text = file.read_text(errors="replace")
            # `Rain::Embed` is for another tool to fill in: CloudFormation takes it neither as a tag nor as a table.
            if re.search(r'(?m)^\s*"?Resources"?\s*:', text) and "AWS::" in text and "Rain::" not in text:
                yield file, text


def passed(folder):
    """The templates of one source that cfn-lint finds no error in, each text once."""
    linter, seen = Linter(), set()
    for file, text in templates(folder):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        if digest not in seen and linter.errors(text) == []:
            seen.add(digest)
            yield {"path": str(file.relative_to(folder)), "sha256": digest}


def main():
    """Writes the list."""
    sources = json.loads(LIST.read_text())
    for source in sources:
        source["templates"] = list(passed(pathlib.Path(sys.argv[1]) / source["name"]))
        print(source["name"], len(source["templates"]))
    LIST.write_text(json.dumps(sources, indent=1) + "\n")


if __name__ == "__main__":
    main()
