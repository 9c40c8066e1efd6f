"""Where things lie: the project, its data folder and everything the set-up makes in it."""

import fcntl
import hashlib
import os
import shutil
from pathlib import Path

from .errors import SetupError

PROJECT = Path(__file__).resolve().parent.parent
ADDONS = PROJECT / "addons"
NEEDED_BYTES = 4 * 1024**3


class Places:
    """Paths inside the data folder (``SUITE_DATA``, by default ``.data`` in the project)."""

    def __init__(self, data=None):
        self.data = Path(data or os.environ.get("SUITE_DATA") or PROJECT / ".data").resolve()
        self.venv = self.data / "venv"
        self.python = self.venv / "bin" / "python"
        self.odoo_root = self.data / "odoo"
        self.logs = self.data / "logs"
        self.stamps = self.data / "stamps"
        self.node = self.data / "node"

    def prepare(self):
        """Create the data folder and check that it can be written and has room.

        :raises SetupError: no permission, or less than 4 GiB free on a first run
        """
        try:
            for folder in (self.data, self.logs, self.stamps):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupError(
                f"cannot write the data folder {self.data} ({error.strerror}); set SUITE_DATA to a folder of yours"
            ) from None
        free = shutil.disk_usage(self.data).free
        if not (self.stamps / "odoo").exists() and free < NEEDED_BYTES:
            raise SetupError(
                f"only {free / 1024**3:.1f} GiB free for {self.data}; 4 GiB are needed: free some, or set SUITE_DATA"
            )

    def stamp(self, name):
        """Return the text of stamp ``name``, empty when the step was not finished."""
        path = self.stamps / name
        return path.read_text() if path.exists() else ""

    def write_stamp(self, name, text):
        """Record that step ``name`` was finished for the content ``text`` describes."""
        path = self.stamps / name
        partial = path.with_suffix(".partial")
        partial.write_text(text)
        partial.replace(path)

    def lock(self, name):
        """Take the lock ``name`` until the process ends.

        :raises SetupError: another command of this project holds it
        """
        handle = open(self.data / f"{name}.lock", "w")  # kept open: closing it would release the lock
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SetupError(f"another ./{name} is running in this folder; stop it first") from None
        self._locks = (*getattr(self, "_locks", ()), handle)


def tree_hash(*roots, extra=""):
    """Return a hash of the content of all files below ``roots``, without caches.

    :param extra: more text that belongs to the identity
    """
    digest = hashlib.sha256(extra.encode())
    for root in roots:
        root = Path(root)
        files = [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file())
        for path in files:
            if "__pycache__" in path.parts or path.suffix == ".pyc":
                continue
            digest.update(str(path.relative_to(root.parent)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
