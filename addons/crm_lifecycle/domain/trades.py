"""What suits each trade: rules of the stages, value classes, segments and criteria of the first target profile.

Weeks, days and purchases as named; ``top`` is the share of the company's own customers from whose revenue on a class
begins (0.2: the revenue of the best fifth).
"""

from __future__ import annotations

from dataclasses import dataclass

TRADES = ("shop", "bank", "clinic", "industrial")
PERSON, COMPANY = "person", "company"


@dataclass(frozen=True)
class Class:
    """A value class: its letter, and its limits."""

    letter: str
    kind: str
    days: int = 365
    orders: int = 0
    top: float = 0.0
    complaints: int = -1


@dataclass(frozen=True)
class Trade:
    """The values of a trade.

    :param policies: kind → values of ``crm.lifecycle.policy``
    :param classes: best first
    :param segments: code → (condition on the figures, condition on the customer)
    :param criteria: kind → pairs (attribute code or ``behaviour``, weight)
    """

    policies: dict
    classes: tuple
    segments: dict
    criteria: dict


_SOON = "[('stage_id.code', 'in', ['new', 'established']), ('quiet_on', '<=', 'today +30d')]"
_FIRST_ONLY = "[('stage_id.code', '=', 'new'), ('order_count', '=', 1)]"
_WIN_BACK = "[('stage_id.code', '=', 'quiet'), ('monetary_score', '>=', 4)]"
_QUIET_NATURAL = "[('stage_id.code', '=', 'quiet'), ('lull_cause', '=', 'natural')]"
_COMPLAINED = "[('class_complaints', '>', 0), ('order_count', '>', 0)]"

PRESETS = {
    # Frequent, small purchases: the silence of weeks already says something.
    "shop": Trade(
        policies={
            PERSON: {
                "horizon_weeks": 13,
                "gap_days": 60,
                "min_silence_days": 21,
                "established_orders": 3,
                "established_days": 30,
                "ended_days": 270,
            },
            COMPANY: {
                "horizon_weeks": 26,
                "gap_days": 90,
                "min_silence_days": 28,
                "established_orders": 3,
                "established_days": 60,
                "ended_days": 365,
            },
        },
        classes=(
            Class("A", PERSON, orders=12, top=0.2),
            Class("B", PERSON, orders=4),
            Class("C", PERSON, orders=1),
            Class("A", COMPANY, orders=12, top=0.2, complaints=1),
            Class("B", COMPANY, orders=4),
            Class("C", COMPANY, orders=1),
        ),
        segments={"trade_first_only": _FIRST_ONLY, "trade_win_back": _WIN_BACK},
        criteria={PERSON: ("behaviour",), COMPANY: ("behaviour",)},
    ),
    # A customer of a bank may be silent for years and still be one: never ended by time alone.
    "bank": Trade(
        policies={
            PERSON: {
                "horizon_weeks": 52,
                "gap_days": 365,
                "min_silence_days": 90,
                "established_orders": 2,
                "established_days": 180,
                "ended_days": 0,
            },
            COMPANY: {
                "horizon_weeks": 52,
                "gap_days": 270,
                "min_silence_days": 60,
                "established_orders": 2,
                "established_days": 180,
                "ended_days": 0,
            },
        },
        classes=(
            Class("A", PERSON, orders=1, top=0.1, complaints=0),
            Class("B", PERSON, orders=1, top=0.4),
            Class("C", PERSON, orders=1),
            Class("A", COMPANY, orders=1, top=0.2, complaints=1),
            Class("B", COMPANY, orders=1),
        ),
        segments={"trade_soon_quiet": _SOON, "trade_natural": _QUIET_NATURAL},
        criteria={PERSON: ("behaviour", "revenue"), COMPANY: ("behaviour", "revenue")},
    ),
    # People come when something is due or hurts: quiet after the yearly check-up was missed, ended by word only.
    "clinic": Trade(
        policies={
            PERSON: {
                "horizon_weeks": 52,
                "gap_days": 400,
                "min_silence_days": 60,
                "established_orders": 2,
                "established_days": 0,
                "ended_days": 0,
            },
            COMPANY: {
                "horizon_weeks": 52,
                "gap_days": 400,
                "min_silence_days": 60,
                "established_orders": 2,
                "established_days": 180,
                "ended_days": 0,
            },
        },
        classes=(
            Class("A", PERSON, days=730, orders=4, complaints=0),
            Class("B", PERSON, days=730, orders=2),
            Class("C", PERSON, days=730, orders=1),
            Class("A", COMPANY, orders=2, complaints=1),
            Class("B", COMPANY, orders=1),
        ),
        segments={"trade_soon_quiet": _SOON, "trade_complained": _COMPLAINED},
        criteria={PERSON: ("behaviour",), COMPANY: ("behaviour",)},
    ),
    # A good industrial customer buys most and complains least.
    "industrial": Trade(
        policies={
            PERSON: {
                "horizon_weeks": 26,
                "gap_days": 180,
                "min_silence_days": 45,
                "established_orders": 3,
                "established_days": 90,
                "ended_days": 365,
            },
            COMPANY: {
                "horizon_weeks": 39,
                "gap_days": 150,
                "min_silence_days": 45,
                "established_orders": 4,
                "established_days": 180,
                "ended_days": 540,
            },
        },
        classes=(
            Class("A", COMPANY, orders=6, top=0.2, complaints=0),
            Class("B", COMPANY, orders=3, top=0.5, complaints=2),
            Class("C", COMPANY, orders=1),
            Class("A", PERSON, orders=6, top=0.2),
            Class("B", PERSON, orders=1),
        ),
        segments={"trade_soon_quiet": _SOON, "trade_complained": _COMPLAINED, "trade_win_back": _WIN_BACK},
        criteria={COMPANY: ("behaviour", "revenue")},
    ),
}
