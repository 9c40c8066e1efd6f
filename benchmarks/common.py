"""What the benchmarks share: the suite's domain modules, statistics, databases of their own."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent


def domain_module(name: str, addon="crm_lifecycle"):
    """Return a module of an addon's domain folder, which needs no Odoo.

    :param name: name of the module without .py
    """
    key = f"suite_domain_{addon}_{name}"
    if key not in sys.modules:
        spec = importlib.util.spec_from_file_location(key, ROOT / "addons" / addon / "domain" / f"{name}.py")
        module = importlib.util.module_from_spec(spec)
        sys.modules[key] = module  # dataclasses look their module up while it is executed
        spec.loader.exec_module(module)
    return sys.modules[key]


def say(text: str):
    """Print a line at once, also into a pipe."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def interval(ratios, seed=1, rounds=4000):
    """Return the median of the ratios and its 95 % interval by bootstrap.

    >>> interval([1.0, 1.0, 1.0])
    (1.0, 1.0, 1.0)
    """
    ratios = np.asarray(ratios, dtype=float)
    drawn = np.random.default_rng(seed).choice(ratios, size=(rounds, len(ratios)))
    low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
    return float(np.median(ratios)), float(low), float(high)


@contextmanager
def timed(label: str, seconds: dict | None = None):
    """Print how long the block took; keep the seconds under the label if a dict is given."""
    begin = time.perf_counter()
    yield
    spent = time.perf_counter() - begin
    say(f"  {label}: {spent:.3f} s")
    if seconds is not None:
        seconds[label] = spent


def _postgres(*command, **kwargs):
    return subprocess.run(command, check=True, text=True, capture_output=True, **kwargs).stdout


def sql(database: str, statement: str) -> str:
    """Run a statement through psql; return the plain rows."""
    return _postgres("psql", "-qAtX", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement).strip()


def fresh_database(name: str, template: str):
    """Make the database anew from the template, which nobody may be connected to."""
    _postgres("dropdb", "--if-exists", "--force", name)
    _postgres("createdb", "-T", template, name)


def drop_database(name: str):
    _postgres("dropdb", "--if-exists", "--force", name)


def exists(name: str) -> bool:
    return sql("postgres", f"SELECT count(*) FROM pg_database WHERE datname = '{name}'") == "1"


@contextmanager
def database_of(name: str, keep=False, template="SUITE_TEMPLATE_DB"):
    """Make a database from the template for the block, and drop it after.

    :param keep: leave it there, and use it again
    :param template: environment variable that names the template
    :return: (yields) whether it is fresh
    """
    fresh = not (keep and exists(name))
    if fresh:
        fresh_database(name, os.environ[template])
    try:
        yield fresh
    finally:
        if not keep:
            drop_database(name)


@contextmanager
def odoo_registry(database: str):
    """Open the database in this process: yields Odoo's registry.

    Needs SUITE_ODOO_CONF, the configuration file that has the addons path.
    """
    import odoo
    from odoo.modules.registry import Registry

    odoo.tools.config.parse_config(["-c", os.environ["SUITE_ODOO_CONF"], "-d", database, "--log-level=warn"])
    registry = Registry(database)
    try:
        yield registry
    finally:
        odoo.sql_db.close_db(database)


@contextmanager
def odoo_env(registry, **context):
    """Yield an environment of the superuser in a transaction of its own, committed at the end."""
    from odoo import SUPERUSER_ID, api

    with registry.cursor() as cr:
        yield api.Environment(cr, SUPERUSER_ID, context)


def profiled(function):
    """Call the function and print where the time went: the slowest statements, and the Python functions."""
    import cProfile
    import pstats

    from odoo.sql_db import Cursor

    spent = Counter()
    calls = Counter()
    originals = {name: getattr(Cursor, name) for name in ("execute", "copy_expert") if name in vars(Cursor)}

    def timing(original):
        def timed_call(cursor, query, *args, **kwargs):
            begin = time.perf_counter()
            try:
                return original(cursor, query, *args, **kwargs)
            finally:
                text = " ".join(str(getattr(query, "code", query)).split())[:110]
                spent[text] += time.perf_counter() - begin
                calls[text] += 1

        return timed_call

    for name, original in originals.items():
        setattr(Cursor, name, timing(original))
    profile = cProfile.Profile()
    try:
        result = profile.runcall(function)
    finally:
        for name, original in originals.items():
            setattr(Cursor, name, original)
    for text, seconds in spent.most_common(12):
        say(f"    {seconds:8.3f} s {calls[text]:5} x {text}")
    pstats.Stats(profile).sort_stats("tottime").print_stats(12)
    return result
