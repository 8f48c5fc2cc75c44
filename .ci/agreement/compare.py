"""What cfn-lint finds at level E, beside what formwork finds: found, missed, and said without cause.

    python compare.py drawn FOLDER          what draw.py wrote
    python compare.py faults                the templates of faults/
    python compare.py correct FOLDER        the public templates of correct.json, in checkouts below FOLDER (see correct.py)
    python compare.py own FOLDER            templates that were rendered, a folder each for a blueprint

Each prints a table, and below it every miss and every false error; `--out FILE` writes these as lines of JSON. The
status is 1 when there is one. What cfn-lint passes and refuses when it is asked again (again.py), and what else AWS
refuses, as known.json lists it with the reasons, is counted apart. Run by the Python of cfn-lint's environment; CHECK is the path of the example `check` of
`crates/template`. What counts as found is written in docs/validation.md.
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

from again import Again

HERE = pathlib.Path(__file__).resolve().parent
FUNCTIONS = ("Ref", "Condition")
# Resources in a circle: cfn-lint names each of them, formwork every reference on the way.
CIRCLE = "E3004"
# What formwork cannot read as JSON cfn-lint still reads as YAML, with another error.
UNREAD = "template_syntax"
# Items that are alike: cfn-lint names the list, formwork the second item or its key.
UNIQUE = ("E3024", "E3037")
# The type of a parameter, and a reference to it: cfn-lint reports both when the type is none.
PARAMETER, REFERENCE = "E2002", "E1020"
# No branch, or more than one, of `anyOf` and `oneOf` fits.
CHOICES = ("E3017", "E3018")


KNOWN = json.loads((HERE / "known.json").read_text())


def is_known(problem, kind):
    """Whether known.json lists the problem for that resource type: the same words at the same path.

    `*` is any index of a list; the branches of `Fn::If`, and the words that say when they are, are left out. What is
    listed without a type or path is known of every type, and wherever it stands.
    """
    path = list(outside_choices(problem["places"][0]["path"])) if problem["places"] else []
    message, _, _ = problem["message"].partition(" when `")
    said = {"type": kind, "code": problem["code"], "message": message}
    said["path"] = ["*" if isinstance(step, int) else step for step in path[2:]]
    return any(all(one[word] == said[word] for word in said if word in one) for one in KNOWN)


def outside_choices(path):
    """The path without the steps into branches of `Fn::If`."""
    steps = iter(path)
    for step in steps:
        if step == "Fn::If":
            next(steps, None)
        else:
            yield step


def checked(files):
    """What formwork says of each file: a list of its errors."""
    said = {str(file): [] for file in files}
    command = [os.environ["CHECK"]]
    done = subprocess.run(command, input="".join(f"{file}\n" for file in said), text=True, capture_output=True)
    if done.returncode:
        raise SystemExit(f"{command[0]} failed: {done.stderr}")
    for line in done.stdout.splitlines():
        problem = json.loads(line)
        said[problem["file"]].append(problem)
    return said


def place(path):
    """The path down to the first function: what stands in a function counts as standing at it.

    The branches of a choice are places of their own.
    """
    steps = []
    for index, step in enumerate(path):
        branch = step == "Fn::If" and path[index + 1 : index + 2] in ([1], [2])
        if isinstance(step, str) and not branch and (step.startswith("Fn::") or step in FUNCTIONS and len(steps) > 3):
            break
        steps.append(step)
    return tuple(steps)


def meets(error, path):
    """Whether formwork's place is that of cfn-lint's error, as docs/validation.md defines it."""
    # E3060 names a path that goes astray below the properties.
    one, other = place(error["path"][:3] if error["rule"] == "E3060" else error["path"]), place(path)
    if not one:
        return True
    if error["rule"] == CIRCLE:
        return other[:2] == one
    shorter, longer = sorted((one, other), key=len)
    if longer[: len(shorter)] == shorter and steps(longer[len(shorter) :]) <= (2 if error["rule"] in UNIQUE else 1):
        return True
    # What a resource lacks is said of its properties by the one, of its type by the other.
    return len(one) == 3 and one[0] == "Resources" and one[2] == "Properties" and other == (*one[:2], "Type")


def steps(path):
    """How many steps a path has; a branch of a choice is none, since it stands where the choice stands."""
    inside = [index for index, step in enumerate(path) if step == "Fn::If"]
    return len(path) - 2 * len(inside)


def found(error, errors, problems):
    """Whether one of formwork's problems is cfn-lint's error.

    Where no branch of a choice of schemas fits, cfn-lint reports the choice and, beside it, what each branch lacks;
    formwork reports the branch that was meant. So what is reported at or right below such a choice is found by what
    formwork reports in it.
    """
    if any(problem["code"] == UNREAD for problem in problems):
        return True
    places = [path for problem in problems for path in paths(problem)]
    if any(meets(error, path) for path in places) or follows(error, errors, places):
        return True
    one = place(error["path"])
    choices = [place(other["path"]) for other in errors if other["rule"] in CHOICES]
    return any(
        one[: len(choice)] == choice and any(place(path)[: len(choice)] == choice for path in places) for choice in choices
    )


def follows(error, errors, places):
    """Whether the error is of a reference to a parameter whose type is none, which formwork reports of that type."""
    types = [other["path"] for other in errors if other["rule"] == PARAMETER and other["path"][2:] == ["Type"]]
    named = [path for path in types if error["message"].startswith(str({"Ref": path[1]}))]
    return error["rule"] == REFERENCE and any(path in places for path in named)


def is_meant(problem, errors):
    """Whether the problem is one of cfn-lint's errors."""
    if errors and problem["code"] == UNREAD:
        return True
    return any(meets(error, path) or below(error, path) for error in errors for path in paths(problem))


