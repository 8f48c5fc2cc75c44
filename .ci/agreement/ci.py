"""The agreement with cfn-lint, as CI asks for it: our own faults, the repository's blueprints, 2,000 drawn by a fixed seed.

    CHECK=target/debug/examples/check FORMWORK=target/debug/formwork python3 .ci/agreement/ci.py FOLDER [SEED]

The templates are drawn and rendered anew each time, into FOLDER: nothing that was there before is looked at. Whatever
is missed or false and not listed in known.json ends it with a status other than 0.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "third_party"))
from programs import ROOT, formwork, python  # noqa: E402

FIXED_SEED = "2026"
# What each blueprint can be set to beside what it is by itself.
OPTIONS = {
    "components": ["small=true"],
    "secure-private-api": ["api_logging=true"],
    "secure-private-api-raw": ["api_logging=true"],
}


def rendered(folder):
    """Renders every blueprint of the repository, with and without its options, as YAML and as JSON."""
    blueprints = sorted(file.parent for file in (ROOT / "blueprints").glob("*/blueprint.toml"))
    for blueprint in blueprints:
        for option in [None, *OPTIONS.get(blueprint.name, [])]:
            for form in ("yaml", "json"):
                name = "-".join([blueprint.name, *([option] if option else []), form])
                flags = ["--set", option] if option else []
                command = [formwork(), "render", str(blueprint), "--format", form, "--out", str(folder / name), *flags]
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def main():
    """Draws and compares; the first that fails ends it."""
    folder = pathlib.Path(sys.argv[1])
    seed = sys.argv[2] if len(sys.argv) > 2 else FIXED_SEED
    shutil.rmtree(folder, ignore_errors=True)
    drawn, own = folder / "drawn", folder / "own"
    rendered(own)
    # Some of what cfn-lint reports comes in the order of a set.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    for command in (
        ["compare.py", "faults"],
        ["compare.py", "own", str(own)],
        ["draw.py", "--seed", seed, "--out", str(drawn)],
        ["compare.py", "drawn", str(drawn)],
    ):
        began = time.monotonic()
        subprocess.run([python("cfn-lint"), "-B", str(HERE / command[0]), *command[1:]], env=environment, check=True)
        print(f"{command[0]} {command[1]}: {time.monotonic() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
