"""The set-up's own promises: what it refuses, what it resumes, what it lets fail."""

import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest
import zipfile
from pathlib import Path
from unittest import mock

from suite_setup import (
    dependencies,
    lanes,
    oca,
    odoo_process,
    odoo_source,
    places,
    postgres,
    pytest_lanes,
    python_env,
    run,
    warnings_check,
)
from suite_setup.errors import SetupError

PROJECT = places.PROJECT


class TestRefusals(unittest.TestCase):
    """Each is one line that says what to do."""

    def test_another_python(self):
        with mock.patch.object(python_env.sys, "version_info", (3, 13, 1)), self.assertRaisesRegex(SetupError, "3.13"):
            python_env.check_version()

    def test_no_room(self):
        usage = mock.Mock(free=10**9)
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(places.shutil, "disk_usage", return_value=usage),
            self.assertRaisesRegex(SetupError, "0.9 GiB free.*SUITE_DATA"),
        ):
            places.Places(folder).prepare()

    def test_data_folder_that_cannot_be_written(self):
        with self.assertRaisesRegex(SetupError, "set SUITE_DATA"):
            places.Places("/proc/nowhere").prepare()

    def test_second_command_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            first, second = places.Places(folder), places.Places(folder)
            first.prepare()
            first.lock("run")
            with self.assertRaisesRegex(SetupError, "another ./run"):
                second.lock("run")

    def test_odoo_home_without_odoo(self):
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.dict(os.environ, ODOO_HOME=folder),
            self.assertRaisesRegex(SetupError, "holds no Odoo"),
        ):
            odoo_source.ensure(places.Places(folder))

    def test_odoo_home_of_another_version(self):
        with tempfile.TemporaryDirectory() as folder, mock.patch.dict(os.environ, ODOO_HOME=folder):
            release = Path(folder, "odoo", "release.py")
            release.parent.mkdir()
            release.write_text("version_info = (18, 0, 0, 'final', 0, '')")
            with self.assertRaisesRegex(SetupError, "not Odoo 19"):
                odoo_source.ensure(places.Places(folder))
            release.write_text("version_info = (19, 0, 0, 'final', 0, '')")
            Path(folder, "addons").mkdir()
            odoo = odoo_source.ensure(places.Places(folder))
            self.assertEqual((odoo.import_path, odoo.addons), (Path(folder), [Path(folder, "addons")]))

    def test_role_postgres(self):
        with (
            mock.patch.dict(os.environ, PGHOST="db.example.com"),
            mock.patch.object(postgres.Server, "query", return_value="postgres|true"),
            self.assertRaisesRegex(SetupError, "role postgres"),
            postgres.serving(None, "run"),
        ):
            pass

    def test_bad_arguments(self):
        for bad in (["--port", "80"], ["--database", "a b"], ["--database", 'x"; DROP']):
            with self.assertRaises(SetupError):
                run.arguments(bad)

    def test_one_line_and_no_traceback(self):
        done = subprocess.run([str(PROJECT / "run"), "--port", "80"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(len(done.stderr.splitlines()), 1)
        self.assertTrue(done.stderr.startswith("error: --port"))


class TestPieces(unittest.TestCase):
    def test_port_taken(self):
        with socket.socket() as holder:
            holder.bind(("127.0.0.1", 0))
            holder.listen()
            taken = holder.getsockname()[1]
            self.assertNotEqual(odoo_process.free_port(taken), taken)

    def test_environment_names_the_server(self):
        with mock.patch.dict(os.environ, {"PGHOST": "db.example.com", "PGPORT": ""}, clear=True):
            self.assertEqual(postgres.given(), {"PGHOST": "db.example.com"})
        with mock.patch.dict(os.environ, {}, clear=True):
            self.assertIsNone(postgres.given(), "odoo.conf as shipped names no server")

    def test_hash_follows_content(self):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tree", "a.py")
            path.parent.mkdir()
            path.write_text("1")
            first = places.tree_hash(path.parent)
            Path(folder, "tree", "__pycache__").mkdir()
            Path(folder, "tree", "__pycache__", "a.pyc").write_text("x")
            self.assertEqual(places.tree_hash(path.parent), first)
            path.write_text("2")
            self.assertNotEqual(places.tree_hash(path.parent), first)

    def test_wheel_gives_its_addons_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as folder:
            wheel, target = Path(folder, "addon.whl"), Path(folder, "addons")
            with zipfile.ZipFile(wheel, "w") as archive:
                for name in ("odoo/addons/one/__manifest__.py", "odoo/addons/one/models/a.py", "one.dist-info/RECORD",
                             "odoo/addons/../../outside.py", "/odoo/addons/rooted.py"):
                    archive.writestr(name, "x")
            oca.unpack(wheel, target)
            found = sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*") if path.is_file())
        self.assertEqual(found, ["addon.whl", "addons/one/__manifest__.py", "addons/one/models/a.py"])

    def test_what_bridges_need_counts_as_dependency(self):
        odoo = mock.Mock()
        odoo.find_addon = lambda name: name in ("sale", "crm", "survey")
        self.assertEqual(dependencies.core_dependencies(odoo, "crm_lifecycle_sale"), ["crm", "sale"])
        self.assertEqual(dependencies.core_dependencies(odoo, "crm_lifecycle_sale", "crm_survey"),
                         ["crm", "sale", "survey"])

    def test_what_lies_below_an_addon_comes_before_it(self):
        for addon in sorted(path.parent.name for path in places.ADDONS.glob("*/__manifest__.py")):
            order = dependencies.suite_dependencies(addon)
            self.assertEqual(order[-1], addon)
            for position, name in enumerate(order):
                self.assertLessEqual(set(dependencies.suite_dependencies(name)), set(order[:position + 1]))

    def test_warnings_of_ours_are_told_from_odoos(self):
        lines = [
            "2026-01-01 00:00:00,000 1 INFO db odoo.modules.loading: Loading module crm",
            "2026-01-01 00:00:00,000 1 WARNING db py.warnings: /odoo/x.py:1: DeprecationWarning: old",
            f"2026-01-01 00:00:00,000 1 WARNING db py.warnings: {places.ADDONS}/a.py:1: DeprecationWarning: old",
            "2026-01-01 00:00:00,000 1 WARNING db odoo.fields: field x of crm.segment has no label",
            "2026-01-01 00:00:00,000 1 ERROR db odoo.schema: column missing",
        ]
        with tempfile.NamedTemporaryFile("w", suffix=".log") as handle:
            handle.write("\n".join(lines) + "\n")
            handle.flush()
            self.assertEqual(warnings_check.ours(handle.name), lines[2:])


class TestSkippedTour(unittest.TestCase):
    """A skipped HTTP test fails the run: proved on a real pytest process."""

    def run_pytest(self, body):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "conftest.py").write_text((PROJECT / "conftest.py").read_text())
            Path(folder, "test_x.py").write_text(textwrap.dedent(body))
            return subprocess.run([sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:odoo", folder],
                                  capture_output=True, text=True, cwd=folder,
                                  env={"PATH": os.environ["PATH"], "HOME": folder})

    def test_skipped_http_case_fails(self):
        done = self.run_pytest(
            """
            import unittest
            class HttpCase(unittest.TestCase):
                pass
            class TestTour(HttpCase):
                def test_tour(self):
                    self.skipTest("no browser")
            """
        )
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn("SKIPPED BROWSER OR HTTP TEST", done.stdout)

    def test_other_skips_pass(self):
        done = self.run_pytest(
            """
            import unittest
            class TestPlain(unittest.TestCase):
                def test_skipped(self):
                    self.skipTest("not here")
                def test_ran(self):
                    pass
            """
        )
        self.assertEqual(done.returncode, 0, done.stdout)


class TestLanes(unittest.TestCase):
    def test_every_job_once_and_no_lane_twice_at_once(self):
        busy, clashes, lock = set(), [], threading.Lock()

        def work(lane, job):
            with lock:
                if lane in busy:
                    clashes.append(lane)
                busy.add(lane)
            time.sleep(0.001)
            busy.discard(lane)
            return job * 2

        self.assertEqual(lanes.in_lanes(list(range(50)), work, 3), [job * 2 for job in range(50)])
        self.assertFalse(clashes)
        with self.assertRaisesRegex(ValueError, "seven"):
            lanes.in_lanes([7], mock.Mock(side_effect=ValueError("seven")), 2)

    def test_every_test_file_is_in_one_group(self):
        files = [
            file for paths in pytest_lanes.groups().values() for path in paths
            for file in ([PROJECT / path] if path.endswith(".py") else sorted((PROJECT / path).rglob("test_*.py")))
        ]
        wanted = {*PROJECT.glob("tests/test_*.py"), *places.ADDONS.glob("*/tests/**/test_*.py")}
        self.assertEqual(sorted(files), sorted(wanted))

    def test_what_pytest_says_at_the_end_counts(self):
        output = "..\n=========== 1 failed, 7 passed, 2 skipped, 1 error in 61.20s (0:01:01) ===========\n"
        outcome = pytest_lanes.read_outcome("x", False, output, "log")
        self.assertEqual(outcome.counts, {"failed": 2, "passed": 7, "skipped": 2})
        self.assertFalse(outcome.clean)
        self.assertTrue(pytest_lanes.read_outcome("x", True, "==== 7 passed in 1.00s ====", "log").clean)
        self.assertFalse(pytest_lanes.read_outcome("x", True, "==== no tests ran in 0.10s ====", "log").clean)
        self.assertFalse(pytest_lanes.read_outcome("x", True, "", "log").clean)
