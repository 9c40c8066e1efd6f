"""Static checks: ruff, pylint-odoo, eslint, and the shell scripts' syntax."""

import os
import shutil
import subprocess

from . import odoo_source, python_env
from .console import run_logged, say, step
from .debian import need
from .places import PROJECT, Places, tree_hash

SCRIPTS = ("run", "test", "bench", ".ci/run", ".ci/static", "suite_setup/start.sh")


def main(_argv):
    """Run all static checks; return 0 when all are clean."""
    python_env.check_version()
    places = Places()
    places.prepare()
    python_env.ensure(places, testing=True)
    odoo = odoo_source.ensure(places)
    eslint = _eslint(places)
    tools = places.venv / "bin"
    checks = {
        "ruff": [tools / "ruff", "check", "."],
        "pylint-odoo": [tools / "pylint", "--load-plugins=pylint_odoo", "--valid-odoo-versions=19.0", "-d", "all",
                        "-e", "odoolint", "--manifest-required-authors=Customer Lifecycle Suite contributors",
                        "--score=n", "addons"],
        "eslint": [eslint, "--no-error-on-unmatched-pattern", "."],
        **{f"sh -n {script}": ["sh", "-n", script] for script in SCRIPTS},
    }
    env = os.environ | {"PYTHONPATH": str(odoo.import_path)}
    bad = [name for name, line in checks.items() if subprocess.call(list(map(str, line)), cwd=PROJECT, env=env)]
    say(f"static checks: {', '.join(bad)} failed" if bad else f"static checks: {len(checks)} clean")
    return 1 if bad else 0


def _eslint(places):
    """Return the path of eslint, installed below the data folder with what package.json pins."""
    wanted = tree_hash(PROJECT / "package.json")
    if places.stamp("eslint") != wanted:
        need("npm", "npm", "eslint is installed with it")
        with step("eslint") as current:
            places.node.mkdir(exist_ok=True)
            shutil.copy(PROJECT / "package.json", places.node)
            run_logged(["npm", "install", "--no-audit", "--no-fund"], str(places.logs / "npm.log"), current,
                       cwd=places.node, what="installing eslint (is there a network?)")
        places.write_stamp("eslint", wanted)
    return places.node / "node_modules/.bin/eslint"
