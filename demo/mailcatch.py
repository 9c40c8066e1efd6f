"""A mail server that keeps every message on this machine: what the demo "sends" lands in a folder as .eml files."""

import socketserver
import threading
import time
from pathlib import Path

_OK = b"250 OK\r\n"


class _Session(socketserver.StreamRequestHandler):
    """One SMTP conversation: everything is accepted, nothing is forwarded."""

    timeout = 60

    def handle(self):
        self.wfile.write(b"220 caught ESMTP\r\n")
        while line := self.rfile.readline(65537):
            verb = line[:4].upper()
            if verb == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                self._keep()
                self.wfile.write(_OK)
            elif verb == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(_OK)

    def _keep(self):
        body = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            body.append(line[1:] if line.startswith(b"..") else line)
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**9:09d}.eml"
        (self.server.folder / name).write_bytes(b"".join(body))


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def start(folder):
    """Serve in a thread of this process.

    :param folder: where the messages go; made if missing
    :return: (port on 127.0.0.1, function that stops the server)
    """
    server = _Server(("127.0.0.1", 0), _Session)
    server.folder = Path(folder)
    server.folder.mkdir(parents=True, exist_ok=True)
    threading.Thread(target=server.serve_forever, name="mailcatch", daemon=True).start()
    return server.server_address[1], server.shutdown
