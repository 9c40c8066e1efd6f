"""All tests of the suite in several pytest processes side by side, each on a database of its own."""

import re
import time
from dataclasses import dataclass

from .console import run_logged, say, step, tail
from .errors import SetupError
from .lanes import in_lanes, lane_count
from .odoo_process import free_port, odoo_env, write_config
from .places import ADDONS, PROJECT

CLOSING = re.compile(r"^=+ (.* in [\d.]+s.*?) =+$", re.M)
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed)")


@dataclass(frozen=True)
class Outcome:
    """How one group of tests ended."""

    name: str
    clean: bool
    counts: dict
    log: str


def groups():
    """Return the tests as ``{name: paths}``, those that take longest first."""
    found = {path.parent.name: [str(path.relative_to(PROJECT))] for path in ADDONS.glob("*/tests")}
    across = sorted((PROJECT / "tests").glob("test_*.py"))
    found["killed and run again"] = [str(p.relative_to(PROJECT)) for p in across if p.name.startswith("test_kill")]
    found["across addons"] = [str(p.relative_to(PROJECT)) for p in across if not p.name.startswith("test_kill")]
    return dict(sorted(found.items(), key=lambda item: -_weight(item[1])))


def _weight(paths):
    """Return a guess of how long the tests in ``paths`` take: bytes, those across addons counted twelve times."""
    size = sum(file.stat().st_size for path in paths for file in (PROJECT / path).rglob("*.py"))
    return size + 11 * sum((PROJECT / path).stat().st_size for path in paths if path.endswith(".py"))


def pytest_command(places, conf, database, *arguments):
    """Return pytest's command line for tests on ``database``."""
    return [str(places.python), "-m", "pytest", "-W", "ignore", "-p", "no:cacheprovider", f"--odoo-config={conf}",
            f"--odoo-database={database}", "--odoo-http", "--odoo-extra", f"screenshots={places.data / 'screenshots'}",
            *arguments]


def pytest_env(databases, conf, template):
    """Return the environment of a pytest process; tests copy ``template`` when they need a database of their own."""
    return odoo_env(databases.odoo, databases.server) | {
        "SUITE_ODOO_CONF": str(conf),
        "SUITE_TEMPLATE_DB": template,
        "SUITE_REQUIRE_BROWSER": "1",
    }


def run_groups(databases, template, first_port):
    """Run every group on copies of ``template``; return the exit code: 0 when all passed.

    The last line that is printed sums up: ``N passed, N failed, N skipped``.
    """
    started, lanes = time.monotonic(), lane_count()
    settings = [_lane(databases, template, number, first_port) for number in range(lanes)]

    def work(number, group):
        return _run_group(databases, template, settings[number], *group)

    outcomes = in_lanes(list(groups().items()), work, lanes)
    return _sum_up(outcomes, time.monotonic() - started)


def _lane(databases, template, number, first_port):
    """Make the database and the configuration of one lane; return both."""
    database = f"suite_test_{number}"
    databases.drop(database)
    databases.create(database, template, state="complete")
    port = free_port(first_port + 2 * number)
    if port is None:
        raise SetupError(f"no free port from {first_port} on for the tests")
    places = databases.places
    return database, write_config(places, f"test-{number}", databases.odoo, databases.filestore, port)


def _run_group(databases, template, lane, name, paths):
    database, conf = lane
    places = databases.places
    log = str(places.logs / f"tests-{name.replace(' ', '-')}.log")
    failure = None
    with step(f"tests: {name}") as current:
        try:
            run_logged(pytest_command(places, conf, database, *paths), log, current, r"^(\S+\.py) ", cwd=PROJECT,
                       env=pytest_env(databases, conf, template), what=f"the tests of {name}")
        except SetupError as error:
            failure = error
    outcome = read_outcome(name, failure is None, tail(log, 1_000_000), log)
    say(f"  {name}: {', '.join(f'{number} {word}' for word, number in outcome.counts.items()) or 'no test was run'}")
    return outcome


def read_outcome(name, clean, output, log):
    """Return the :class:`Outcome` that pytest's ``output`` tells; a group without any test is not clean."""
    closing = CLOSING.findall(output)
    counts = {}
    for number, word in COUNT.findall(closing[-1] if closing else ""):
        counts["failed" if word.startswith("error") else word] = (
            counts.get("failed" if word.startswith("error") else word, 0) + int(number)
        )
    return Outcome(name, clean and bool(counts.get("passed")), counts, log)


def _sum_up(outcomes, seconds):
    bad = [outcome for outcome in outcomes if not outcome.clean]
    for outcome in bad:
        say(f"✗ {outcome.name} (the whole output: {outcome.log})")
        lines = tail(outcome.log, 1_000_000).splitlines()
        telling = [line for line in lines if line.startswith(("FAILED ", "ERROR ", "SKIPPED BROWSER", "E   "))]
        for line in telling[-60:] or lines[-20:]:
            say(f"  {line[:300]}")
    total = {word: sum(outcome.counts.get(word, 0) for outcome in outcomes) for word in ("passed", "failed", "skipped")}
    unclean = [outcome for outcome in bad if not outcome.counts.get("failed")]
    say(f"all tests in {seconds:.0f} s" + (f"; not clean: {', '.join(o.name for o in bad)}" if bad else ""))
    say(f"{total['passed']} passed, {total['failed'] + len(unclean)} failed, {total['skipped']} skipped")
    return 1 if bad else 0
