"""``./bench``: measure the suite against floors measured in the same run."""

import os
import subprocess

from . import oca, odoo_source, postgres, python_env
from .databases import Databases
from .odoo_process import odoo_env
from .places import PROJECT, Places


def main(argv):
    """List the benchmarks, or set up what one needs and run it; return its exit code."""
    python_env.check_version()
    places = Places()
    places.prepare()
    places.lock("bench")
    python_env.ensure(places, testing=True)
    if not argv or argv[0] in ("-h", "--help", "list"):
        return subprocess.call([str(places.python), "-m", "benchmarks", *argv], cwd=PROJECT)
    odoo = odoo_source.ensure(places)
    oca.ensure(places, odoo)
    oca.ensure(places, odoo, oca.BENCHMARK_REQUIREMENTS)
    with postgres.serving(places, "bench", unsafe=False) as server:
        databases = Databases(places, odoo, server, "bench", 8369)
        env = odoo_env(odoo, server) | {
            "SUITE_ODOO_CONF": str(databases.conf),
            "SUITE_CORE_DB": databases.core_template(),
            "SUITE_TEMPLATE_DB": databases.suite_template(),
            "PATH": f"{server.bindir}:{os.environ['PATH']}" if server.bindir else os.environ["PATH"],
        }
        return subprocess.call([str(places.python), "-m", "benchmarks", *argv], cwd=PROJECT, env=env)