def paths(problem):
    """Every place that a problem points at."""
    return [place["path"] for place in problem["places"]] or [[]]


def below(error, path):
    """Whether a problem lies in a choice of schemas that cfn-lint found no branch of to fit."""
    one = place(error["path"])
    return error["rule"] in CHOICES and place(path)[: len(one)] == one


class Tally:
    """Counts by row, and what went wrong."""

    def __init__(self):
        self.rows = collections.defaultdict(collections.Counter)
        self.wrong = []
        self.again = Again(meets)

    def template(self, row, file, errors, problems, about):
        """Compares what is said of one template."""
        count = self.rows[row]
        count["templates"] += 1
        missed = 0
        for error in errors:
            if not found(error, errors, problems):
                missed += 1
                self.wrong.append({"what": "missed", "row": row, "file": file, **about, "error": error, "said": problems})
        count["errors"] += len(errors)
        count["found"] += len(errors) - missed
        count["missed"] += missed
        for problem in problems:
            if is_known(problem, about.get("type")):
                count["known"] += 1
            elif is_meant(problem, errors):
                continue
            elif "type" in about and self.again.refused(problem, pathlib.Path(file).read_text(), about["type"]):
                count["known"] += 1
            else:
                count["false"] += 1
                self.wrong.append({"what": "false", "row": row, "file": file, **about, "problem": problem})

    def show(self):
        """Prints the table, as it stands in docs/validation.md."""
        columns = ["templates", "errors", "found", "missed", "false", "known"]
        print("| Kind | Templates | Errors of cfn-lint | Found | Missed | False | Known |")
        print("|---|--:|--:|--:|--:|--:|--:|")
        for row, count in sorted(self.rows.items()):
            print(f"| {row} | " + " | ".join(str(count[column]) for column in columns) + " |")
        whole = sum(self.rows.values(), collections.Counter())
        print("| **all** | " + " | ".join(f"**{whole[column]}**" for column in columns) + " |")


