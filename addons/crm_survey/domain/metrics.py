"""What the standard questions of customer research look like: their scale and the type that asks them."""

# Lowest and highest answer.
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}
COMPETITOR = "competitor"


def question_type(metric):
    """Return the question type that asks a metric.

    >>> question_type("nps"), question_type("competitor")
    ('scale', 'matrix')
    """
    return "matrix" if metric == COMPETITOR else "scale"


def fits(metric, kind, low, high):
    """Whether a question of type ``kind`` with the scale ``low`` … ``high`` can be read as ``metric``.

    >>> fits("nps", "scale", 0, 10), fits("nps", "scale", 1, 10), fits("competitor", "matrix", 0, 10)
    (True, False, True)
    """
    return kind == question_type(metric) and (metric == COMPETITOR or SCALES[metric] == (low, high))


def follows(answer, low, high):
    """Whether a follow-up for answers ``low`` … ``high`` is asked after ``answer`` (``None``: not answered).

    >>> follows(0, 0, 6), follows(7, 0, 6), follows(None, 0, 6)
    (True, False, False)
    """
    return answer is not None and low <= answer <= high
