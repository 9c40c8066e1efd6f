"""``python -m benchmarks`` lists the benchmarks; ``python -m benchmarks NAME [options]`` runs one.

``./bench`` does the same and brings Odoo and PostgreSQL along. Needed in the environment otherwise: PG* variables of a
server on which databases may be made, SUITE_ODOO_CONF (an odoo.conf with the addons path), SUITE_TEMPLATE_DB (a
database with the suite installed) and SUITE_CORE_DB (one with the same modules of Odoo and nothing of ours).
"""

from __future__ import annotations

import argparse
import importlib
import sys

from .common import say

NAMES = ("cdnow", "lifecycle_run", "shared_run", "dirty_refresh", "action_confirm", "contact_gate", "screens",
         "segments", "ledger_import", "service_occurrences", "service_against_oca", "survey_results",
         "survey_invitations", "survey_inputs")


def main(argv):
    parser = argparse.ArgumentParser(prog="bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="name", metavar="NAME")
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in NAMES}
    for name, module in modules.items():
        command = commands.add_parser(name, help=module.WHAT, description=module.__doc__)
        getattr(module, "add_arguments", lambda _command: None)(command)
    args = parser.parse_args(argv)
    if not args.name:
        for name, module in modules.items():
            say(f"{name:16} {module.WHAT}")
        return 0
    module = modules[args.name]
    ratio, low, high = module.run(args)
    say(f"{args.name} ratio {ratio:.3f} [{low:.3f}, {high:.3f}] target {module.TARGET:g}")
    return 0 if low <= module.TARGET else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
