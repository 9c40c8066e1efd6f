"""The CDNOW purchase log (1997-98), read from the installed PyPI package ``lifetimes`` and never copied.

23,570 people who first bought at the online record shop CDNOW in the first quarter of 1997, and all 69,659 purchases
they made until the end of June 1998. The calendar is shifted by whole days so that the last day is yesterday.
"""

import datetime as dt
import importlib.util
from pathlib import Path

from odoo.tools import split_every

from .ground import cdnow_company

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


def customers(load, numbers):
    """Partners of the log, one for each customer number; those there already are kept.

    :return: {customer number: partner id}
    """
    env, company = load.env, cdnow_company(load.env)
    found = env["res.partner"].search_fetch([("company_id", "=", company.id), ("ref", "like", "CDNOW-")], ["ref"])
    known = {partner.ref[6:]: partner.id for partner in found}
    for chunk in split_every(2000, [number for number in numbers if number not in known]):
        made = env["res.partner"].create(
            [
                {
                    "name": f"CDNOW customer {number}",
                    "ref": f"CDNOW-{number}",
                    "company_id": company.id,
                    "lang": "en_US",
                }
                for number in chunk
            ]
        )
        env.flush_all()
        known.update(zip(chunk, made.ids, strict=True))
        env.invalidate_all()
    return known


def import_log(load):
    """Import the log into the company CDNOW as imported transactions."""
    rows, _shift = read_log(load.today - dt.timedelta(days=1), load.scale)
    customers(load, list(dict.fromkeys(row[0] for row in rows)))


def lifecycle(load):
    """Run the engine for CDNOW."""
