"""``./test``: every test of the suite, each addon alone, and Odoo's own tests beside us."""

import argparse
import os
import re
import subprocess
import time

from . import oca, odoo_source, postgres, python_env
from .console import run_logged, say, step, tail
from .databases import Databases, complain, suite_addons
from .debian import need
from .dependencies import core_dependencies, suite_dependencies
from .errors import SetupError
from .lanes import in_lanes, lane_count
from .odoo_process import command, free_port, odoo_env
from .places import ADDONS, PROJECT, Places
from .pytest_lanes import groups, pytest_command, pytest_env, run_groups

DATABASE = "suite_test"
FIRST_PORT = 8269
# Odoo's own addons whose tests run beside us, side by side.
CORE = (("survey", "survey_crm"), ("crm", "sale_crm"))
# Odoo's tests of languages expect a database in English only. Its tests of crm run before stock, say, is loaded, and
# make companies: what modules that come later require of a company may be left out there.
PREPARE_CORE = """
env["res.lang"]._activate_lang("en_US")
env["res.lang"].search([("code", "!=", "en_US")]).active = False
required = env["ir.model.fields"].search([("model", "=", "res.company"), ("required", "=", True), ("store", "=", True)])
for name in required.filtered(lambda field: "base" not in field.modules.split(", ")).mapped("name"):
    env.cr.execute(f'ALTER TABLE res_company ALTER COLUMN "{name}" DROP NOT NULL')
env.cr.commit()
"""
# Left to ./test, where they run in earnest: what comes out the same whichever addons there are, browser tours, and what
# asks every model of all addons.
NOT_ALONE = "-pure,-tour,-sweep"
RESULT = re.compile(r"odoo\.tests\.result: (\d+) failed, (\d+) error\(s\) of (\d+) tests")


def main(argv):
    """Set up and run the tests asked for.

    :returns: the exit code
    :raises SetupError: with one line that says what to do
    """
    parser = argparse.ArgumentParser(prog="./test", description=__doc__,
                                     epilog="Everything else is passed to pytest, e.g. ./test -k quiet -x")
    parser.add_argument("--alone", action="store_true", help="install each addon alone and run its tests")
    parser.add_argument("--core", action="store_true", help="Odoo's own tests of crm and survey with the suite there")
    parser.add_argument("--long", action="store_true", help="all random examples and all kills, not a tenth")
    options, rest = parser.parse_known_args(argv)
    python_env.check_version()
    places = Places()
    places.prepare()
    places.lock("test")
    need("chromium", "chromium", "the browser tours run in it")
    python_env.ensure(places, testing=True)
    odoo = odoo_source.ensure(places)
    oca.ensure(places, odoo)
    _check_websocket(places)
    if options.long:
        os.environ["SUITE_LONG"] = "1"
    with postgres.serving(places, "test", unsafe=True) as server:
        port = free_port(FIRST_PORT)
        if port is None:
            raise SetupError(f"no free port from {FIRST_PORT} on for the tests")
        databases = Databases(places, odoo, server, "test", port)
        if options.alone:
            return alone(databases, rest)
        if options.core:
            return core(databases)
        return everything(databases, rest)


def _check_websocket(places):
    probe = subprocess.run([str(places.python), "-c", "import websocket"], capture_output=True)
    if probe.returncode:
        raise SetupError(f"websocket-client is missing in {places.venv}: remove that folder and run again")


def everything(databases, rest):
    """Run the tests of every addon and of ``tests/`` on databases with all addons; return the exit code.

    :param rest: arguments for pytest: with any, one process runs and prints as pytest does
    """
    template = databases.suite_template()
    if not rest:
        return run_groups(databases, template, FIRST_PORT)
    databases.drop(DATABASE)
    databases.create(DATABASE, template, state="complete")
    named = any(not word.startswith("-") and os.path.exists(word.split("::")[0]) for word in rest)
    paths = [] if named else [path for paths in groups().values() for path in paths]
    arguments = pytest_command(databases.places, databases.conf, DATABASE, *rest, *paths)
    return subprocess.call(arguments, cwd=PROJECT, env=pytest_env(databases, databases.conf, template))


