"""Databases and the templates they are cloned from.

Template 1 holds Odoo with the core modules, template 2 the suite on top. A template is named after the hash of its
content, so that nothing is installed twice; one that was not finished is made again.
"""

import json
import os
import shutil
import threading
from collections import defaultdict

from .console import run_logged, step, tail
from .dependencies import core_dependencies
from .errors import SetupError
from .odoo_process import command, odoo_env, write_config
from .places import ADDONS, PROJECT, tree_hash
from .warnings_check import ours

# The first one is the default of new contacts.
LANGUAGES = "en_US,vi_VN"
# What the suite is used with beside all that its addons and bridges are made for.
BESIDE = ["sale_crm", "sale_management", "sale_margin", "survey_crm"]
PROGRESS = r"Loading module (\S+ \(\d+/\d+\))"
BAKE = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


class Databases:
    """Creates, clones and drops databases of one server, each with its files."""

    def __init__(self, places, odoo, server, conf_name, port=8069):
        self.places = places
        self.odoo = odoo
        self.server = server
        self.filestore = places.data / f"files-{conf_name}"
        self.conf = write_config(places, conf_name, odoo, self.filestore, port)
        # Templates are asked for by several threads: each is made once and none in use is dropped.
        self._making = defaultdict(threading.Lock)
        self._in_use = set()

    # -- the server --------------------------------------------------------------------------------------------------
    def exists(self, name):
        return self.server.query(f"SELECT 1 FROM pg_database WHERE datname = {quote(name)}") == "1"

    def mark(self, name):
        """Return what we wrote on database ``name``: a dict, empty for a database that is not ours."""
        text = self.server.query(
            f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = {quote(name)}"
        )
        try:
            mark = json.loads(text)
        except ValueError:
            return {}
        return mark if isinstance(mark, dict) and mark.get("suite") else {}

    def write_mark(self, name, **mark):
        text = quote(json.dumps({"suite": True} | mark))
        self.server.query(f'COMMENT ON DATABASE "{name}" IS {text}')

    def drop(self, name):
        self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.filestore / "filestore" / name, ignore_errors=True)

    def create(self, name, template=None, **mark):
        """Create database ``name``, as a copy of ``template`` with its files when one is given."""
        source = f'TEMPLATE "{template}"' if template else "TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C'"
        try:
            self.server.query(f'CREATE DATABASE "{name}" {source}')
        except SetupError:
            if template:
                raise
            self.server.query(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        self.write_mark(name, **mark)
        if template:
            source_files = self.filestore / "filestore" / template
            if source_files.exists():
                # Files of Odoo's store are never changed in place: links do.
                shutil.copytree(source_files, self.filestore / "filestore" / name, copy_function=_link)

    # -- templates ---------------------------------------------------------------------------------------------------
    def core_template(self, modules=None, label="Odoo's own modules"):
        """Return the name of a template with the core ``modules`` installed (by default all the suite is used with)."""
        modules = sorted(modules or {*BESIDE, *core_dependencies(self.odoo, *suite_addons())})
        name = "core_" + tree_hash(PROJECT / "suite_setup" / "databases.py", extra=f"{self.odoo.version()}{modules}")

        def fill():
            self.install(name, modules, f"{label} ({len(modules)})", f"install-{name}.log")

        return self._template(name, None, fill)

    def suite_template(self, addons=None):
        """Return the name of a template with every addon of the suite installed.

        :raises SetupError: installing logged a warning of ours
        """
        core = self.core_template()
        addons = sorted(addons or suite_addons())
        name = "suite_" + tree_hash(ADDONS, extra=core)

        def fill():
            self.install_suite(name, addons, "install-suite.log")

        return self._template(name, core, fill)

    def install_suite(self, name, addons, log_name):
        """Install the suite's ``addons`` and generate the web client's assets.

        :raises SetupError: installing logged a warning of ours
        """
        complain(self.install(name, addons, f"The suite's addons ({len(addons)})", log_name))
        with step("Assets of the web client"):
            self.shell(name, BAKE, "assets.log")

    def _template(self, name, parent, fill):
        self._in_use.add(name)
        with self._making[name]:
            if self.mark(name).get("state") != "complete":
                self.drop(name)
                self.drop_old(name.split("_")[0])
                self.create(name, parent, state="started")
                fill()
                self.write_mark(name, state="complete")
        return name

    def drop_old(self, family, keep=6):
        """Drop the oldest finished templates of a family, so that caches do not fill the disk."""
        names = self.server.query(
            f"SELECT datname FROM pg_database WHERE datname LIKE '{family}\\_%' ORDER BY oid DESC"
        ).split()
        for name in names[keep:]:
            if name not in self._in_use and self.mark(name):
                self.drop(name)

    # -- Odoo --------------------------------------------------------------------------------------------------------
    def install(self, name, modules, title, log_name, update=False):
        """Install (or update) ``modules`` and return the log's path.

        :raises SetupError: Odoo failed, with the log's name
        """
        log = str(self.places.logs / log_name)
        arguments = ["-u" if update else "-i", ",".join(modules), "--stop-after-init", "--no-http",
                     "--max-cron-threads=0", f"--load-language={LANGUAGES}"]
        with step(title) as current:
            run_logged(command(self.places, self.conf, name, *arguments), log, current, PROGRESS,
                       env=odoo_env(self.odoo, self.server), cwd=PROJECT, what="installing " + ", ".join(modules)[:80])
        return log

    def shell(self, name, code, log_name, current=None, progress=None):
        """Run Python ``code`` in Odoo's shell on database ``name``; return its output.

        :param current: the running step, told of the lines that match ``progress``
        :raises SetupError: the code failed
        """
        log = str(self.places.logs / log_name)
        script = self.places.data / f"{log_name}.py"
        script.write_text(code)
        with open(script) as stdin:
            run_logged([str(self.places.python), "-m", "odoo", "shell", "-c", str(self.conf), "-d", name,
                        "--log-level=warn", "--max-cron-threads=0", "--no-http"], log, current, progress, stdin=stdin,
                       cwd=PROJECT, env=odoo_env(self.odoo, self.server), what="a step in Odoo's shell")
        output = tail(log, 10_000)
        if "Traceback (most recent call last)" in output:
            raise SetupError(f"a step in Odoo's shell failed ({output.strip().splitlines()[-1][:200]}); see {log}")
        return output


def suite_addons():
    """Return the names of all addons of the suite."""
    return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))


def complain(log):
    """:raises SetupError: the installation log ``log`` holds warnings of ours"""
    found = ours(log)
    if found:
        raise SetupError("installing the addons logged a warning: " + found[0][:300] + f" ({len(found)} in {log})")


def quote(text):
    return "'" + text.replace("'", "''") + "'"


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
