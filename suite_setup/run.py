"""``./run``: the suite with its demo, served on this machine."""

import argparse
import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from . import oca, odoo_source, offline, postgres, python_env
from .console import say, step
from .databases import Databases, suite_addons
from .errors import SetupError
from .odoo_process import command, free_port, odoo_env
from .places import ADDONS, PROJECT, Places, tree_hash

START_TIMEOUT = 180
DEMO = """
import sys
sys.path.insert(0, {project!r})
import demo
demo.load(env)
"""
SUMMARY = """
import sys
sys.path.insert(0, {project!r})
import demo
print("SUMMARY>>")
print(demo.summary(env))
"""


def arguments(argv):
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument("--once", action="store_true", help="set everything up, print the summary, do not serve")
    parser.add_argument("--port", type=int, default=8069, help="port of the web client (default 8069)")
    parser.add_argument("--database", default="lifecycle", help="name of the database (default lifecycle)")
    parser.add_argument("--reset", action="store_true", help="drop the database and make it anew")
    options = parser.parse_args(argv)
    if not 1024 <= options.port <= 65000:
        raise SetupError("--port must be between 1024 and 65000")
    if not options.database.replace("_", "").replace("-", "").isalnum():
        raise SetupError("--database may hold letters, digits, - and _ only")
    return options


def main(argv):
    """Set up, load the demo and serve until Ctrl-C.

    :returns: the exit code
    :raises SetupError: with one line that says what to do
    """
    options = arguments(argv)
    started = time.monotonic()
    python_env.check_version()
    places = Places()
    places.prepare()
    places.lock("run")
    python_env.ensure(places)
    odoo = odoo_source.ensure(places)
    oca.ensure(places, odoo)
    with postgres.serving(places, "run") as server:
        port = _port(options)
        databases = Databases(places, odoo, server, "run", port)
        ensure_database(databases, options)
        if options.once:
            say(summary(databases, options.database))
            say(f"set up in {time.monotonic() - started:.0f} s; start the web client with ./run")
            return 0
        return serve(databases, options.database, port)


def _port(options):
    port = free_port(options.port)
    if port is None:
        raise SetupError(f"no free port near {options.port}; name one with --port")
    if port != options.port and not options.once:
        say(f"  port {options.port} is taken: using {port}")
    return port


def ensure_database(databases, options):
    """Bring the database to the state "demo loaded", from whatever state an earlier run left it in."""
    name = options.database
    code = tree_hash(ADDONS)
    if databases.exists(name) and not databases.mark(name):
        raise SetupError(
            f'the database "{name}" is not one that ./run made; name another with --database, or drop it yourself'
        )
    mark = databases.mark(name) if databases.exists(name) else {}
    if options.reset or mark.get("state") == "started":
        databases.drop(name)
        mark = {}
    if not mark:
        databases.create(name, databases.core_template(), state="started")
        databases.install_suite(name, suite_addons(), "install-run.log")
        databases.shell(name, offline.CODE, "offline.log")
        mark = {"state": "installed", "code": code}
        databases.write_mark(name, **mark)
    elif mark.get("code") != code:
        databases.install(name, suite_addons(), "Updating the suite's addons", "update-run.log", update=True)
        mark = mark | {"code": code}
        databases.write_mark(name, **mark)
    if mark["state"] == "installed":
        load_demo(databases, name)
        databases.write_mark(name, **(mark | {"state": "demo"}))


def load_demo(databases, name):
    """Load the demo; a load that was interrupted goes on where it stopped."""
    with step("The demo: a shop in Saigon, and 69,659 real purchases") as current:
        databases.shell(name, DEMO.format(project=str(PROJECT)), "demo.log", current, r"^step (.*)")


def summary(databases, name):
    """Return the demo's summary: customers per stage, who fell quiet and why, invitations, visits, logins."""
    output = databases.shell(name, SUMMARY.format(project=str(PROJECT)), "summary.log")
    return output.partition("SUMMARY>>")[2].strip()


def serve(databases, name, port):
    """Serve the database until interrupted, mail caught in the data folder."""
    outbox = databases.places.data / "outbox"
    mail_port = free_port(port + 100)
    with contextlib.ExitStack() as stack:
        if mail_port:
            outbox.parent.mkdir(exist_ok=True)
            _child(stack, [str(databases.places.python), "-W", "ignore", "-m", "aiosmtpd", "-n", "-l",
                           f"127.0.0.1:{mail_port}", "-c", "aiosmtpd.handlers.Mailbox", str(outbox)],
                   databases.places.logs / "outbox.log")
        process = _child(
            stack,
            command(databases.places, databases.conf, name, "--http-port", str(port), "--db-filter", f"^{name}$",
                    "--smtp", "127.0.0.1", "--smtp-port", str(mail_port or 9)),
            databases.places.logs / "server.log",
            env=odoo_env(databases.odoo, databases.server),
        )
        url = f"http://127.0.0.1:{port}"
        with step("Starting the web client"):
            _wait(process, url, databases.places.logs / "server.log")
        say()
        say(f"  {url}   login: manager, password: manager   (more logins: README.md; Ctrl-C stops)")
        say(f"  outgoing mail is caught in {outbox}; nothing leaves this machine")
        say()
        code = process.wait()
        raise SetupError(f"Odoo stopped by itself (exit code {code}); see {databases.places.logs / 'server.log'}")


def _child(stack, arguments, log, env=None):
    """Start a process that is stopped when ``stack`` closes."""
    handle = stack.enter_context(open(log, "w"))
    process = subprocess.Popen(arguments, stdout=handle, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, env=env,
                               cwd=PROJECT, start_new_session=True)

    def stop():
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    stack.callback(stop)
    return process


def _wait(process, url, log):
    """Wait until the login page answers.

    :raises SetupError: Odoo ended, or did not answer in time
    """
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SetupError(f"Odoo did not start; see {log}")
        with contextlib.suppress(urllib.error.URLError, OSError):
            if urllib.request.urlopen(f"{url}/web/login", timeout=30).status == 200:
                return
        time.sleep(0.3)
    raise SetupError(f"Odoo did not answer within {START_TIMEOUT} s; see {log}")
