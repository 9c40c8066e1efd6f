"""Survey scores with their uncertainty (see the formulas beside each function)."""

from dataclasses import dataclass
from math import ceil, sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Score:
    """A score, half the width of its 95 % interval, and the number of answers."""

    value: float
    margin: float
    answers: int


def nps(promoters, passives, detractors, population=None):
    """Return the net promoter score (-100..100) with its 95 % margin.

    s = p - d; SE = sqrt((p + d - s^2) / n); with ``population`` the finite population correction applies.

    >>> score = nps(25, 15, 10)
    >>> round(score.value), round(score.margin), score.answers
    (30, 22, 50)
    """
    n = promoters + passives + detractors
    if not n:
        return None
    p, d = promoters / n, detractors / n
    s = p - d
    error = sqrt(max(p + d - s * s, 0.0) / n)
    if population and population > 1:
        error *= sqrt(max(population - n, 0) / (population - 1))
    return Score(100 * s, 100 * Z95 * error, n)


def top_two_share(answers, top):
    """Return CSAT: the share (0..100) of ``answers`` in the two best boxes, ``top`` being the best.

    >>> top_two_share([5, 4, 3, 1], 5)
    50.0
    """
    if not answers:
        return None
    return 100 * sum(answer >= top - 1 for answer in answers) / len(answers)


def sample_size(population, margin, z=Z95):
    """Return how many answers a margin of error (0..1) needs in a population.

    n0 = z^2 / 4e^2; n = n0 / (1 + (n0 - 1) / N).

    >>> sample_size(300, 0.05)
    169
    """
    if population <= 0:
        return 0
    n0 = z * z / (4 * margin * margin)
    return min(population, ceil(n0 / (1 + (n0 - 1) / population)))


def bucket(score):
    """Return 'promoter', 'passive' or 'detractor' of a 0..10 recommendation.

    >>> [bucket(score) for score in (10, 8, 6)]
    ['promoter', 'passive', 'detractor']
    """
    if score >= 9:
        return "promoter"
    return "passive" if score >= 7 else "detractor"
