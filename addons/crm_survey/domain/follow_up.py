"""Which answers call for somebody to go back to the customer."""

from .scores import bucket

# The gravest first.
REASONS = ("complaint", "nps", "csat", "ces")
METRICS = ("nps", "csat", "ces")


def is_poor(metric, score, low=1):
    """Tell whether a score calls for a follow-up.

    A detractor (0 to 6), one of the two worst boxes of satisfaction, one of the three worst of effort.

    :param metric: nps, csat or ces
    :param low: the worst value the question offers

    >>> [is_poor("nps", score) for score in (6, 7)], [is_poor("csat", score) for score in (2, 3)]
    ([True, False], [True, False])
    >>> [is_poor("ces", score) for score in (3, 4)], is_poor("csat", 1, low=0)
    ([True, False], True)
    """
    if metric == "nps":
        return bucket(score) == "detractor"
    return score <= low + (1 if metric == "csat" else 2)


def gravest(reasons):
    """Return the gravest of some reasons, ``None`` of none.

    >>> gravest(["ces", "nps"]), gravest([])
    ('nps', None)
    """
    return next((reason for reason in REASONS if reason in reasons), None)
