"""What is left to ask: known answers are not asked again, what we do not collect is not asked at all."""

from dataclasses import dataclass

from .schedule import add_months


@dataclass(frozen=True)
class Ask:
    """A question of a questionnaire, in order.

    :ivar attribute_id: attribute its answer fills, 0 if none
    :ivar triggers: pairs (question id, code) of the answers that bring it up, the code of a label or the number of a
        scale; empty: it is always asked
    """

    id: int
    attribute_id: int = 0
    triggers: tuple = ()


@dataclass(frozen=True)
class Plan:
    """What one customer is asked.

    :ivar asked: ids of the questions, in order
    :ivar settled: those of them whose condition is known to hold, so that they are asked without it
    :ivar known: ids of the questions left out because the answer is held
    :ivar outside: ids of the questions left out because we do not collect that of this customer
    """

    asked: tuple = ()
    settled: tuple = ()
    known: tuple = ()
    outside: tuple = ()

    @property
    def is_empty(self):
        """Whether nothing is left to ask of a questionnaire that has questions."""
        return not self.asked and bool(self.known or self.outside)


def plan_questions(questions, held, outside=frozenset()):
    """Return the :class:`Plan` of one customer.

    A question that follows from a known answer is asked if that answer brings it up, and left out with it if not.

    :param questions: :class:`Ask` in order
    :param held: {attribute id: frozenset of the codes held: of options, "yes" or "no", a whole number}
    :param outside: attribute ids that are not collected of this customer

    >>> reason, moved, price = Ask(1, 10), Ask(2, 0, ((1, "moved"),)), Ask(3, 0, ((1, "price"),))
    >>> plan_questions([reason, moved, price], {})
    Plan(asked=(1, 2, 3), settled=(), known=(), outside=())
    >>> plan_questions([reason, moved, price], {10: frozenset({"moved"})})
    Plan(asked=(2,), settled=(2,), known=(1,), outside=())
    >>> plan_questions([reason, moved], {}, {10})
    Plan(asked=(), settled=(), known=(), outside=(1,))
    """
    asked, settled, known, outs = [], [], [], []
    codes = {}
    for question in questions:
        if question.attribute_id in outside:
            outs.append(question.id)
            continue
        if question.attribute_id in held:
            known.append(question.id)
            codes[question.id] = held[question.attribute_id]
            continue
        brought_up = any(code in codes.get(origin, ()) for origin, code in question.triggers)
        possible = brought_up or not question.triggers or any(origin in asked for origin, _code in question.triggers)
        if possible:
            asked.append(question.id)
        if brought_up:
            settled.append(question.id)
    return Plan(tuple(asked), tuple(settled), tuple(known), tuple(outs))


def count_active(asked, settled, triggers, chosen):
    """Return how many of the questions planned for a respondent really came up: the denominator of partial.

    :param asked: question ids planned
    :param settled: those asked without their condition
    :param triggers: {question id: set of what brings it up: label ids, or (scale question id, number)}
    :param chosen: the same of what the respondent chose

    >>> count_active([1, 2, 3], [], {2: {20}, 3: {30}}, {20}), count_active([2, 3], [2], {2: {20}, 3: {30}}, set())
    (2, 1)
    """
    return sum(
        1 for question in asked if question in settled or not triggers.get(question) or triggers[question] & set(chosen)
    )


def fresh_from(today, months):
    """Return the first day of collection that still counts as fresh; ``None``: whatever is not expired does.

    :param months: 0: no limit of the program's own

    >>> from datetime import date
    >>> fresh_from(date(2026, 3, 31), 1), fresh_from(date(2026, 3, 31), 0)
    (datetime.date(2026, 2, 28), None)
    """
    return add_months(today, -months) if months else None
