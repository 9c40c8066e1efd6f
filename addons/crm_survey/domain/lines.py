"""Which line of a list, a questionnaire or a quota, is a customer's: the first that fits."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Customer:
    """What the lines look at: value class, segments, person or company, language."""

    class_id: int = 0
    segment_ids: frozenset = field(default_factory=frozenset)
    kind: str = "person"
    lang: str = ""


@dataclass(frozen=True)
class Line:
    """Whom a line is for; what is empty does not matter. ``partner_ids``: only these customers, ``None``: any."""

    id: int
    class_ids: frozenset = field(default_factory=frozenset)
    segment_ids: frozenset = field(default_factory=frozenset)
    kind: str = ""
    lang: str = ""
    partner_ids: frozenset | None = None


def fits(line, customer, partner_id=0):
    """Whether a line is for a customer: all that it names must hold.

    >>> gold = Line(1, class_ids=frozenset({7}))
    >>> fits(gold, Customer(class_id=7)), fits(gold, Customer(class_id=8)), fits(Line(2), Customer())
    (True, False, True)
    >>> fits(Line(3, segment_ids=frozenset({1, 2}), lang="vi_VN"), Customer(segment_ids=frozenset({2}), lang="vi_VN"))
    True
    """
    return (
        (not line.class_ids or customer.class_id in line.class_ids)
        and (not line.segment_ids or bool(line.segment_ids & customer.segment_ids))
        and (not line.kind or line.kind == customer.kind)
        and (not line.lang or line.lang == customer.lang)
        and (line.partner_ids is None or partner_id in line.partner_ids)
    )


def first_line(lines, customer, partner_id=0):
    """Return the id of the first line that fits, or ``None``.

    >>> lines = [Line(1, kind="company"), Line(2, lang="vi_VN"), Line(3)]
    >>> first_line(lines, Customer(lang="vi_VN")), first_line(lines, Customer(kind="company", lang="vi_VN"))
    (2, 1)
    >>> first_line(lines[:1], Customer()) is None
    True
    """
    return next((line.id for line in lines if fits(line, customer, partner_id)), None)
