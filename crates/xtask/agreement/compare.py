"""Compares the errors of cfn-lint (level E) with those of formwork.

    python compare.py generated FOLDER      the templates that generate.py wrote
    python compare.py faults                the templates of crates/lint/tests/agreement
    python compare.py correct FOLDER        the public templates of correct.json, in checkouts in FOLDER (see correct.py)
    python compare.py own FOLDER            rendered templates, in one folder for each blueprint

Each prints a table, then every missed and every false error as a line of JSON. The status is 1 if there is one. An
error is also accepted if cfn-lint reports it when it is asked in another way (recheck.py), or if known.json explains
it; those are counted as known. Runs with the Python of cfn-lint's environment. The environment variable CHECK is the
path of the example `check` of `formwork-lint`. docs/validation.md defines when two errors are the same.
"""
import argparse
import collections
import hashlib
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile

from recheck import Recheck

HERE = pathlib.Path(__file__).resolve().parent
FAULTS = HERE.parents[1] / "lint" / "tests" / "agreement"
FUNCTIONS = ("Ref", "Condition")
# cfn-lint reports each resource of a cycle, formwork each reference in it.
CYCLE = "E3004"
# formwork rejects some texts as JSON that cfn-lint reads as YAML; cfn-lint then reports another error.
SYNTAX = "template_syntax"
# For equal items, cfn-lint reports the list, formwork the second item or its key.
UNIQUE = ("E3024", "E3037")
# For a parameter with an unknown type, cfn-lint reports the type and each reference.
PARAMETER, REFERENCE = "E2002", "E1020"
# No branch of `anyOf` or `oneOf` fits, or more than one.
CHOICES = ("E3017", "E3018")
KNOWN = json.loads((HERE / "known.json").read_text())


def is_known(problem, type_name):
    """Returns whether known.json contains the problem for that resource type: the same code, path or message.

    In a path, `*` is any index of a list; the branches of `Fn::If` are left out. An entry without a type, a path or a
    message matches any.
    """
    path = list(without_branches(problem["places"][0]["path"])) if problem["places"] else []
    message, _, _ = problem["message"].partition(" when `")
    facts = {"type": type_name, "code": problem["code"], "message": message}
    facts["path"] = ["*" if isinstance(step, int) else step for step in path[2:]]
    return any(all(entry[key] == facts[key] for key in facts if key in entry) for entry in KNOWN)


def without_branches(path):
    """Yields the steps of a path except those into branches of `Fn::If`."""
    steps = iter(path)
    for step in steps:
        if step == "Fn::If":
            next(steps, None)
        else:
            yield step


