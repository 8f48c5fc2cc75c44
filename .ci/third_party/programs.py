"""Other people's programs, each in an environment of its own, at the versions that the tests were written against.

The environments lie in a cache that outlives the checkout; a finished one is marked with what it holds.
"""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "formwork-ci"
PACKAGES = {
    "cfn-lint": "cfn-lint==1.58.0",
    "ministack": "ministack==1.5.33",
    "moto_server": "moto[server]==5.2.5",
    "aws": "awscli==1.46.3",
}


def formwork():
    """The binary under test."""
    path = os.environ.get("FORMWORK") or ROOT / "target" / "debug" / "formwork"
    return str(pathlib.Path(path).resolve(strict=True))


def program(name):
    """The path of a program, installed on first need."""
    home = CACHE / name
    mark = home / "holds.txt"
    package = PACKAGES[name]
    if not mark.exists() or mark.read_text() != package:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", package]
        subprocess.run(pip, check=True)
        mark.write_text(package)
    return str(home / "bin" / name)
