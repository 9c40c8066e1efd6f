"""Was it right? The flags of past months against what happened, with nothing known that was not known then.

For the end of each month at least one horizon ago: the forecast is fitted on the purchases up to that day, customers
are flagged as the policy says, and the purchases of the horizon that followed judge. Beside it the plain gap: how
likely a customer with that silence was to come back, learnt from the horizon *before* that day.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from . import blend as blending
from . import evaluation, mbg
from .stages import Rules

CUTS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)
BINS = 20
MIN_CALIBRATION = 100


@dataclass(frozen=True)
class Snapshot:
    """What was known of each customer on a day; only those who had bought by then.

    :param who: index of each customer; ``x`` repeat purchase days; ``first``, ``last``: ordinals; ``day``: the day
    """

    who: np.ndarray
    x: np.ndarray
    first: np.ndarray
    last: np.ndarray
    day: int

    @property
    def weeks(self):
        """x, t_x, T in whole weeks."""
        return self.x, (self.last - self.first) // 7, (self.day - self.first) // 7

    @property
    def silence(self):
        """Days since the last purchase."""
        return self.day - self.last


class Purchases:
    """Purchase days of all customers, sorted once.

    :param customer: index of the customer of each purchase, from 0
    :param day: ordinal of each purchase; several on one day count once
    """

    def __init__(self, customer, day):
        keys = np.unique((np.asarray(customer, dtype=np.int64) << 20) | np.asarray(day, dtype=np.int64))
        self.customer, self.day = keys >> 20, keys & ((1 << 20) - 1)
        self.size = int(self.customer.max()) + 1 if len(keys) else 0
        number = np.bincount(self.customer, minlength=self.size)
        self.start = np.cumsum(number) - number

    def upto(self, day):
        """Return the number of purchase days of each customer up to a day."""
        return np.bincount(self.customer[self.day <= day], minlength=self.size)

    def snapshot(self, day) -> Snapshot:
        """Return what was known on ``day``."""
        number = self.upto(day)
        who = np.flatnonzero(number)
        first, last = self.day[self.start[who]], self.day[self.start[who] + number[who] - 1]
        return Snapshot(who, number[who] - 1, first, last, day)

    def happened(self, snapshot, days):
        """Tell who of the snapshot bought within so many days after it."""
        return (self.upto(snapshot.day + days) > self.upto(snapshot.day))[snapshot.who]


@dataclass(frozen=True)
class Forecast:
    """A fitted model: parameters, the correction or None."""

    params: mbg.MbgParams
    blend: blending.Blend | None

    def chance(self, snapshot, horizon):
        """Return P(buy within ``horizon`` weeks) of each customer."""
        x, t_x, age = snapshot.weeks
        chance = mbg.p_buy(self.params, x, t_x, age, horizon)
        return self.blend.chance(chance, x) if self.blend else chance

    def quiet_days(self, snapshot, horizon, cut):
        """Return the days of silence after which each customer is below the cut."""
        x, t_x, _age = snapshot.weeks
        cuts = self.blend.cut_before(cut, x) if self.blend else cut
        return np.minimum(np.ceil(mbg.silence_to_cut(self.params, x, t_x, horizon, cuts) * 7), 5200)


def learn(purchases, snapshot, horizon):
    """Fit on the purchases up to the snapshot's day.

    :return: :class:`Forecast`, or None where the plain gap has to decide: few customers, short history, no convergence,
        nobody ever leaves
    """
    if len(snapshot.who) < mbg.MIN_CUSTOMERS or snapshot.day - snapshot.first.min() < 14 * horizon:
        return None
    params = mbg.fit(*snapshot.weeks)
    if not params.converged:
        return None
    return Forecast(params, learn_blend(purchases, params, snapshot.day, horizon))


def learn_blend(purchases, params, day, horizon):
    """Learn the correction from the horizon before ``day``, with the parameters that were known when it began."""
    before = purchases.snapshot(day - round(7 * horizon))
    if not len(before.who):
        return None
    x, t_x, age = before.weeks
    happened = purchases.happened(before, round(7 * horizon))
    then = mbg.fit(x, t_x, age)
    return blending.fit(mbg.p_buy(then if then.converged else params, x, t_x, age, horizon), x, happened)


@dataclass(frozen=True)
class GapRule:
    """The plain gap, calibrated: ``chance[i]`` for a silence from ``edges[i]`` days on; it never rises."""

    edges: np.ndarray
    chances: np.ndarray

    def chance(self, silence):
        """Return the share that came back after such a silence."""
        place = np.searchsorted(self.edges, silence, side="right") - 1
        return self.chances[np.clip(place, 0, len(self.chances) - 1)]

    def quiet_days(self, cut, otherwise):
        """Return the silence from which the chance is below the cut, ``otherwise`` where it never is."""
        below = np.flatnonzero(self.chances < cut)
        return float(self.edges[below[0]]) if len(below) else float(otherwise)


def calibrate_gap(silence, happened):
    """Return the :class:`GapRule` of silences and what followed, None for too few.

    >>> rule = calibrate_gap(list(range(200)), [True] * 100 + [False] * 100)
    >>> rule.chance([5, 150]).tolist(), rule.quiet_days(0.5, 999)
    ([1.0, 0.0], 100.0)
    """
    silence, happened = np.asarray(silence), np.asarray(happened, dtype=float)
    if len(silence) < MIN_CALIBRATION:
        return None
    edges = np.unique(np.quantile(silence, np.linspace(0, 1, BINS + 1)[:-1], method="higher"))
    place = np.clip(np.searchsorted(edges, silence, side="right") - 1, 0, None)
    number = np.bincount(place, minlength=len(edges))
    blocks = []  # pool adjacent violators, so that a longer silence never promises more
    for hits, size in zip(np.bincount(place, happened, len(edges)), number, strict=True):
        blocks.append([hits, size, 1])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] < blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [a + b for a, b in zip(blocks[-1], last, strict=True)]
    return GapRule(edges, np.concatenate([np.full(width, hits / size) for hits, size, width in blocks]))


@dataclass
class Month:
    """One month: who was flagged in it, and what came of it. Chances are not a number where there are none."""

    day: date
    customers: int
    method: str
    flags: int
    gone: int
    gap_flags: int
    gap_gone: int
    auc: float = float("nan")
    auc_repeat: float = float("nan")
    brier: float = float("nan")
    gap_auc: float = float("nan")
    gap_auc_repeat: float = float("nan")
    gap_brier: float = float("nan")
    cuts: dict = field(default_factory=dict)

    @property
    def back(self):
        """False alarms: flagged, and bought within the horizon."""
        return self.flags - self.gone


def month_ends(first, last, most):
    """Return the last ``most`` ends of months between two dates.

    >>> [str(day) for day in month_ends(date(2024, 1, 15), date(2024, 4, 2), 2)]
    ['2024-02-29', '2024-03-31']
    """
    days = []
    day = first
    while (end := day.replace(day=calendar.monthrange(day.year, day.month)[1])) <= last:
        days.append(end)
        day = end + timedelta(days=1)
    return days[-most:]


def backtest(purchases, rules: Rules, today, months=24):
    """Judge the flags of past months.

    :param Purchases purchases: all purchases up to today
    :param Rules rules: the policy's
    :param date today: flags younger than the horizon are not judged
    :param int months: at most so many
    :return: list of :class:`Month`, oldest first
    """
    if not purchases.size:
        return []
    days = 7 * rules.horizon_weeks
    first = date.fromordinal(int(purchases.day.min()) + days)
    ends = month_ends(first, today - timedelta(days=days), months)
    return [judge_month(purchases, rules, end) for end in ends]


def judge_month(purchases, rules, end):
    """Judge the flags raised in the month that ends on ``end``."""
    days = 7 * rules.horizon_weeks
    now = purchases.snapshot(end.toordinal())
    happened = purchases.happened(now, days)
    forecast = learn(purchases, now, rules.horizon_weeks)
    then = purchases.snapshot(end.toordinal() - days)
    gap = calibrate_gap(then.silence, purchases.happened(then, days)) if len(then.who) else None
    own = forecast.quiet_days(now, rules.horizon_weeks, rules.probability_cut) if forecast else rules.gap_days
    plain = gap.quiet_days(rules.probability_cut, rules.gap_days) if gap else rules.gap_days
    flags, gap_flags = (_raised(now, np.maximum(quiet, rules.min_silence_days), end) for quiet in (own, plain))
    month = Month(
        end,
        len(now.who),
        "mbg" if forecast else "gap",
        int(flags.sum()),
        int((flags & ~happened).sum()),
        int(gap_flags.sum()),
        int((gap_flags & ~happened).sum()),
    )
    again = now.x > 0
    if gap:
        chance = gap.chance(now.silence)
        month.gap_auc = evaluation.auc(happened, -now.silence)
        month.gap_auc_repeat = evaluation.auc(happened[again], -now.silence[again])
        month.gap_brier = evaluation.brier(happened, chance)
    if forecast:
        chance = forecast.chance(now, rules.horizon_weeks)
        month.auc = evaluation.auc(happened, chance)
        month.auc_repeat = evaluation.auc(happened[again], chance[again])
        month.brier = evaluation.brier(happened, chance)
    if forecast or gap:
        with_us = now.silence < np.maximum(own, rules.min_silence_days) + (rules.ended_days or np.inf)
        month.cuts = cut_table(chance[with_us], now.silence[with_us], happened[with_us], rules)
    return month


def _raised(snapshot, quiet_days, end):
    """Tell who turned quiet in the month of ``end`` and was quiet still at its end."""
    quiet_on = snapshot.last + np.maximum(quiet_days, 1)
    return (quiet_on <= snapshot.day) & (quiet_on > snapshot.day - end.day)


def cut_table(chance, silence, happened, rules):
    """Return for each cut (flagged, of them gone, gone in all) of customers not presumed ended yet.

    >>> cuts = cut_table(np.array([0.1, 0.9]), np.array([50, 50]), np.array([False, True]), Rules())
    >>> cuts[0.15]
    (1, 1, 1)
    """
    gone = ~happened
    table = {}
    for cut in CUTS:
        flagged = (chance <= cut) & (silence >= rules.min_silence_days)
        table[cut] = int(flagged.sum()), int((flagged & gone).sum()), int(gone.sum())
    return table
