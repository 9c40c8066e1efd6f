"""How Odoo is started: its configuration file, environment and command line."""

import configparser
import socket

from .places import ADDONS, PROJECT


def write_config(places, name, odoo, filestore, port):
    """Write the configuration for one use, derived from the project's ``odoo.conf``; return its path.

    :param port: of the web client, on 127.0.0.1; the next one is the websocket's
    """
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(PROJECT / "odoo.conf")
    if not parser.has_section("options"):
        parser.add_section("options")
    options = parser["options"]
    core = [folder for folder in odoo.addons if folder != odoo.import_path / "odoo" / "addons"]
    options["addons_path"] = ",".join(map(str, [*core, ADDONS]))
    options["data_dir"] = str(filestore)
    options["http_interface"] = "127.0.0.1"
    options["http_port"] = str(port)
    options["gevent_port"] = str(port + 1)
    # Nothing leaves the machine: this port belongs to nobody unless ./run catches mail on it.
    options["smtp_server"] = "127.0.0.1"
    options["smtp_port"] = "9"
    filestore.mkdir(parents=True, exist_ok=True)
    path = places.data / f"odoo-{name}.conf"
    with open(path, "w") as handle:
        handle.write("# Written by the set-up from odoo.conf; changes are lost.\n")
        parser.write(handle)
    return path


def odoo_env(odoo, server):
    """Return the environment in which Odoo and its tests run."""
    return server.environment() | {"PYTHONPATH": f"{odoo.import_path}:{PROJECT}", "PYTHONDONTWRITEBYTECODE": ""}


def command(places, conf, database, *arguments):
    """Return the command line of an Odoo process on ``database``."""
    return [str(places.python), "-m", "odoo", "-c", str(conf), "-d", database, *arguments]


def free_port(wanted, tries=50):
    """Return the first port from ``wanted`` on that is free together with the next one, or None."""
    for port in range(wanted, wanted + tries * 2, 2):
        if _free(port) and _free(port + 1):
            return port
    return None


def _free(port):
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
