"""Reasons in words, in the reader's language, from a code and its parameters."""

from datetime import date

from odoo import fields
from odoo.tools import format_date

from ..domain import season


def span(env, days):
    """Return ``days`` in words: days up to two weeks, weeks up to half a year, then months, then years."""
    days = max(0, round(days))
    if days < 14:
        return env._("1 day") if days == 1 else env._("%(count)s days", count=days)
    if days < 182:
        return env._("%(count)s weeks", count=round(days / 7))
    if days < 730:
        return env._("%(count)s months", count=round(days / 30.44))
    return env._("%(count)s years", count=round(days / 365.25, 1)).replace(".0 ", " ")


def usual(env, days):
    """Return the usual gap between purchases in words, one decimal in weeks when short."""
    return span(env, days)


def render_reason(env, code, params, on):
    """Return the reason ``code`` with ``params`` in the language of ``env``.

    :param env: environment of the reader
    :param str code: reason code
    :param dict params: ``first``, ``last``, ``since`` (dates or ISO days), ``orders``, ``usual`` and ``gap`` (days)
    :param date on: the day the sentence speaks of
    """
    if not code:
        return False
    params = dict(params or {})
    render = RENDERERS.get(code)
    return render(env, params, on or date.today()) if render else code


def params_of(line, since):
    """Return the parameters of :func:`render_reason` of a row: its own figures, and what it keeps besides.

    :param line: a record with ``order_count``, ``mean_gap_days``, ``first_date``, ``last_date`` and ``reason_params``
    :param date since: the day the stage began
    """
    figures = {
        "orders": line.order_count,
        "usual": line.mean_gap_days,
        "first": line.first_date,
        "last": line.last_date,
        "since": since,
    }
    return {**figures, **(line.reason_params or {})}


def _day(env, params, key):
    value = params.get(key)
    return format_date(env, value) if value else ""


def _silence(params, on):
    last = fields.Date.to_date(params.get("last"))
    return (on - last).days if last else 0


def _interest(env, params, on):
    return env._("In touch since %(day)s, nothing bought yet", day=_day(env, params, "since"))


def _nothing(env, params, on):
    return env._("No purchase, enquiry or contact on record")


def _first(env, params, on):
    return env._("First purchase on %(day)s", day=_day(env, params, "first"))


def _few(env, params, on):
    return env._("%(orders)s purchases since %(day)s", orders=params.get("orders"), day=_day(env, params, "first"))


def _regular(env, params, on):
    return env._(
        "%(orders)s purchases since %(day)s, usually every %(usual)s",
        orders=params.get("orders"),
        day=_day(env, params, "first"),
        usual=usual(env, params.get("usual") or 0),
    )


def returned_in_words(env, day, away):
    """Return the words of a return on ``day`` (date) after ``away`` days of silence."""
    return env._("Returned on %(day)s after %(gap)s", day=format_date(env, day), gap=span(env, away or 0))


def lull_in_words(env, day, factors):
    """Return a remark when a customer who turned quiet on ``day`` may only follow the season, else an empty text.

    :param date day: the day the customer turned quiet
    :param dict factors: ``{month of the year: factor}``, 13: the weeks after Tết
    """
    found = season.lull(day, factors, factors.get(13))
    if found == "tet":
        return env._(" (sales are slow after Tết every year)")
    return env._(" (sales are slow in this month every year)") if found else ""


def _returned(env, params, on):
    return returned_in_words(env, params.get("last"), params.get("gap"))


def _silent(env, params, on):
    silence = span(env, _silence(params, on))
    if (params.get("orders") or 0) > 1:
        return env._(
            "%(silence)s since the last order, usually %(usual)s",
            silence=silence,
            usual=usual(env, params.get("usual") or 0),
        )
    return env._("%(silence)s since the only order", silence=silence)


def _ended(env, params, on):
    return env._("No order for %(silence)s: presumed ended", silence=span(env, _silence(params, on)))


def _manual(env, params, on):
    if params.get("user"):
        return env._("Set by %(user)s: %(text)s", user=params["user"], text=params.get("text") or "")
    return params.get("text") or env._("Set by hand")


RENDERERS = {
    "nothing": _nothing,
    "interest": _interest,
    "first": _first,
    "few": _few,
    "regular": _regular,
    "returned": _returned,
    "silent": _silent,
    "ended": _ended,
    "manual": _manual,
}


