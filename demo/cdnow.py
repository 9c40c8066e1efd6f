"""The CDNOW purchase log (1997-98), read from the installed PyPI package ``lifetimes`` and never copied.

23,570 people who first bought at the online record shop CDNOW in the first quarter of 1997, and all 69,659 purchases
they made until the end of June 1998. The calendar is shifted by whole days so that the last day is yesterday.
"""

import datetime as dt
import importlib.util
from collections import Counter
from pathlib import Path

from odoo.tools import split_every

from .clock import clock
from .ground import cdnow_company

CHUNK = 10_000  # purchases imported at a time: bounds the memory
WEEKS = 4
PACKAGE = "lifetimes"
FILE = "datasets/CDNOW_master.txt"


class MissingLog(RuntimeError):
    """The package with the log is not installed."""


def log_path():
    """Where the log lies; the package is found, not imported, since importing it needs pandas.

    :return: pathlib.Path
    :raise MissingLog: package or file not there
    """
    spec = importlib.util.find_spec(PACKAGE)
    path = Path(spec.origin).parent / FILE if spec and spec.origin else None
    if not path or not path.is_file():
        raise MissingLog("The CDNOW log is missing: pip install --no-deps lifetimes==0.11.3")
    return path


def read_log(last_day, scale=1.0):
    """The purchases, moved in time.

    :param last_day: date the last purchase falls on
    :param scale: part of the customers to take
    :return: (list of (customer number, date, units, dollars), days shifted)
    """
    rows = []
    with log_path().open(encoding="ascii") as log:
        next(log)  # header
        for line in log:
            number, day, units, dollars = line.split()
            rows.append((number, dt.date(int(day[:4]), int(day[4:6]), int(day[6:])), int(units), float(dollars)))
    shift = last_day - max(row[1] for row in rows)
    if scale < 1:
        keep = max(20, round(23_570 * scale))
        step = 23_570 // keep
        rows = [row for row in rows if int(row[0]) % step == 0]
    return [(number, day + shift, units, dollars) for number, day, units, dollars in rows], shift.days


def note(shift, count):
    """What is said of the log on its records."""
    return (
        f"CDNOW purchase log 1997-98 from the Python package lifetimes; {count:,} purchases, all dates moved by "
        f"{shift:,} days so that the last one is yesterday."
    )


def import_log(load):
    """Import the log into the company CDNOW as imported purchases; the importer makes the customers."""
    company = cdnow_company(load.env)
    rows, _shift = read_log(load.today - dt.timedelta(days=1), load.scale)
    ledger = load.env["crm.external.transaction"].with_context(allowed_company_ids=company.ids)
    number_of = Counter()
    for chunk in split_every(CHUNK, rows):
        lines = []
        for number, day, units, dollars in chunk:
            number_of[number] += 1
            lines.append(
                {
                    "external_ref": f"CDNOW-{number}-{number_of[number]:03d}",
                    "customer": f"CDNOW-{number}",
                    "name": f"CDNOW customer {number}",
                    "date": day,
                    "amount": dollars,
                    "quantity": units,
                }
            )
        result = ledger._import_rows(company.with_env(ledger.env), lines)
        if result.errors:
            raise ValueError(f"CDNOW line {result.errors[0].line}: {result.errors[0].code}")
        ledger.env.flush_all()
        ledger.env.invalidate_all()


def lifecycle(load):
    """The stages four weeks ago, then week by week until today, so that customers fall quiet by rule."""
    company = cdnow_company(load.env)
    rows, shift = read_log(load.today - dt.timedelta(days=1), load.scale)
    run = load.env["crm.lifecycle.run"].with_context(allowed_company_ids=company.ids)
    for week in range(WEEKS, -1, -1):
        day = load.today - dt.timedelta(weeks=week)
        at = dt.datetime.combine(day, dt.time(6, 0))
        with clock(load.env, at):
            done = run._execute(company.with_env(run.env), day, full=week == WEEKS, at=at)
            done.note = note(shift, len(rows))