def check(files):
    """Returns formwork's errors of each file."""
    errors = {str(file): [] for file in files}
    command = [os.environ["CHECK"]]
    done = subprocess.run(command, input="".join(f"{file}\n" for file in errors), text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
    for line in done.stdout.splitlines():
        problem = json.loads(line)
        errors[problem["file"]].append(problem)
    return errors


def outside_functions(path):
    """Returns the path down to the first function: a value inside a function has the function's place.

    Each branch of `Fn::If` has its own place.
    """
    steps = []
    for index, step in enumerate(path):
        is_branch = step == "Fn::If" and path[index + 1 : index + 2] in ([1], [2])
        if isinstance(step, str) and not is_branch and (step.startswith("Fn::") or step in FUNCTIONS and len(steps) > 3):
            break
        steps.append(step)
    return tuple(steps)


def matches(error, path):
    """Returns whether cfn-lint's error has the place of formwork's path, as docs/validation.md defines it."""
    # The path of E3060 is wrong below the properties.
    expected = outside_functions(error["path"][:3] if error["rule"] == "E3060" else error["path"])
    actual = outside_functions(path)
    if not expected:
        return True
    if error["rule"] == CYCLE:
        return actual[:2] == expected
    shorter, longer = sorted((expected, actual), key=len)
    distance = count_steps(longer[len(shorter) :])
    if longer[: len(shorter)] == shorter and distance <= (2 if error["rule"] in UNIQUE else 1):
        return True
    # For a missing property, cfn-lint reports the properties, formwork the type.
    is_properties = len(expected) == 3 and expected[0] == "Resources" and expected[2] == "Properties"
    return is_properties and actual == (*expected[:2], "Type")


def count_steps(path):
    """Returns the number of steps of a path; the steps into a branch of `Fn::If` do not count."""
    return len(path) - 2 * sum(step == "Fn::If" for step in path)


def is_found(error, errors, problems):
    """Returns whether one of formwork's problems is cfn-lint's error.

    If no branch of a choice of schemas fits, cfn-lint reports the choice and the faults in each branch; formwork
    reports the faults in the intended branch. So all errors in such a choice are found by any problem in it.
    """
    if any(problem["code"] == SYNTAX for problem in problems):
        return True
    paths = [path for problem in problems for path in problem_paths(problem)]
    if any(matches(error, path) for path in paths) or is_consequence(error, errors, paths):
        return True
    place = outside_functions(error["path"])
    choices = [outside_functions(other["path"]) for other in errors if other["rule"] in CHOICES]
    return any(
        place[: len(choice)] == choice and any(outside_functions(path)[: len(choice)] == choice for path in paths)
        for choice in choices
    )


def is_consequence(error, errors, paths):
    """Returns whether the error is a reference to a parameter whose unknown type formwork reports."""
    types = [other["path"] for other in errors if other["rule"] == PARAMETER and other["path"][2:] == ["Type"]]
    referenced = [path for path in types if error["message"].startswith(str({"Ref": path[1]}))]
    return error["rule"] == REFERENCE and any(path in paths for path in referenced)


def is_expected(problem, errors):
    """Returns whether formwork's problem is one of cfn-lint's errors."""
    if errors and problem["code"] == SYNTAX:
        return True
    paths = problem_paths(problem)
    return any(matches(error, path) or is_in_choice(error, path) for error in errors for path in paths)


def problem_paths(problem):
    """Returns the paths of all the places of a problem."""
    return [place["path"] for place in problem["places"]] or [[]]


def is_in_choice(error, path):
    """Returns whether the error is about a choice of schemas that contains the path."""
    choice = outside_functions(error["path"])
    return error["rule"] in CHOICES and outside_functions(path)[: len(choice)] == choice


class Comparison:
    """The counts by row of the table, and the differences."""

    def __init__(self):
        self.rows = collections.defaultdict(collections.Counter)
        self.differences = []
        self.recheck = Recheck(matches)

    def add(self, row, file, errors, problems, type_name=None):
        """Compares cfn-lint's errors of a template with formwork's problems.

        For a generated template, `type_name` is its resource type, and cfn-lint can be asked again.
        """
        count = self.rows[row]
        count["templates"] += 1
        context = {"row": row, "file": file, "type": type_name}
        missed = [error for error in errors if not is_found(error, errors, problems)]
        for error in missed:
            self.differences.append({"difference": "missed", **context, "error": error, "problems": problems})
        count["errors"] += len(errors)
        count["found"] += len(errors) - len(missed)
        count["missed"] += len(missed)
        for problem in problems:
            if is_known(problem, type_name):
                count["known"] += 1
            elif is_expected(problem, errors):
                continue
            elif type_name and self.recheck.is_refused(problem, pathlib.Path(file).read_text(), type_name):
                count["known"] += 1
            else:
                count["false"] += 1
                self.differences.append({"difference": "false", **context, "problem": problem})

    def print_table(self):
        """Prints the table of docs/validation.md."""
        columns = ["templates", "errors", "found", "missed", "false", "known"]
        print("| Kind | Templates | Errors of cfn-lint | Found | Missed | False | Known |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for row, count in sorted(self.rows.items()):
            print(f"| {row} | " + " | ".join(str(count[column]) for column in columns) + " |")
        total = sum(self.rows.values(), collections.Counter())
        print("| **all** | " + " | ".join(f"**{total[column]}**" for column in columns) + " |")


def compare_generated(folder):
    """Compares generated templates, each with one fault, and the valid templates that they were made from."""
    entries = [json.loads(line) for line in (folder / "generated.jsonl").read_text().splitlines()]
    faulty = [folder / entry["file"] for entry in entries]
    valid = [file.with_suffix(f".valid{file.suffix}") for file in faulty]
    problems = check(faulty + valid)
    comparison = Comparison()
    for entry, with_fault, without in zip(entries, faulty, valid):
        comparison.add(entry["kind"], str(with_fault), entry["errors"], problems[str(with_fault)], entry["type"])
        comparison.add("(valid: before the fault)", str(without), [], problems[str(without)], entry["type"])
    return comparison


def templates_of(file):
    """Yields the templates of a topic: a line `--- # name` begins each."""
    name, lines = None, []
    for line in [*file.read_text().splitlines(), "--- # end"]:
        if line.startswith("--- # "):
            if name:
                yield name, "\n".join(lines) + "\n"
            name, lines = line.removeprefix("--- # "), []
        else:
            lines.append(line)


def compare_faults(_):
    """Compares the invalid templates of the linter's tests. cfn-lint must report the rule that a name begins with."""
    comparison = Comparison()
    with tempfile.TemporaryDirectory() as folder:
        templates = {}
        for topic in sorted(FAULTS.glob("*.yaml")):
            for name, text in templates_of(topic):
                suffix = ".json" if text.startswith("{") else ".yaml"
                file = pathlib.Path(folder) / f"{topic.stem}-{len(templates):03}{suffix}"
                file.write_text(text)
                templates[file] = (topic.stem, name, text)
        problems = check(templates)
        all_errors = lint([text for _, _, text in templates.values()])
        for (file, (topic, name, _)), errors in zip(templates.items(), all_errors):
            if name.split()[0] not in {error["rule"] for error in errors or []}:
                comparison.differences.append({"difference": "cfn-lint does not report it", "row": topic, "name": name})
            comparison.add(topic, name, errors or [], problems[str(file)])
    return comparison


def compare_own(folder):
    """Compares rendered templates, which both must accept."""
    comparison, files = Comparison(), sorted(file for file in folder.glob("*/*") if file.is_file())
    if not files:
        raise SystemExit(f"{folder} contains no templates")
    problems = check(files)
    for file, errors in zip(files, lint([file.read_text() for file in files])):
        if errors != []:
            comparison.differences.append({"difference": "cfn-lint rejects it", "file": str(file), "errors": errors})
        comparison.add(file.parent.name, str(file), errors or [], problems[str(file)])
    return comparison


def compare_correct(folder):
    """Compares the public templates that cfn-lint accepts. The checksum of each must be the listed one."""
    comparison, files = Comparison(), {}
    for source in json.loads((HERE / "correct.json").read_text()):
        for template in source["templates"]:
            file = folder / source["name"] / template["path"]
            if hashlib.sha256(file.read_bytes()).hexdigest() != template["sha256"]:
                raise SystemExit(f"{file} is not the listed template: check out {source['commit']}")
            files[str(file)] = source["name"]
    for file, problems in check(files).items():
        comparison.add(files[file], file, [], problems)
    return comparison


def lint(texts):
    """Returns cfn-lint's errors of each text. Uses every core."""
    with multiprocessing.Pool(initializer=start_worker) as pool:
        return pool.map(lint_one, texts, chunksize=8)


def start_worker():
    """Loads cfn-lint once in a worker process."""
    from linter import Linter

    lint_one.linter = Linter()


def lint_one(text):
    """Returns cfn-lint's errors of a text, in a worker process."""
    return lint_one.linter.errors(text)


def main():
    """Parses the arguments, compares and prints."""
    groups = {
        "generated": compare_generated, "faults": compare_faults, "correct": compare_correct, "own": compare_own,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", choices=groups)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    arguments = parser.parse_args()
    comparison = groups[arguments.group](arguments.folder)
    comparison.print_table()
    for difference in comparison.differences:
        print(json.dumps(difference, ensure_ascii=False))
    sys.exit(1 if comparison.differences else 0)


if __name__ == "__main__":
    main()
