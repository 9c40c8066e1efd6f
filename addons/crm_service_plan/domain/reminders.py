"""Which reminder steps go out today: a pure decision.

>>> to_send(7, [(1, 30, "email"), (2, 7, "email"), (3, 1, "sms")], handled=set())
([2], [1])
"""

from collections.abc import Sequence, Set


def to_send(days_left: int, steps: Sequence[tuple[int, int, str]], handled: Set[int]) -> tuple[list[int], list[int]]:
    """Choose the steps of one visit.

    :param days_left: days until the visit, negative after it
    :param steps: ``(id, days before, channel)`` of the visit's plans
    :param handled: steps that were dealt with already
    :return: ids to send, one a channel (the nearest to the day), and ids that are too late to make sense
    """
    due = [step for step in steps if step[0] not in handled and days_left <= step[1]]
    send: dict[str, tuple[int, int]] = {}
    late: list[int] = []
    for step, before, channel in sorted(due, key=lambda s: (s[1], s[0])):
        if before >= 0 > days_left or channel in send:
            late.append(step)
        else:
            send[channel] = (before, step)
    # A step nearer to the day that went out already makes the earlier ones of its channel pointless.
    nearest = {}
    for step, before, channel in steps:
        if step in handled:
            nearest[channel] = min(before, nearest.get(channel, before))
    for channel, (before, step) in list(send.items()):
        if before >= nearest.get(channel, before + 1):
            late.append(step)
            del send[channel]
    return sorted(step for __, step in send.values()), sorted(late)
