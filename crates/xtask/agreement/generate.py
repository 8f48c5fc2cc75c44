"""Generates templates with one fault each, by seed, from cfn-lint's own schemas, not from formwork's table.

For each number below COUNT, a random generator of that number chooses a kind of fault, a resource type to which it
applies, and properties that cfn-lint accepts; then it inserts the fault. A template without an error is generated
again. The valid template that the faulty one was random_draft from is written too.

    python generate.py --seed 1 --count 2000 --out FOLDER

writes FOLDER/00000.json (or .yaml), FOLDER/00000.valid.json and so on, and FOLDER/generated.jsonl: the file, type, kind and
errors (rule, path, line, message) of each. Runs with the Python of cfn-lint's environment and PYTHONHASHSEED=0: cfn-lint
reports some errors in the order of a set.
"""
import argparse
import ast
import json
import multiprocessing
import pathlib
import random

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from generators import KINDS, PROPERTIES, Draft, Unfit, has_extension
from linter import REGION, Linter
from serialize import serialize
from values import Maker, matches

LINTER = Linter()
UNFIT = (Unfit, RecursionError)
COMBINATION = "combination of properties"
TYPES = sorted(
    name
    for name in PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION)
    if name.startswith("AWS::") and not name.startswith("AWS::Serverless::")
)
# Two kinds of fault apply to few types: the share of templates that use these types, and the types.
PREFERRED = {
    COMBINATION: (0.7, [name for name in TYPES if has_extension(name)]),
    "policy": (0.9, LINTER.types_of(("E3510", "E3511", "E3512", "E3513", "E3514"))),
}


def main():
    """Parses the arguments and writes the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    seeds = [(arguments.seed, index) for index in range(arguments.count)]
    with multiprocessing.Pool(arguments.processes) as pool, (arguments.out / "generated.jsonl").open("w") as listed:
        for index, (valid, faulty, entry) in enumerate(pool.imap(generated, seeds, chunksize=10)):
            form = entry.pop("form")
            name = f"{index:05}.{form}"
            (arguments.out / name).write_text(faulty)
            (arguments.out / f"{index:05}.valid.{form}").write_text(valid)
            listed.write(json.dumps({"file": name, **entry}, ensure_ascii=False) + "\n")


def generated(rng):
    """Returns a valid template, the faulty one, and the facts about the faulty one."""
    seed, index = rng
    rng = random.Random(f"{seed}/{index}")
    names, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    while True:
        kind = rng.choices(names, weights)[0]
        share, preferred = PREFERRED.get(kind, (0, TYPES))
        types = preferred if rng.random() < share else TYPES
        for _ in range(20):
            draft = valid_draft(rng, KINDS[kind][1], types)
            faulty = draft and faulty_draft(draft, KINDS[kind][1], promising_copies if kind == COMBINATION else copies)
            if faulty:
                text, errors = faulty
                entry = {"form": draft.form, "kind": kind, "type": draft.name, "errors": errors}
                return serialize(draft.document, draft.form), text, entry


def faulty_draft(draft, fault, candidates):
    """Returns the text of the draft with the fault, and cfn-lint's errors."""
    for faulty in candidates(draft, fault):
        try:
            text = faulty.with_text_fault(serialize(faulty.document, draft.form))
        except Unfit:
            continue
        errors = LINTER.errors(text)
        if errors:
            return text, errors
    return None


def copies(draft, fault):
    """Yields copies of the draft, each with a fault."""
    for _ in range(4):
        faulty = draft.copy()
        try:
            fault(faulty)
        except UNFIT:
            continue
        yield faulty


def promising_copies(draft, fault):
    """Yields those of many copies in which cfn-lint reports an error. Checks all copies at once, which is faster."""
    faulty = [copy for _ in range(4) for copy in copies(draft, fault)]
    document = dict(draft.document)
    document["Resources"] = {f"Subject{index}": one.document["Resources"]["Subject"] for index, one in enumerate(faulty)}
    errors = LINTER.errors(serialize(document, "json")) or []
    named = {error["path"][1] for error in errors if error["path"][:1] == ["Resources"] and len(error["path"]) > 1}
    yield from (one for index, one in enumerate(faulty) if f"Subject{index}" in named)


