"""What a campaign was worth: buyers among those addressed against buyers among a random control group."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, sqrt

Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Uplift:
    """Shares of buyers from 0 to 1, their difference with its 95 % interval, and what it came to."""

    treated: float
    control: float
    difference: float
    low: float
    high: float
    extra_buyers: float
    extra_amount: float

    @property
    def is_sure(self):
        """Whether the interval leaves out zero: the campaign changed something."""
        return self.low > 0 or self.high < 0


def wilson(successes, total, z=Z_95):
    """Return the Wilson score interval of a share (Wilson 1927).

    >>> tuple(round(bound, 4) for bound in wilson(56, 70))
    (0.6918, 0.877)
    """
    if not total:
        return 0.0, 1.0
    share = successes / total
    centre = share + z * z / (2 * total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def control_size(number, percent):
    """Return how many of those that may be addressed are left alone; somebody must be left to be addressed.

    >>> control_size(10, 25), control_size(2, 90), control_size(1, 50), control_size(0, 10)
    (3, 1, 0, 0)
    """
    return min(floor(number * percent / 100 + 0.5), max(number - 1, 0))


def uplift(treated_buyers, treated, control_buyers, control, treated_amount=0.0, control_amount=0.0):
    """Return the :class:`Uplift` of a campaign.

    The interval of the difference is Newcombe's hybrid score interval (Statistics in Medicine 1998, method 10); the
    paper's example, 56 of 70 against 48 of 80, gives .2000 (.0524 to .3339).

    :param treated_buyers: buyers among those addressed, of ``treated``
    :param control_buyers: buyers in the control group, of ``control``
    :param treated_amount: what those addressed bought, in the company's currency; likewise ``control_amount``
    :return: the uplift; extra buyers and amount are those of the addressed beyond what the control group's rate and
        spending a head would have given

    >>> found = uplift(56, 70, 48, 80)
    >>> round(found.difference, 4), round(found.low, 4), round(found.high, 4), found.is_sure
    (0.2, 0.0524, 0.3339, True)
    >>> uplift(5, 10, 0, 0).is_sure
    False
    """
    one = treated_buyers / treated if treated else 0.0
    two = control_buyers / control if control else 0.0
    low_one, high_one = wilson(treated_buyers, treated)
    low_two, high_two = wilson(control_buyers, control)
    difference = one - two
    known = treated and control
    return Uplift(
        one,
        two,
        difference if known else 0.0,
        max(-1.0, difference - sqrt((one - low_one) ** 2 + (high_two - two) ** 2)) if known else -1.0,
        min(1.0, difference + sqrt((high_one - one) ** 2 + (two - low_two) ** 2)) if known else 1.0,
        difference * treated if known else 0.0,
        treated_amount - control_amount / control * treated if known else 0.0,
    )
