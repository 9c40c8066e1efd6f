"""What the commands print: named steps with progress and time, and logged sub-processes."""

import contextlib
import os
import re
import subprocess
import sys
import threading
import time

from .errors import SetupError

TTY = sys.stdout.isatty()
BEAT_SECONDS = 15


def say(text=""):
    """Print one line at once, also when the output is a pipe."""
    print(text, flush=True)


class Step:
    """A named piece of work; ``note`` shows how far it is while it runs."""

    def __init__(self, name):
        self.name = name
        self.started = time.monotonic()
        self.last_note = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def note(self, text):
        self.last_note = text

    def seconds(self):
        return time.monotonic() - self.started

    def _beat(self):
        while not self._stop.wait(1 if TTY else BEAT_SECONDS):
            if TTY:
                sys.stdout.write(f"\r\033[K· {self.name} … {self.seconds():.0f} s {self.last_note[:60]}")
                sys.stdout.flush()
            else:
                say(f"  … {self.name}: {self.seconds():.0f} s {self.last_note}".rstrip())

    def __enter__(self):
        if not TTY:
            say(f"· {self.name} …")
        self._thread.start()
        return self

    def __exit__(self, exc_type, exc, tb):
        self._stop.set()
        self._thread.join()
        mark = "✓" if exc_type is None else "✗"
        lead = "\r\033[K" if TTY else ""
        say(f"{lead}{mark} {self.name} ({self.seconds():.1f} s)")
        return False


def step(name):
    """Return a context manager that prints ``name``, its progress and its time."""
    return Step(name)


def tail(path, lines=12):
    """Return the last ``lines`` lines of the text file ``path``, or an empty text."""
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as handle:
        return "".join(handle.readlines()[-lines:])
    return ""


def run_logged(command, log, current=None, progress=None, env=None, cwd=None, stdin=None, what=None):
    """Run ``command`` with its output in the file ``log``.

    :param command: list of arguments
    :param log: path of the log file, overwritten
    :param current: the running :class:`Step`, told of progress
    :param progress: regular expression; its first group is shown as progress
    :param what: words for the error message
    :raises SetupError: when the command fails, naming the log file
    """
    pattern = re.compile(progress) if progress else None
    os.makedirs(os.path.dirname(log), exist_ok=True)
    with open(log, "w", encoding="utf-8", buffering=1) as out:
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=stdin or subprocess.DEVNULL,
            env=env,
            cwd=cwd,
            text=True,
            errors="replace",
        )
        try:
            for line in process.stdout:
                out.write(line)
                found = pattern and pattern.search(line)
                if found and current:
                    current.note(found.group(1))
            code = process.wait()
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if code:
        raise SetupError(f"{what or command[0]} failed ({telling_line(log)}); the whole output is in {log}")


def telling_line(log):
    """Return the line of a log that most likely says what went wrong."""
    lines = [line.strip() for line in tail(log, 200).splitlines() if line.strip()]
    telling = re.compile(r"error|exception|^E: |fatal|denied", re.I)
    errors = [line for line in lines if telling.search(line) and " INFO " not in line]
    return (errors or lines or ["no output"])[-1][:200]
