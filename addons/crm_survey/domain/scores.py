"""Survey scores with their uncertainty (see the formulas beside each function)."""

from dataclasses import dataclass, replace
from math import ceil, copysign, erfc, inf, sqrt

from scipy.special import stdtr, stdtrit

Z95 = 1.959963984540054
# Below so many answers the plain interval of the net promoter score promises too much.
SMALL = 30


@dataclass(frozen=True)
class Score:
    """A score, half the width of its 95 % interval, the number of answers, and the interval itself.

    :ivar error: standard error of the value, or of ``centre`` where there is one
    :ivar freedom: degrees of freedom of the error, infinite where the normal distribution holds
    :ivar centre: of few answers, the value drawn a little to the middle that the error belongs to; ``None``: the value
    """

    value: float
    margin: float
    answers: int
    low: float = 0.0
    high: float = 0.0
    error: float = 0.0
    freedom: float = inf
    centre: float | None = None


def correction(answers, population=None):
    """Return the finite population correction sqrt((N - n) / (N - 1)), 1 where the population is unknown.

    >>> round(correction(169, 300), 3), correction(169), correction(300, 300)
    (0.662, 1.0, 0.0)
    """
    if not population or population <= 1:
        return 1.0
    return sqrt(max(population - answers, 0) / (population - 1))


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
    error = 100 * sqrt(max(p + d - s * s, 0.0) / n) * correction(n, population)
    value, margin = 100 * s, Z95 * error
    return Score(value, margin, n, max(-100.0, value - margin), min(100.0, value + margin), error)


def nps_small(promoters, passives, detractors, population=None):
    """Return the net promoter score with the interval for few answers.

    The score is the plain one; its interval is that of 3/4 more promoters and detractors among 3 more answers, so that
    five promoters out of five do not promise 100 +- 0.

    >>> score = nps_small(5, 0, 0)
    >>> score.value, round(score.low), round(score.high)
    (100.0, 17, 100)
    """
    plain = nps(promoters, passives, detractors, population)
    if plain is None:
        return None
    wide = nps(promoters + 0.75, passives + 1.5, detractors + 0.75)
    error = wide.error * correction(plain.answers, population)
    margin = Z95 * error
    low, high = max(-100.0, wide.value - margin), min(100.0, wide.value + margin)
    low, high = min(low, plain.value), max(high, plain.value)
    return Score(plain.value, margin, plain.answers, low, high, error, centre=wide.value)


def nps_of(promoters, passives, detractors, population=None):
    """Return :func:`nps`, or :func:`nps_small` below ``SMALL`` answers.

    >>> nps_of(25, 15, 10) == nps(25, 15, 10), nps_of(5, 3, 2) == nps_small(5, 3, 2)
    (True, True)
    """
    few = promoters + passives + detractors < SMALL
    return (nps_small if few else nps)(promoters, passives, detractors, population)


def share(hits, answers, population=None):
    """Return a share (0..100) with Wilson's interval, which stays within 0..100 and holds for few answers too.

    With ``population`` the answers count for n (N - 1) / (N - n): the finite population correction. For comparisons
    one hit and one miss are added (Agresti and Caffo 2000): of five hits out of five the plain error would be 0.

    >>> score = share(8, 10)
    >>> score.value, round(score.low, 1), round(score.high, 1), score.centre
    (80.0, 49.0, 94.3, 75.0)
    """
    if not answers:
        return None
    p = hits / answers
    shrink = correction(answers, population)
    centre = (hits + 1) / (answers + 2)
    error = 100 * sqrt(centre * (1 - centre) / (answers + 2)) * shrink
    if not shrink:
        return Score(100 * p, 0.0, answers, 100 * p, 100 * p, 0.0)
    n = answers / shrink**2
    square = Z95 * Z95
    middle = (p + square / (2 * n)) / (1 + square / n)
    half = Z95 * sqrt(p * (1 - p) / n + square / (4 * n * n)) / (1 + square / n)
    low, high = max(0.0, 100 * (middle - half)), min(100.0, 100 * (middle + half))
    return Score(100 * p, 100 * half, answers, low, high, error, centre=100 * centre)


