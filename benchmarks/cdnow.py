"""CDNOW: does the model hold on a real shop's purchase log?

The log of an on-line music shop (23,570 customers new in early 1997, 69,659 purchases until June 1998) comes with the
PyPI package ``lifetimes`` and is read from there, never copied. Fitted are the first 39 weeks; asked is who buys in the
39 weeks after. Purchases of zero dollars are no purchases (``keep_zero=False``); with them the figures differ in the
third digit, and both are printed.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from .common import domain_module

TARGET = 1.0
WHAT = "MBG/NBD on CDNOW: parameters, AUC and Brier score; R is the Brier score over .17"
CALIBRATION_END = date(1997, 9, 30)
HOLDOUT_WEEKS = 39
MIN_AUC, MAX_BRIER = 0.75, 0.17


@dataclass(frozen=True)
class Log:
    """Purchase days of the log, one row per customer and day: number of the customer, day as a date ordinal."""

    customer: np.ndarray
    day: np.ndarray


def log_path() -> Path:
    """Return the file in the installed package ``lifetimes``.

    :raise FileNotFoundError: the package is not installed
    """
    spec = importlib.util.find_spec("lifetimes")
    if not spec:
        raise FileNotFoundError("CDNOW needs the package lifetimes: pip install --no-deps lifetimes==0.11.3")
    return Path(spec.origin).parent / "datasets" / "CDNOW_master.txt"


def read_log(keep_zero=False) -> Log:
    """Read the log, purchases of one day as one."""
    rows = set()
    with log_path().open(encoding="ascii") as lines:
        for line in lines:
            fields = line.split()
            if fields and fields[0].isdigit() and (keep_zero or float(fields[3]) > 0):
                day = date(int(fields[1][:4]), int(fields[1][4:6]), int(fields[1][6:]))
                rows.add((int(fields[0]), day.toordinal()))
    customer, day = np.array(sorted(rows)).T
    return Log(customer, day)


def calibration(log: Log):
    """Return customers and their x, t_x, T (weeks) in the first 39 weeks."""
    end = CALIBRATION_END.toordinal()
    known = log.day <= end
    customers, first, count = np.unique(log.customer[known], return_index=True, return_counts=True)
    day = log.day[known]
    opened, last = day[first], day[first + count - 1]
    return customers, count - 1.0, (last - opened) / 7, (end - opened) / 7


def bought_later(log: Log, customers):
    """Tell for each customer whether a purchase follows in the holdout."""
    begin = CALIBRATION_END.toordinal()
    inside = (log.day > begin) & (log.day <= begin + 7 * HOLDOUT_WEEKS)
    return np.isin(customers, log.customer[inside])


def measure(keep_zero=False) -> dict:
    """Fit, forecast and judge; return the parameters and the measures."""
    mbg, evaluation = domain_module("mbg"), domain_module("evaluation")
    log = read_log(keep_zero)
    customers, x, t_x, age = calibration(log)
    params = mbg.fit(x, t_x, age)
    happened = bought_later(log, customers)
    chance = mbg.p_buy(params, x, t_x, age, HOLDOUT_WEEKS)
    again = x > 0
    return {
        **corrected(log, params, customers, happened),
        "params": params,
        "auc": evaluation.auc(happened, chance),
        "auc_repeat": evaluation.auc(happened[again], chance[again]),
        "auc_gap": evaluation.auc(happened, t_x - age),
        "brier": evaluation.brier(happened, chance),
        "accuracy": evaluation.accuracy(happened, chance),
    }


def at(log: Log, day):
    """Return customers and their x, t_x, T (weeks) as known on ``day`` (ordinal)."""
    known = log.day <= day
    customers, first, count = np.unique(log.customer[known], return_index=True, return_counts=True)
    days = log.day[known]
    opened, last = days[first], days[first + count - 1]
    return customers, count - 1.0, (last - opened) / 7, (day - opened) / 7


def corrected(log: Log, params, customers, happened) -> dict:
    """Correct the forecast, and calibrate the plain gap, by the second half of the first 39 weeks alone; judge both."""
    mbg, evaluation, blend = domain_module("mbg"), domain_module("evaluation"), domain_module("blend")
    half = HOLDOUT_WEEKS * 7 // 2
    end = CALIBRATION_END.toordinal()
    then, x, t_x, age = at(log, end - half)
    bought = np.isin(then, log.customer[(log.day > end - half) & (log.day <= end)])
    found = blend.fit(mbg.p_buy(mbg.fit(x, t_x, age), x, t_x, age, half / 7), x, bought)
    _customers, x_now, t_now, age_now = at(log, end)
    chance = found.chance(mbg.p_buy(params, x_now, t_now, age_now, HOLDOUT_WEEKS), x_now)
    edges = np.unique(np.quantile(age - t_x, np.linspace(0, 1, 21)[:-1]))
    place = np.searchsorted(edges, age - t_x, side="right") - 1
    share = np.bincount(place, bought) / np.maximum(np.bincount(place), 1)
    gap = share[np.clip(np.searchsorted(edges, age_now - t_now, side="right") - 1, 0, len(share) - 1)]
    again = x_now > 0
    return {
        "auc_corrected": evaluation.auc(happened, chance),
        "auc_repeat_corrected": evaluation.auc(happened[again], chance[again]),
        "brier_corrected": evaluation.brier(happened, chance),
        "auc_gap_repeat": evaluation.auc(happened[again], (t_now - age_now)[again]),
        "brier_gap": evaluation.brier(happened, gap),
    }


def run(_args):
    """Print parameters and measures; return the worst of the ratios to the bounds (three times: it has no interval)."""
    ratio = 0.0
    for keep_zero, label in ((False, "zero-dollar purchases left out"), (True, "zero-dollar purchases kept")):
        found = measure(keep_zero)
        params = found["params"]
        sys.stdout.write(
            f"{label}: {params.customers:.0f} customers\n"
            f"  r {params.r:.4f}  alpha {params.alpha:.4f}  a {params.a:.4f}  b {params.b:.4f}"
            f"  log-likelihood {params.log_likelihood:.3f}  converged {params.converged}\n"
            f"  holdout of {HOLDOUT_WEEKS} weeks: AUC {found['auc']:.4f} (at least {MIN_AUC}),"
            f" Brier {found['brier']:.4f} (at most {MAX_BRIER}), accuracy {found['accuracy']:.4f}\n"
            f"  customers who bought again: AUC {found['auc_repeat']:.4f}; plain gap, all: AUC {found['auc_gap']:.4f},"
            f" bought again {found['auc_gap_repeat']:.4f}, calibrated on the past: Brier {found['brier_gap']:.4f}\n"
            f"  corrected by the past: AUC {found['auc_corrected']:.4f}, bought again"
            f" {found['auc_repeat_corrected']:.4f}, Brier {found['brier_corrected']:.4f}\n"
        )
        ratio = max(ratio, found["brier"] / MAX_BRIER, MIN_AUC / found["auc"])
    return ratio, ratio, ratio