def alone(databases, wanted):
    """Install each addon in a database of its own with only what it declares, and run its tests with Odoo's runner.

    All but pure functions, browser tours and sweeps through all models, which ``./test`` runs.

    :param wanted: names of addons; all when empty
    :returns: 0 when all passed
    """
    addons = sorted(suite_addons(), key=_test_size, reverse=True)
    unknown = set(wanted) - set(addons)
    if unknown:
        raise SetupError(f"no such addon: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    # ./test tries the random examples in earnest; here it matters that the tests run without the other addons.
    os.environ.setdefault("SUITE_EXAMPLES_FACTOR", "0.02")
    chosen = [name for name in addons if not wanted or name in wanted]
    lines = in_lanes(chosen, lambda lane, addon: _one_alone(databases, addon, FIRST_PORT + 20 + 2 * lane), lane_count())
    failures = [line for found in lines for line in found]
    for line in failures:
        say(f"✗ {line}")
    say(f"{'FAILED' if failures else 'passed'}: addons alone, in {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


def _test_size(addon):
    """Return the bytes of an addon's tests: those that take longest start first."""
    return sum(path.stat().st_size for path in (ADDONS / addon / "tests").rglob("*.py"))


def _one_alone(databases, addon, first_port):
    """Return what went wrong with ``addon``, as lines."""
    port = free_port(first_port)
    core_modules = core_dependencies(databases.odoo, addon)
    template = databases.core_template(core_modules, label=f"What {addon} depends on")
    name = f"alone_{addon}"
    databases.drop(name)
    databases.create(name, template, state="complete")
    log = str(databases.places.logs / f"alone-{addon}.log")
    lower = [dependency for dependency in suite_dependencies(addon) if dependency != addon]
    if lower:
        complain(databases.install(name, lower, f"{addon}: the addons below it", f"alone-{addon}-below.log"))
    # A bridge has installed itself as soon as both of its sides were there.
    state = databases.server.query(f"SELECT state FROM ir_module_module WHERE name = '{addon}'", name)
    try:
        action = "-u" if state == "installed" else "-i"
        failed, errors, count = _odoo_tests(
            databases, name, f"{addon} alone", log, action, addon, f"/{addon},{NOT_ALONE}", port
        )
    except SetupError as error:
        return [f"{addon}: {error}"]
    finally:
        databases.drop(name)
    if count == 0:
        return [f"{addon}: no test was run (see {log})"]
    if failed or errors:
        return [f"{addon}: {failed} failed, {errors} errors of {count} (see {log})"]
    say(f"  {addon}: {count} tests")
    return []


def core(databases):
    """Run Odoo's own tests of the addons we extend with the suite installed; return 0 when all pass."""
    template = databases.suite_template()

    def work(lane, modules):
        return _core_part(databases, template, modules, FIRST_PORT + 20 + 2 * lane)

    return 0 if all(in_lanes(CORE, work, lane_count())) else 1


def _core_part(databases, template, modules, first_port):
    """Return whether the tests of some of Odoo's addons passed."""
    name, port = f"suite_core_{modules[0]}", free_port(first_port)
    databases.drop(name)
    databases.create(name, template, state="complete")
    databases.shell(name, PREPARE_CORE, f"core-prepare-{modules[0]}.log")
    log = str(databases.places.logs / f"core-{modules[0]}.log")
    tags = ",".join(f"/{module}" for module in modules)
    failed, errors, count = _odoo_tests(
        databases, name, f"Odoo's own tests {tags}", log, "-u", ",".join(modules), tags, port
    )
    databases.drop(name)
    say(f"  {tags}: {count} tests, {failed} failed, {errors} errors" + (f"; see {log}" if failed or errors else ""))
    if not count:
        say(f"✗ no test was run (see {log})")
    return count and not failed and not errors


def _odoo_tests(databases, name, title, log, action, modules, tags, port):
    """Run Odoo's runner and return (failed, errors, tests run) as it summed them up."""
    arguments = [action, modules, "--test-tags", tags, "--stop-after-init", "--max-cron-threads=0"]
    if port:
        arguments += [f"--http-port={port}", f"--gevent-port={port + 1}"]
    with step(title) as current:
        try:
            run_logged(command(databases.places, databases.conf, name, *arguments), log, current,
                       r"Starting (\S+)|Loading module (\S+ \(\d+/\d+\))", cwd=PROJECT,
                       env=odoo_env(databases.odoo, databases.server), what=title)
        except SetupError:
            if not RESULT.search(tail(log, 100_000)):
                raise
    found = RESULT.findall(tail(log, 1_000_000))
    return tuple(map(int, found[-1])) if found else (0, 0, 0)
