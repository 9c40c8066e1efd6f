"""The PostgreSQL server: the one given, else a private cluster on a Unix socket.

"Given" means one of Odoo's PG* variables is set, or odoo.conf names a ``db_host``.
"""

import configparser
import contextlib
import hashlib
import os
import pwd
import shutil
import subprocess
from pathlib import Path

from . import debian
from .console import run_logged, step
from .errors import SetupError
from .places import PROJECT

SERVER_VARIABLES = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD")
ROLE = "odoo"
SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
jit = off
max_connections = 120
shared_buffers = 512MB
work_mem = 32MB
maintenance_work_mem = 256MB
max_wal_size = 4GB
"""
WHO_AM_I = """
SELECT current_user || '|' || (rolcreatedb OR rolsuper) FROM pg_roles WHERE rolname = current_user
"""
# Only for databases that are thrown away: a crash of the machine may lose them.
FAST_AND_UNSAFE = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""


class Server:
    """A running server: ``env`` connects Odoo and libpq's tools to it."""

    def __init__(self, env, bindir=None, stop=None):
        self.env = env
        self.bindir = bindir
        self.stop = stop or (lambda: None)

    def tool(self, name):
        """Return the path of a PostgreSQL client program.

        :raises SetupError: it is not on this machine
        """
        path = str(self.bindir / name) if self.bindir else shutil.which(name)
        if not path or not Path(path).exists():
            raise SetupError(f"{name} is missing; install it with:  apt-get install postgresql-client")
        return path

    def query(self, statement, database="postgres"):
        """Run one SQL statement with psql and return its output, stripped.

        :raises SetupError: the server refuses
        """
        command = [self.tool("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment())
        if done.returncode:
            raise SetupError(f"PostgreSQL refused: {done.stderr.strip().splitlines()[-1][:200]}")
        return done.stdout.strip()

    def environment(self):
        """Return the process environment in which client programs and Odoo reach the server."""
        return {k: v for k, v in os.environ.items() if k != "PGDATABASE"} | self.env


def given():
    """Return the PG* variables of the server the user named, or None.

    Command line > environment > odoo.conf, as Odoo itself reads them.
    """
    named = {key: os.environ[key] for key in SERVER_VARIABLES if os.environ.get(key)}
    if named:
        return named
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(PROJECT / "odoo.conf")
    options = parser["options"] if parser.has_section("options") else {}
    keys = {"PGHOST": "db_host", "PGPORT": "db_port", "PGUSER": "db_user", "PGPASSWORD": "db_password"}
    found = {key: options[name] for key, name in keys.items() if options.get(name) not in (None, "", "False")}
    return found if "PGHOST" in found else None


@contextlib.contextmanager
def serving(places, name, *, unsafe=False):
    """Yield a :class:`Server`; a private cluster is started before and stopped after.

    :param name: of the private cluster (its folder)
    :param unsafe: trade crash safety for speed: only for databases that are thrown away
    :raises SetupError: the given server does not answer, or none can be started
    """
    env = given()
    if env is not None:
        server = Server(env)
        role, creates = server.query(WHO_AM_I).split("|")
        if role == "postgres":
            raise SetupError("Odoo refuses the role postgres: set PGUSER to another role that may create databases")
        if creates != "true":
            raise SetupError(f"the role {role} may not create databases: ALTER ROLE … CREATEDB")
        yield server
        return
    cluster = Cluster(places, name, unsafe)
    cluster.start()
    try:
        yield Server({"PGHOST": str(cluster.socket), "PGUSER": ROLE, "PGPORT": "5432"} | cluster.library_env,
                     cluster.bindir)
    finally:
        cluster.stop()


class Cluster:
    """A private cluster, reachable by its owner (and root) on a Unix socket only."""

    def __init__(self, places, name, unsafe):
        self.places = places
        self.unsafe = unsafe
        self.owner = _unprivileged_user() if os.geteuid() == 0 else None
        self.folder = _reachable(places.data / "postgresql", self.owner) / name
        self.bindir, self.library_env = _binaries(places, self.owner)
        # A socket's path is limited to 107 bytes: it lies in the temporary folder, named after the cluster.
        key = hashlib.sha256(str(self.folder).encode()).hexdigest()[:10]
        self.socket = Path("/tmp") / f"cls-{os.geteuid()}-{key}"

    def _command(self, program, *arguments):
        command = [str(self.bindir / program), *map(str, arguments)]
        if self.owner:
            command = ["setpriv", f"--reuid={self.owner.pw_uid}", f"--regid={self.owner.pw_gid}", "--clear-groups",
                       *command]
        return command

    def _env(self):
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
        return inherited | self.library_env | {"LC_ALL": "C.UTF-8"}

    def _own(self, path, mode):
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(mode)
        if self.owner:
            os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def start(self):
        """Create the cluster when there is none and start it; one left running by a killed run is taken over."""
        data = self.folder / "data"
        log = self.folder / "server.log"
        if not (self.folder / "complete").exists():
            with step("Private PostgreSQL cluster"):
                if data.exists():
                    self.stop()
                    shutil.rmtree(data)
                self._own(self.folder, 0o700)
                run_logged(self._command("initdb", "-D", data, "-U", ROLE, "-E", "UTF8", "--locale=C.UTF-8",
                                         "-A", "trust"),
                           str(self.places.logs / "initdb.log"), env=self._env(), cwd="/", what="creating the cluster")
                (self.folder / "complete").touch()
        settings = SETTINGS.format(socket=self.socket) + (FAST_AND_UNSAFE if self.unsafe else "")
        with open(data / "postgresql.auto.conf", "w") as handle:
            handle.write(settings)
        self._own(self.socket, 0o700)
        if self._running():
            return
        (data / "postmaster.pid").unlink(missing_ok=True)
        run_logged(self._command("pg_ctl", "-D", data, "-l", log, "-w", "-t", "120", "-s", "start"),
                   str(self.places.logs / "pg_ctl.log"), env=self._env(), cwd="/",
                   what=f"starting PostgreSQL (its log: {log})")

    def _running(self):
        command = self._command("pg_ctl", "-D", self.folder / "data", "status")
        return subprocess.run(command, capture_output=True, env=self._env(), cwd="/").returncode == 0

    def stop(self):
        """Stop the server, dropping connections; quiet when it is not running."""
        command = self._command("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "-s", "stop")
        subprocess.run(command, capture_output=True, env=self._env(), cwd="/")


def _unprivileged_user():
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SetupError("PostgreSQL refuses to run as root, and there is no user postgres or nobody: run as another user")


def _reachable(folder, owner):
    """Return ``folder``, or a twin below /var/lib when ``owner`` could not reach it.

    As root, PostgreSQL runs as another user, who may not enter, say, root's home.
    """
    if owner and not all(parent.stat().st_mode & 0o001 for parent in folder.parents if parent.exists()):
        key = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
        return Path("/var/lib/customer-lifecycle-suite") / key
    return folder


def _binaries(places, owner):
    """Return the server's programs and the environment they need."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    if installed:
        return installed[-1].parent, {}
    root = _reachable(places.data / "postgresql-programs", owner)
    if not places.stamp("postgresql") or not root.exists():
        if not Path("/usr/share/zoneinfo/UTC").exists():
            debian.need("/usr/share/zoneinfo/UTC", "tzdata", "PostgreSQL needs the time zones")
        with step("PostgreSQL 15 (Debian's package, unpacked)") as current:
            shutil.rmtree(root, ignore_errors=True)
            debian.unpack(["postgresql-15"], "bookworm", root, places.data / "apt", places.logs, current, closure=True)
            places.write_stamp("postgresql", "unpacked")
    found = sorted(root.glob("usr/lib/postgresql/*/bin/initdb"))
    if not found:
        raise SetupError(f"the unpacked PostgreSQL in {root} is not whole: remove {places.stamps / 'postgresql'}")
    libraries = [*root.glob("usr/lib/*-linux-gnu"), *root.glob("lib/*-linux-gnu")]
    return found[-1].parent, {"LD_LIBRARY_PATH": ":".join(map(str, libraries))}
