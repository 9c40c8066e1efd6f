"""Which lines of an Odoo log are warnings that we must mend."""

import re

from .places import ADDONS

LINE = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) \S+ (\S+): (.*)")
# Odoo's and its libraries' own, seen without any addon of ours.
KNOWN = (
    re.compile(r"DeprecationWarning"),
    re.compile(r"without-demo"),
    re.compile(r"Running as user 'root'"),
    re.compile(r"unable to find optional|not installed or|missing optional", re.I),
)


def ours(log):
    """Return the warning and error lines of the Odoo log file ``log`` that the suite is to blame for.

    A line is Odoo's own only when it is a known one and does not come from our folders.
    """
    found = []
    with open(log, encoding="utf-8", errors="replace") as handle:
        for line in handle:
            match = LINE.match(line)
            if not match:
                continue
            known = any(pattern.search(match[3]) for pattern in KNOWN)
            if not known or str(ADDONS) in line:
                found.append(line.strip())
    return found
