"""``python -m suite_setup run|test|bench``: the three commands' entry."""

import signal
import sys

from . import bench, check, run, test
from .errors import SetupError

COMMANDS = {"run": run.main, "test": test.main, "bench": bench.main, "check": check.main}


def interrupt(_number, _frame):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupt)
    try:
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
