"""The agreement with cfn-lint, as CI asks for it: our own faults, and 2,000 drawn by a fixed seed.

    CHECK=target/debug/examples/check python3 .ci/agreement/ci.py FOLDER [SEED]

The templates are drawn anew each time, into FOLDER: nothing that was drawn before is looked at.
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "third_party"))
from programs import program  # noqa: E402

FIXED_SEED = "2026"


def main():
    """Draws and compares; the first that fails ends it."""
    folder = pathlib.Path(sys.argv[1])
    seed = sys.argv[2] if len(sys.argv) > 2 else FIXED_SEED
    python = str(pathlib.Path(program("cfn-lint")).with_name("python"))
    shutil.rmtree(folder, ignore_errors=True)
    for command in (
        ["compare.py", "faults"],
        ["draw.py", "--seed", seed, "--out", str(folder)],
        ["compare.py", "drawn", str(folder)],
    ):
        subprocess.run([python, "-B", str(HERE / command[0]), *command[1:]], check=True)


if __name__ == "__main__":
    main()
