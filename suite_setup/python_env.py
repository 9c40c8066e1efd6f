"""The virtual environment: made once for each content of the requirements files."""

import importlib.util
import shutil
import subprocess
import sys

from .console import run_logged, step
from .debian import need
from .errors import SetupError
from .places import PROJECT, tree_hash

VERSION = (3, 11)
# These two exist only as source archives; both are pure Python.
SOURCE_ONLY = "docopt,ofxparse"
# The purchase log of the demo is read from this package; its own dependencies are not needed.
WITHOUT_DEPENDENCIES = "lifetimes==0.11.3"


def check_version():
    """:raises SetupError: this is not the Python whose wheels were pinned"""
    if sys.version_info[:2] != VERSION:
        have = ".".join(map(str, sys.version_info[:2]))
        raise SetupError(f"Python 3.11 is needed, this is {have}; install python3.11 (apt-get install python3.11)")


def ensure(places, *, testing=False):
    """Make the environment with ``requirements.txt`` (and ``requirements-test.txt``).

    :param testing: also what the tests, benchmarks and static checks need
    """
    files = [PROJECT / "requirements.txt"] + ([PROJECT / "requirements-test.txt"] if testing else [])
    wanted = {path.name: tree_hash(path, extra=sys.version) for path in files}
    missing = [path for path in files if places.stamp(path.name) != wanted[path.name]]
    if not missing and places.python.exists():
        return
    with step("Python environment") as current:
        if not _usable(places):
            if importlib.util.find_spec("ensurepip") is None:
                need("/usr/lib/python3.11/ensurepip", "python3.11-venv", "it makes virtual environments")
            shutil.rmtree(places.venv, ignore_errors=True)
            run_logged([sys.executable, "-m", "venv", str(places.venv)], str(places.logs / "venv.log"),
                       what="making the virtual environment")
            missing = files
        for path in missing:
            pip(places, current, ["-r", str(path)])
        pip(places, current, ["--no-deps", WITHOUT_DEPENDENCIES])
        for path in files:
            places.write_stamp(path.name, wanted[path.name])


def pip(places, current, arguments):
    """Install with pip, from wheels only.

    :raises SetupError: no network or no wheel
    """
    run_logged(
        [str(places.python), "-m", "pip", "install", "--disable-pip-version-check", "--only-binary=:all:",
         f"--no-binary={SOURCE_ONLY}", *arguments],
        str(places.logs / "pip.log"), current, r"(?:Collecting|Downloading) (\S+)",
        what="installing Python packages (is there a network?)",
    )


def _usable(places):
    if not places.python.exists():
        return False
    probe = subprocess.run([str(places.python), "-c", "import pip"], capture_output=True)
    return probe.returncode == 0
