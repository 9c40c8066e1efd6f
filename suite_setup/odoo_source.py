"""Odoo 19 itself: the one named by ODOO_HOME, else Debian's package, unpacked and not installed."""

import hashlib
import os
import shutil
from pathlib import Path

from . import debian
from .console import step
from .errors import SetupError

FROM_SID = ["odoo-19", "fonts-montserrat", "fonts-ocr-b", "fonts-roboto-unhinted", "libjs-jquery",
            "libjs-jquery-form", "libjs-underscore"]
FROM_BOOKWORM = ["fonts-font-awesome", "fonts-inconsolata"]
# Debian leaves this file out; without it every page of the web client logs an error.
SHIM = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"


class Odoo:
    """An Odoo 19 that can be started: where it is imported from, and its addons."""

    def __init__(self, import_path, addons):
        self.import_path = Path(import_path)
        self.addons = [Path(folder) for folder in addons]

    def version(self):
        """Return the identity of this Odoo, for cache keys."""
        release = (self.import_path / "odoo" / "release.py").read_bytes()
        folders = ":".join(folder.name for folder in self.addons)
        return f"{self.import_path}:{hashlib.sha256(release).hexdigest()[:12]}:{folders}"

    def find_addon(self, name):
        """Return the folder of core addon ``name`` or None."""
        for folder in self.addons:
            if (folder / name / "__manifest__.py").exists():
                return folder / name
        return None


def ensure(places):
    """Return a usable :class:`Odoo`.

    :raises SetupError: ODOO_HOME holds none, or Debian's cannot be fetched
    """
    home = os.environ.get("ODOO_HOME")
    if home:
        return _from_home(Path(home))
    packages = places.odoo_root / "usr/lib/python3/dist-packages"
    if not places.stamp("odoo") or not (packages / "odoo/release.py").exists():
        with step("Odoo 19 (Debian's package, unpacked)") as current:
            shutil.rmtree(places.odoo_root, ignore_errors=True)
            work = places.data / "apt"
            debian.unpack(FROM_SID, "sid", places.odoo_root, work, places.logs, current)
            debian.unpack(FROM_BOOKWORM, "bookworm", places.odoo_root, work, places.logs, current)
            _mend(packages / "odoo/addons")
            places.write_stamp("odoo", "unpacked")
    return Odoo(packages, [packages / "odoo/addons"])


def _from_home(home):
    for root in (home, home / "usr/lib/python3/dist-packages"):
        if (root / "odoo/release.py").exists():
            release = (root / "odoo/release.py").read_text()
            if "(19, 0" not in release:
                raise SetupError(f"ODOO_HOME ({home}) is not Odoo 19.0")
            addons = [root / "addons", root / "odoo/addons"]
            return Odoo(root, [folder for folder in addons if (folder).is_dir()])
    raise SetupError(f"ODOO_HOME ({home}) holds no Odoo: it must contain odoo/release.py")


def _mend(addons):
    shim = addons / SHIM
    if not shim.exists():
        shim.parent.mkdir(parents=True, exist_ok=True)
        shim.write_text("window.SelfieSegmentation = class {};\n")

