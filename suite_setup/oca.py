"""Addons of the OCA, from the package index: downloaded as wheels and unpacked beside Odoo."""

import shutil
import zipfile
from pathlib import PurePosixPath

from .console import run_logged, step
from .places import PROJECT, tree_hash

FOLDER = PurePosixPath("odoo/addons")
REQUIREMENTS = PROJECT / "requirements-oca.txt"
# What the benchmarks measure the suite against.
BENCHMARK_REQUIREMENTS = PROJECT / "benchmarks" / "requirements-oca.txt"


def ensure(places, odoo, requirements=REQUIREMENTS):
    """Unpack the addons that ``requirements`` pins and put them on the addons path of ``odoo``.

    :param requirements: a requirements file; each set lies in a folder of its own
    :raises SetupError: they cannot be downloaded
    """
    wanted = tree_hash(requirements)
    folder = places.data / "oca" / wanted
    stamp = f"oca-{wanted}"
    if not places.stamp(stamp) or not folder.is_dir():
        with step("Addons of the OCA") as current:
            wheels = places.data / "oca" / f"{wanted}.wheels"
            for leftover in (folder, wheels):
                shutil.rmtree(leftover, ignore_errors=True)
            run_logged(
                [str(places.python), "-m", "pip", "download", "--disable-pip-version-check", "--only-binary=:all:",
                 "--no-deps", "-d", str(wheels), "-r", str(requirements)],
                str(places.logs / "oca.log"), current, r"(?:Collecting|Downloading) (\S+)",
                what="downloading addons of the OCA (is there a network?)",
            )
            for wheel in sorted(wheels.glob("*.whl")):
                unpack(wheel, folder)
            shutil.rmtree(wheels)
            places.write_stamp(stamp, "unpacked")
    odoo.addons.append(folder)


def unpack(wheel, folder):
    """Extract the addons in ``wheel`` into ``folder``; whatever else the wheel holds is left out."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.infolist():
            path = PurePosixPath(entry.filename)
            if entry.is_dir() or not path.is_relative_to(FOLDER) or ".." in path.parts:
                continue
            target = folder / path.relative_to(FOLDER)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))
