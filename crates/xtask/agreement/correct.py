"""Updates `correct.json`, the list of public templates that cfn-lint accepts, with source, commit, path and hash.

The templates themselves are not part of the repository. To compare them, or to update the list:

    git clone https://github.com/aws-cloudformation/aws-cloudformation-templates FOLDER/aws-cloudformation-templates
    git clone https://github.com/widdix/aws-cf-templates FOLDER/aws-cf-templates
    (check out the commits of correct.json)
    cargo xtask agreement --correct FOLDER
    python correct.py FOLDER            lists every template in them that cfn-lint accepts

Runs with the Python of cfn-lint's environment.
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
    """Yields the files under a folder that are templates."""
    for file in sorted(folder.rglob("*")):
        if file.suffix in KINDS and file.is_file():
            text = file.read_text(errors="replace")
            # Another tool replaces `Rain::Embed`; CloudFormation accepts it neither as a tag nor as a table.
            if re.search(r'(?m)^\s*"?Resources"?\s*:', text) and "AWS::" in text and "Rain::" not in text:
                yield file, text


def accepted(folder):
    """Yields the templates of one source that cfn-lint accepts, each text once."""
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
        source["templates"] = list(accepted(pathlib.Path(sys.argv[1]) / source["name"]))
        print(source["name"], len(source["templates"]))
    LIST.write_text(json.dumps(sources, indent=1) + "\n")


if __name__ == "__main__":
    main()