def csat(counts, top, population=None):
    """Return CSAT: the share (0..100) of answers in the two best boxes, ``top`` being the best.

    :param counts: {value: number of answers}

    >>> csat({5: 1, 4: 1, 3: 1, 1: 1}, 5).value
    50.0
    """
    return share(sum(number for value, number in counts.items() if value >= top - 1), sum(counts.values()), population)


def mean(counts, population=None):
    """Return the mean of the answers with Student's interval; CES 2.0 is the mean of a scale from 1 to 7.

    :param counts: {value: number of answers}
    :returns: ``None`` without an answer; with a single one the interval is unknown (infinite)

    >>> score = mean({4: 1, 5: 2, 7: 1})
    >>> score.value, round(score.low, 2), round(score.high, 2)
    (5.25, 3.25, 7.25)
    """
    n = sum(counts.values())
    if not n:
        return None
    average = sum(value * number for value, number in counts.items()) / n
    if n == 1:
        return Score(average, inf, 1, -inf, inf, inf, 0)
    squares = sum(number * (value - average) ** 2 for value, number in counts.items())
    error = sqrt(squares / (n - 1) / n) * correction(n, population)
    margin = float(stdtrit(n - 1, 0.975)) * error
    return Score(average, margin, n, average - margin, average + margin, error, n - 1)


def score_of(metric, counts, scale, population=None):
    """Return the score of a question: nps, csat, or the mean (ces and everything else), within its scale.

    :param scale: lowest and highest answer

    >>> score_of("nps", {10: 25, 8: 15, 0: 10}, (0, 10)).value, score_of("ces", {7: 1, 5: 1}, (1, 7)).value
    (30.0, 6.0)
    """
    low, top = scale
    if metric == "nps":
        totals = {"promoter": 0, "passive": 0, "detractor": 0}
        for value, number in counts.items():
            totals[bucket(value)] += number
        return nps_of(totals["promoter"], totals["passive"], totals["detractor"], population)
    if metric == "csat":
        return csat(counts, top, population)
    score = mean(counts, population)
    return score and within(score, low, top)


def within(score, low, high):
    """Return a score whose interval ends where the scale does: nobody can answer 7.4 on a scale up to seven.

    >>> score = within(mean({7: 4, 5: 1}), 1, 7)
    >>> round(score.low, 2), score.high
    (5.49, 7)
    """
    return replace(score, low=max(score.low, low), high=min(score.high, high))


@dataclass(frozen=True)
class Comparison:
    """How a score moved from one wave to the next: the difference, its z (or t) and the chance of a mere accident."""

    difference: float
    z: float
    p: float

    @property
    def significant(self):
        """Whether so great a difference comes by chance less than once in twenty times."""
        return self.p < 0.05


def compare(now, before):
    """Return the :class:`Comparison` of two waves: z = (s1 - s2) / sqrt(SE1^2 + SE2^2).

    Two means of few answers are compared by Welch's t with its own degrees of freedom, shares and the scores of few
    answers by the values their errors belong to.

    :param now: :class:`Score`
    :param before: :class:`Score`
    :returns: ``None`` when one is missing or its error is unknown

    >>> result = compare(nps(50, 30, 20), nps(25, 15, 10))
    >>> result.difference, round(result.z, 2), result.significant
    (0.0, 0.0, False)
    >>> compare(nps(80, 10, 10), nps(25, 15, 10)).significant
    True
    >>> compare(share(5, 5), share(160, 200)).significant
    False
    """
    if now is None or before is None or inf in (now.error, before.error):
        return None
    difference = now.value - before.value
    square = now.error**2 + before.error**2
    if not square:
        return Comparison(difference, copysign(inf, difference) if difference else 0.0, 0.0 if difference else 1.0)
    shift = _middle(now) - _middle(before)
    z = shift / sqrt(square) if shift * difference > 0 else 0.0
    parts = [s.error**4 / s.freedom for s in (now, before) if s.freedom not in (inf, 0)]
    if parts and sum(parts):
        return Comparison(difference, z, float(2 * stdtr(square**2 / sum(parts), -abs(z))))
    return Comparison(difference, z, erfc(abs(z) / sqrt(2)))


def _middle(score):
    return score.value if score.centre is None else score.centre


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