def drawn(folder):
    """Faulty templates that were drawn, and the sound ones that they were made from."""
    about = [json.loads(line) for line in (folder / "drawn.jsonl").read_text().splitlines()]
    faulty = [folder / one["file"] for one in about]
    sound = [file.with_suffix(f".sound{file.suffix}") for file in faulty]
    said = checked(faulty + sound)
    tally = Tally()
    for one, file, before in zip(about, faulty, sound):
        tally.template(one["kind"], str(file), one["errors"], said[str(file)], {"type": one["type"]})
        tally.template("(sound: before the fault)", str(before), [], said[str(before)], {"type": one["type"]})
    return tally


def cases(file):
    """The templates of one file: each begins with `--- # name`, after which it is text of its own."""
    name, lines = None, []
    for line in [*file.read_text().splitlines(), "--- # end"]:
        if line.startswith("--- # "):
            if name:
                yield name, "\n".join(lines) + "\n"
            name, lines = line.removeprefix("--- # "), []
        else:
            lines.append(line)


def faults():
    """The templates of our own, each of which cfn-lint must find an error in."""
    import limits

    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        files = {}
        topics = {topic.stem: cases(topic) for topic in sorted((HERE / "faults").iterdir())}
        for topic, named in {**topics, "limits": limits.cases()}.items():
            for name, text in named:
                file = pathlib.Path(folder) / f"{topic}-{len(files):03}{'.json' if text.startswith('{') else '.yaml'}"
                file.write_text(text)
                files[file] = (topic, name, text)
        said = checked(files)
        reported = linted([text for _, _, text in files.values()])
        for (file, (topic, name, _)), errors in zip(files.items(), reported):
            if name.split()[0] not in {error["rule"] for error in errors or []}:
                tally.wrong.append({"what": "unfit: cfn-lint does not find it", "row": topic, "name": name})
            tally.template(topic, name, errors or [], said[str(file)], {})
    return tally


def linted(texts):
    """What cfn-lint reports of each text, on every core."""
    with multiprocessing.Pool(initializer=begin) as pool:
        return pool.map(errors_of, texts, chunksize=8)


def begin():
    """Loads cfn-lint, once in each process."""
    from linter import Linter

    errors_of.linter = Linter()


def errors_of(text):
    """What cfn-lint reports of one text, in a process that has begun."""
    return errors_of.linter.errors(text)


def own(folder):
    """Templates of our own, which both must pass."""
    tally, files = Tally(), sorted(file for file in folder.glob("*/*") if file.is_file())
    if not files:
        raise SystemExit(f"{folder} holds no templates")
    said = checked(files)
    for file, errors in zip(files, linted([file.read_text() for file in files])):
        if errors != []:
            tally.wrong.append({"what": "cfn-lint does not pass it", "row": file.parent.name, "file": str(file), "errors": errors})
        tally.template(file.parent.name, str(file), errors or [], said[str(file)], {})
    return tally


def correct(folder):
    """The public templates that cfn-lint passes; each must be the very text that was listed."""
    tally, files = Tally(), {}
    for source in json.loads((HERE / "correct.json").read_text()):
        for one in source["templates"]:
            file = folder / source["name"] / one["path"]
            if hashlib.sha256(file.read_bytes()).hexdigest() != one["sha256"]:
                raise SystemExit(f"{file} is not the template that was listed: check out {source['commit']}")
            files[str(file)] = source["name"]
    for file, problems in checked(files).items():
        tally.template(files[file], file, [], problems, {})
    return tally


def main():
    """Reads the arguments, compares, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["drawn", "faults", "correct", "own"])
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--out", type=pathlib.Path)
    given = parser.parse_args()
    by_folder = {"drawn": drawn, "correct": correct, "own": own}
    tally = faults() if given.what == "faults" else by_folder[given.what](given.folder)
    tally.show()
    for wrong in tally.wrong if given.out is None else []:
        print(json.dumps(wrong, ensure_ascii=False))
    if given.out:
        given.out.write_text("".join(json.dumps(wrong, ensure_ascii=False) + "\n" for wrong in tally.wrong))
    sys.exit(1 if tally.wrong else 0)


if __name__ == "__main__":
    main()