def valid_draft(rng, fault, types):
    """Returns a draft that cfn-lint accepts and to which the fault applies, or None after many attempts."""
    for _ in range(300):
        name = rng.choice(types)
        draft = with_functions(random_draft(name, rng))
        try:
            fault(draft.copy())
        except UNFIT:
            continue
        return draft if passes(draft) else None
    return None


def random_draft(name, rng):
    """Returns a draft with random properties."""
    maker = Maker(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, name).schema, rng)
    while True:
        maker.sites.clear()
        try:
            properties = maker.properties()
            break
        except RecursionError:
            continue
    document = {"Resources": {"Subject": {"Type": name, "Properties": properties}}}
    form = rng.choices(["json", "yaml"], [2, 1])[0]
    return Draft(name, maker.root, list(maker.sites), document, rng, maker, form)


def with_functions(draft):
    """Returns the draft with up to two of its values replaced by a function with the same value."""
    for _ in range(draft.rng.choice([0, 0, 1, 2])):
        inner = [site for site in draft.sites if site.path and not isinstance(site.path[-1], int)]
        if not inner:
            break
        site = draft.rng.choice(inner)
        value = draft.value(site)
        if isinstance(value, str) and draft.rng.random() < 0.7:
            # cfn-lint checks the value of a function less closely.
            if "${" in value or not value or not (fits(site.schema, value) and fits(site.written, value)):
                continue
            function = draft.rng.choice(["Fn::Sub", "Fn::Join", "Ref"])
            if function == "Ref":
                name = f"Given{len(draft.document.get('Parameters', {}))}"
                draft.replace(site, draft.parameter(name, Type="String", Default=value))
            else:
                draft.replace(site, {function: value if function == "Fn::Sub" else ["", [value]]})
            draft.sites.remove(site)
            continue
        if isinstance(value, dict) and any(key == "Ref" or key.startswith("Fn::") for key in value):
            continue
        draft.replace(site, {"Fn::If": [draft.condition(), value, json.loads(json.dumps(value))]})
        for under in draft.sites:
            if under.path[: len(site.path)] == site.path and under is not site:
                under.path = (*site.path, "Fn::If", 1, *under.path[len(site.path) :])
        site.path = (*site.path, "Fn::If", 1)
    return draft


def fits(schema, text):
    """Returns whether the text fits the schema and is not a JSON document."""
    within = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return within and matches(schema.get("pattern", ""), text) and not text.startswith("{")


def passes(draft):
    """Returns whether cfn-lint accepts the draft, perhaps after repairs."""
    for _ in range(4):
        errors = LINTER.errors(serialize(draft.document, draft.form))
        if errors is None:
            return False
        if not errors:
            return True
        if not all([repaired(draft, error) for error in errors]):
            return False
    return False


def repaired(draft, error):
    """Repairs an error: takes a value that the error lists, or removes the value."""
    path = tuple(error["path"])
    if path[: len(PROPERTIES)] != PROPERTIES or len(path) == len(PROPERTIES):
        return False
    try:
        draft.at(path)
    except (KeyError, IndexError, TypeError):
        return False
    _, listed, allowed = error["message"].partition("is not one of [")
    if listed:
        try:
            draft.put(path, draft.rng.choice(ast.literal_eval("[" + allowed.partition("]")[0] + "]")))
            return True
        except (ValueError, SyntaxError, IndexError):
            return False
    if isinstance(path[-1], int):
        return False
    del draft.at(path[:-1])[path[-1]]
    gone = path[len(PROPERTIES) :]
    draft.sites = [site for site in draft.sites if site.path[: len(gone)] != gone]
    return True


if __name__ == "__main__":
    main()
