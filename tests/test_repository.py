"""Rules of the house that a machine can check."""

import ast
import re
import subprocess
import unittest

from suite_setup.dependencies import manifest, suite_dependencies
from suite_setup.places import ADDONS, PROJECT

ADDON_FOLDERS = sorted(path.parent for path in ADDONS.glob("*/__manifest__.py"))
CORE_ADDONS = {"crm_contact_policy", "crm_profile", "crm_lifecycle", "crm_survey", "crm_service_plan", "crm_care"}
NEEDED = ("readme/DESCRIPTION.md", "readme/CONFIGURE.md", "readme/USAGE.md", "readme/HISTORY.md", "README.md",
          "pyproject.toml", "static/description/icon.png", "static/description/index.html", "i18n/vi.po")


class TestAddons(unittest.TestCase):
    def test_found(self):
        self.assertGreaterEqual(len(ADDON_FOLDERS), 6)

    def test_everything_an_app_list_needs(self):
        missing = [f"{folder.name}/{name}" for folder in ADDON_FOLDERS for name in NEEDED
                   if not (folder / name).exists()]
        self.assertFalse(missing)

    def test_manifests(self):
        for folder in ADDON_FOLDERS:
            data = manifest(folder)
            with self.subTest(folder.name):
                self.assertRegex(data["version"], r"^19\.0\.\d+\.\d+\.\d+$")
                self.assertIn(data["license"], ("LGPL-3", "AGPL-3"))
                self.assertTrue(data["maintainers"])
                self.assertTrue(data["summary"])

    def test_lower_addons_know_nothing_of_higher_ones(self):
        above = {"crm_contact_policy": CORE_ADDONS - {"crm_contact_policy"},
                 "crm_profile": CORE_ADDONS - {"crm_profile", "crm_contact_policy"},
                 "crm_lifecycle": {"crm_survey", "crm_service_plan"},
                 "crm_service_plan": {"crm_survey", "crm_lifecycle", "crm_profile"}}
        for addon, forbidden in above.items():
            with self.subTest(addon):
                self.assertFalse(set(suite_dependencies(addon)) & forbidden)

    def test_decisions_are_pure(self):
        for path in ADDONS.glob("*/domain/*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
            names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
            # Decisions of a lower addon are as pure as one's own.
            lent = re.compile(r"odoo\.addons\.crm_\w+\.domain(\.|$)")
            with self.subTest(str(path.relative_to(ADDONS))):
                self.assertFalse([name for name in names if name.split(".")[0] == "odoo" and not lent.match(name)])

    def test_files_stay_small(self):
        long = {str(path.relative_to(ADDONS)): count for path in ADDONS.glob("*/*/*.py")
                if "tests" not in path.parts and (count := len(path.read_text(encoding="utf-8").splitlines())) > 400}
        self.assertFalse(long)


class TestNothingStray(unittest.TestCase):
    def test_no_downloads_or_caches(self):
        listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True)
        unwanted = re.compile(r"(^|/)(\.data|node_modules|__pycache__)/|\.(pyc|deb|whl|dump)$")
        stray = [name for name in listed.stdout.split() if unwanted.search(name)]
        self.assertFalse(stray)
