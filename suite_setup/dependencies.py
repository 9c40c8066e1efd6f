"""What an addon depends on, read from the manifests."""

import ast

from .places import ADDONS


def manifest(folder):
    """Return the manifest of the addon in ``folder`` as a dict."""
    return ast.literal_eval((folder / "__manifest__.py").read_text(encoding="utf-8"))


def suite_dependencies(addon):
    """Return ``addon`` and every addon of the suite below it, lowest first."""
    ordered = []

    def visit(name):
        if name in ordered or not (ADDONS / name / "__manifest__.py").exists():
            return
        for below in manifest(ADDONS / name).get("depends", []):
            visit(below)
        ordered.append(name)

    visit(addon)
    return ordered


def core_dependencies(odoo, *addons):
    """Return the modules from outside the suite that ``addons`` and the suite's addons below them declare."""
    parts = {part for addon in addons for part in suite_dependencies(addon)}
    declared = {name for part in parts for name in manifest(ADDONS / part).get("depends", [])}
    return sorted(name for name in declared if odoo.find_addon(name))
