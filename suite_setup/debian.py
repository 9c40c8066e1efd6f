"""Debian packages without installing them: a private apt state, downloaded, unpacked into a folder.

Works without root, and without touching the machine's own apt state.
"""

import os
import shutil
import subprocess
from pathlib import Path

from .console import run_logged, step
from .errors import SetupError

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
CLEAN_LOCALE = {"LC_ALL": "C.UTF-8"}


def mirror():
    """Return the URI of the Debian mirror this machine is configured for.

    :raises SetupError: no Debian, or no mirror of its ``main`` component configured
    """
    for tool in ("apt-get", "dpkg-deb"):
        if not shutil.which(tool):
            raise SetupError(f"{tool} is missing: use Debian or Ubuntu, or set ODOO_HOME to an Odoo 19 you have")
    found = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)|$(ORIGIN)|$(COMPONENT)|$(CODENAME)|$(SITE)",
         "Created-By: Packages"],
        capture_output=True, text=True, env=os.environ | CLEAN_LOCALE,
    )
    rows = [line.split("|") for line in found.stdout.splitlines()]
    main = [row[0] for row in rows if row[2] == "main" and "security" not in row[0]]
    if not main:
        raise SetupError("apt knows no Debian mirror: configure one in /etc/apt, or set ODOO_HOME")
    return main[0]


def _options(state, sources):
    for folder in ("lists/partial", "archives/partial", "parts"):
        (state / folder).mkdir(parents=True, exist_ok=True)
    return [
        "-o", f"Dir::Etc::sourcelist={sources}",
        "-o", f"Dir::Etc::sourceparts={state / 'parts'}",
        "-o", f"Dir::State::lists={state / 'lists'}",
        "-o", f"Dir::Cache::archives={state / 'archives'}",
        "-o", "Dir::Cache::pkgcache=",
        "-o", "Dir::Cache::srcpkgcache=",
        "-o", "Debug::NoLocking=1",
        "-o", "APT::Sandbox::User=root",
    ]


def unpack(packages, suite, into, work, logs, current=None, closure=False):
    """Download ``packages`` of the Debian suite ``suite`` and unpack them below ``into``.

    :param closure: also what they need and this machine lacks
    :param work: a folder for the apt state, removed afterwards
    :raises SetupError: no network, or a package is gone
    """
    state = Path(work) / suite
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    sources = state / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {mirror()} {suite} main\n")
    options = _options(state, sources)
    env = os.environ | CLEAN_LOCALE
    run_logged(["apt-get", *options, "update", "--error-on=any"], str(logs / f"apt-{suite}.log"), current,
               r"(Get:\S+)", env=env, what=f"reading Debian's list of {suite} (is there a network?)")
    debs = state / "debs"
    debs.mkdir()
    if closure:
        command = ["apt-get", *options, "-o", f"Dir::Cache::archives={debs}", "-y", "--no-install-recommends",
                   "--download-only", "install", *packages]
        (debs / "partial").mkdir()
    else:
        command = ["apt-get", *options, "download", *packages]
    run_logged(command, str(logs / f"apt-download-{suite}.log"), current, r"(Get:\S+ \S+)", env=env, cwd=debs,
               what=f"downloading {packages[0]} from Debian (is there a network?)")
    Path(into).mkdir(parents=True, exist_ok=True)
    for deb in sorted(debs.glob("*.deb")):
        if current:
            current.note(f"unpacking {deb.name.split('_')[0]}")
        run_logged(["dpkg-deb", "-x", str(deb), str(into)], str(logs / "dpkg.log"), what=f"unpacking {deb.name}")
    shutil.rmtree(state, ignore_errors=True)


def need(command, package, why):
    """Make sure the program ``command`` is there; as root, install the Debian package.

    :param command: name of the program, or an absolute path that must exist
    :raises SetupError: it is missing and cannot be installed, with the command to type
    """
    if shutil.which(command) or Path(command).exists():
        return
    line = f"apt-get install {package}"
    if os.geteuid() or not shutil.which("apt-get"):
        raise SetupError(f"{package} is missing ({why}); install it with:  sudo {line}")
    env = os.environ | CLEAN_LOCALE | {"DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Installing {package}"):
        for arguments in (["update"], ["install", "-y", "--no-install-recommends", package]):
            done = subprocess.run(["apt-get", *arguments], capture_output=True, text=True, env=env)
    if done.returncode or not (shutil.which(command) or Path(command).exists()):
        raise SetupError(f"{package} could not be installed ({why}); try:  {line}")
