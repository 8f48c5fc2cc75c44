"""Templates with one fault each, drawn by seed from cfn-lint's own schemas; nothing of formwork's table is asked.

For each number from 0 to COUNT a lot of its own, made from the seed and that number, draws a kind of fault, a resource
type that has a place for it, and properties that cfn-lint passes; then puts the fault in. What cfn-lint finds no error
in is drawn again. Beside each faulty template lies the sound one that it was made from.

    python draw.py --seed 1 --count 2000 --out FOLDER

writes FOLDER/00000.json (or .yaml), FOLDER/00000.sound.json and so on, and FOLDER/drawn.jsonl: file, type, kind and what
cfn-lint reports (rule, path, line, message). Run by the Python of cfn-lint's environment, with PYTHONHASHSEED=0: some of
what cfn-lint reports comes in the order of a set.
"""
import argparse
import ast
import json
import multiprocessing
import pathlib
import random

from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from kinds import KINDS, PROPERTIES, Draft, Unfit, ruled
from linter import REGION, Linter
from text import written
from values import Maker, matches

LINTER = Linter()
UNFIT = (Unfit, RecursionError)
COMBINATION = "combination of properties"
TYPES = sorted(
    name
    for name in PROVIDER_SCHEMA_MANAGER.get_resource_types(REGION)
    if name.startswith("AWS::") and not name.startswith("AWS::Serverless::")
)
# Two kinds of fault find a place in few types only: how often the type is one of these, and which they are.
FEW = {
    COMBINATION: (0.7, [name for name in TYPES if ruled(name)]),
    "policy": (0.9, LINTER.types_of(("E3510", "E3511", "E3512", "E3513", "E3514"))),
}


def main():
    """Reads the arguments and writes the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", required=True)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    lots = [(given.seed, index) for index in range(given.count)]
    with multiprocessing.Pool(given.processes) as pool, (given.out / "drawn.jsonl").open("w") as listed:
        for index, (sound, faulty, about) in enumerate(pool.imap(drawn, lots, chunksize=10)):
            form = about.pop("form")
            name = f"{index:05}.{form}"
            (given.out / name).write_text(faulty)
            (given.out / f"{index:05}.sound.{form}").write_text(sound)
            listed.write(json.dumps({"file": name, **about}, ensure_ascii=False) + "\n")


def drawn(lot):
    """One pair of templates, and what is to be known of the faulty one."""
    seed, index = lot
    lot = random.Random(f"{seed}/{index}")
    names, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    while True:
        kind = lot.choices(names, weights)[0]
        often, few = FEW.get(kind, (0, TYPES))
        types = few if lot.random() < often else TYPES
        for _ in range(20):
            draft = sound_draft(lot, KINDS[kind][1], types)
            faulty = draft and faulty_draft(draft, KINDS[kind][1], promising if kind == COMBINATION else copies)
            if faulty:
                text, errors = faulty
                about = {"form": draft.form, "kind": kind, "type": draft.name, "errors": errors}
                return written(draft.document, draft.form), text, about


def faulty_draft(draft, fault, candidates):
    """The text of the draft with the fault in it, and the errors that cfn-lint finds there."""
    for faulty in candidates(draft, fault):
        try:
            text = faulty.spoilt(written(faulty.document, draft.form))
        except Unfit:
            continue
        errors = LINTER.errors(text)
        if errors:
            return text, errors
    return None


def copies(draft, fault):
    """Some copies of the draft, each with a fault."""
    for _ in range(4):
        faulty = draft.copy()
        try:
            fault(faulty)
        except UNFIT:
            continue
        yield faulty


def promising(draft, fault):
    """Those of many copies that cfn-lint finds an error in when it sees them all at once, which is quick."""
    faulty = [copy for _ in range(4) for copy in copies(draft, fault)]
    document = dict(draft.document)
    document["Resources"] = {f"Subject{index}": one.document["Resources"]["Subject"] for index, one in enumerate(faulty)}
    errors = LINTER.errors(written(document, "json")) or []
    named = {error["path"][1] for error in errors if error["path"][:1] == ["Resources"] and len(error["path"]) > 1}
    yield from (one for index, one in enumerate(faulty) if f"Subject{index}" in named)


def sound_draft(lot, fault, types):
    """A draft that cfn-lint passes and that has a place for the fault; `None` when the lot is unlucky."""
    for _ in range(300):
        name = lot.choice(types)
        draft = dressed(made(name, lot))
        try:
            fault(draft.copy())
        except UNFIT:
            continue
        return draft if passes(draft) else None
    return None


def made(name, lot):
    """A draft with drawn properties."""
    maker = Maker(PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, name).schema, lot)
    while True:
        maker.sites.clear()
        try:
            properties = maker.properties()
            break
        except RecursionError:
            continue
    document = {"Resources": {"Subject": {"Type": name, "Properties": properties}}}
    form = lot.choices(["json", "yaml"], [2, 1])[0]
    return Draft(name, maker.root, list(maker.sites), document, lot, maker, form)


def dressed(draft):
    """The draft with up to two of its values behind a function that gives the same."""
    for _ in range(draft.lot.choice([0, 0, 1, 2])):
        inner = [site for site in draft.sites if site.path and not isinstance(site.path[-1], int)]
        if not inner:
            break
        site = draft.lot.choice(inner)
        value = draft.value(site)
        if isinstance(value, str) and draft.lot.random() < 0.7:
            # What stands behind a function cfn-lint does not look at as closely.
            if "${" in value or not value or not (fits(site.schema, value) and fits(site.written, value)):
                continue
            way = draft.lot.choice(["Fn::Sub", "Fn::Join", "Ref"])
            if way == "Ref":
                name = f"Given{len(draft.document.get('Parameters', {}))}"
                draft.replace(site, draft.parameter(name, Type="String", Default=value))
            else:
                draft.replace(site, {way: value if way == "Fn::Sub" else ["", [value]]})
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
    """Whether the text is one that the schema takes, and no document."""
    within = schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
    return within and matches(schema.get("pattern", ""), text) and not text.startswith("{")


def passes(draft):
    """Whether cfn-lint passes the draft, at once or after its own word on a value was taken."""
    for _ in range(4):
        errors = LINTER.errors(written(draft.document, draft.form))
        if errors is None:
            return False
        if not errors:
            return True
        if not all([mended(draft, error) for error in errors]):
            return False
    return False


def mended(draft, error):
    """Takes one of the values that the error lists, or takes the value away."""
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
            draft.put(path, draft.lot.choice(ast.literal_eval("[" + allowed.partition("]")[0] + "]")))
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
