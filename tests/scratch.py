"""Databases that a test makes for itself and real Odoo processes that work on them.

``./test`` exports the template to copy (SUITE_TEMPLATE_DB) and the configuration (SUITE_ODOO_CONF).
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid

import psycopg2

TEMPLATE = "SUITE_TEMPLATE_DB"
CONF = "SUITE_ODOO_CONF"


def template():
    """Return the name of the database that holds every addon, fresh.

    :raises RuntimeError: the tests were not started by ``./test``
    """
    if TEMPLATE not in os.environ or CONF not in os.environ:
        raise RuntimeError(f"{TEMPLATE} and {CONF} are not set: run this test with ./test")
    return os.environ[TEMPLATE]


@contextlib.contextmanager
def connection(database):
    """Yield an autocommit connection to ``database`` on the tests' server."""
    link = psycopg2.connect(dbname=database)
    link.autocommit = True
    try:
        yield link
    finally:
        link.close()


@contextlib.contextmanager
def scratch_database(source=None):
    """Yield the name of a new copy of ``source`` (by default the template); it is dropped at the end."""
    name = f"scratch_{uuid.uuid4().hex[:12]}"
    source = source or template()
    with connection("postgres") as link, link.cursor() as cr:
        cr.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    try:
        yield name
    finally:
        with connection("postgres") as link, link.cursor() as cr:
            cr.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def odoo_command(database, *arguments):
    """Return the command line of an Odoo process on ``database``."""
    return [sys.executable, "-m", "odoo", *(["shell"] if "shell" in arguments else []), "-c", os.environ[CONF],
            "-d", database, "--max-cron-threads=0", "--no-http", *(word for word in arguments if word != "shell")]


def start_shell(database, code):
    """Start Odoo's shell on ``database`` with ``code`` as its input; return the process, not waited for."""
    process = subprocess.Popen(odoo_command(database, "shell", "--log-level=warn"), stdin=subprocess.PIPE,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    process.stdin.write(code)
    process.stdin.close()
    return process


def seconds_undisturbed(database, code):
    """Run ``code`` on ``database`` to its end and return the seconds between the words GO and DONE that it prints.

    :raises AssertionError: it ended without DONE; holds what it printed
    """
    process = start_shell(database, code)
    begin, output = None, []
    for line in process.stdout:
        output.append(line)
        if line.startswith("GO"):
            begin = time.monotonic()
        if line.startswith("DONE"):
            seconds = time.monotonic() - begin
            process.stdout.close()
            process.wait()
            return seconds
    raise AssertionError("the undisturbed run did not finish: " + "".join(output)[-4000:])


def kill_at(database, moment, code):
    """Start ``code`` on ``database`` and kill the process ``moment`` seconds after it printed GO."""
    process = start_shell(database, code)
    wait_for(process, "GO")
    time.sleep(moment)
    kill(process)


AGAIN_AND_AGAIN = """
import os, signal, sys, time
from odoo import api, sql_db
code, moments, name, uid = {code!r}, {moments!r}, env.cr.dbname, env.uid
registry = env.registry
env.cr.rollback()
sql_db.close_all()

def work():
    sql_db.close_all()
    with registry.cursor() as cr:
        exec(code, {{"env": api.Environment(cr, uid, {{}})}})

killed = 0
for moment in [*moments, None]:
    sys.stdout.flush()
    child = os.fork()
    if not child:
        try:
            work()
            sys.stdout.flush()
        except BaseException:
            import traceback
            traceback.print_exc(file=sys.stdout)
            sys.stdout.flush()
            os._exit(1)
        os._exit(0)
    if moment is not None:
        time.sleep(moment)
        os.kill(child, signal.SIGKILL)
    killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
print("KILLED", killed, flush=True)
os._exit(0)
"""


def kill_again_and_again(database, code, moments):
    """Run ``code`` on ``database`` in processes killed after so many seconds, one after the other, then to its end.

    One Odoo is started; each run is a fork of it with connections of its own, so that twenty kills cost no twenty
    starts.

    :param moments: seconds after which the runs are killed
    :return: how many were killed before they had finished
    :raises AssertionError: the last run did not finish
    """
    done = subprocess.run(odoo_command(database, "shell", "--log-level=warn"), text=True, capture_output=True,
                          input=AGAIN_AND_AGAIN.format(code=code, moments=list(moments)), timeout=3600)
    output = done.stdout + done.stderr
    assert "DONE" in output and "KILLED" in output, output[-4000:]
    assert "Traceback (most recent call last)" not in output, output[-4000:]
    return int(output.split("KILLED")[1].split()[0])


def wait_for(process, word):
    """Read what ``process`` prints up to the line that starts with ``word``.

    :raises AssertionError: it ended without saying it
    """
    for line in process.stdout:
        if line.startswith(word):
            return
    raise AssertionError(f"the process ended without saying {word}")


def kill(process):
    """Kill ``process`` as the system does when the power goes."""
    process.send_signal(signal.SIGKILL)
    process.stdout.close()
    process.wait()


def run_shell(database, code, timeout=600):
    """Run ``code`` in Odoo's shell on ``database`` and return what it printed.

    :raises AssertionError: the code raised
    """
    done = subprocess.run(odoo_command(database, "shell", "--log-level=warn"), input=code, capture_output=True,
                          text=True, timeout=timeout)
    output = done.stdout + done.stderr
    assert done.returncode == 0 and "Traceback (most recent call last)" not in output, output[-4000:]
    return done.stdout
