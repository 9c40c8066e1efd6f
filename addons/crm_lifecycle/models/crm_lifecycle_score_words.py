"""Why a customer's scores changed, in words, from what the engine kept of the change."""

from datetime import date

from odoo.tools import format_amount, format_date


def score_names(env, statuses):
    """Return what the changes of ``statuses`` refer to: the cut points' months and the classes' names, by id.

    :return: (dict fit id → period as ``2026-11``, dict class id → name)
    """
    changes = [change for status in statuses for change in status.score_changes or []]
    fits = {change["fit"][1] for change in changes if change.get("fit")}
    classes = {class_id for change in changes for class_id in change.get("class") or [] if class_id}
    found = env["crm.value.class"].browse(classes).exists()
    return _periods_sudo(env, fits - {None}), {record.id: record.name for record in found}


def _periods_sudo(env, fits):
    # As superuser: the month of the cut points is said to whoever may read the score.
    return {fit.id: fit.period for fit in env["crm.lifecycle.fit"].sudo().browse(fits).exists()}


def score_change_in_words(status, change, fits, classes):
    """Return one change as ``1 Nov 2026: R 5 → 4 (new cut points for November 2026)``.

    :param status: the ``crm.lifecycle.status``, in the reader's environment
    :param dict change: as kept by the engine: pairs of old and new by name, and ``on``
    :param fits, classes: as from :func:`score_names`
    """
    env = status.env
    pairs = [(label, change[name]) for name, label in LABELS if name in change]
    what = [f"{label} {_shown(old)} → {_shown(new)}" for label, (old, new) in pairs]
    if "class" in change:
        old, new = (classes.get(class_id) or "–" for class_id in change["class"])
        what.append(env._("class %(old)s → %(new)s", old=old, new=new))
    return f"{format_date(env, change['on'])}: {', '.join(what)} ({'; '.join(_reasons(status, change, fits))})"


LABELS = (("r", "R"), ("f", "F"), ("m", "M"))


def _shown(score):
    return score or "–"


def _reasons(status, change, fits):
    """Return why, each cause in words; there is always one."""
    env = status.env
    found = [*_facts(status, change)]
    if change.get("version"):
        found.append(env._("the rules were changed: version %(version)s", version=change["version"][1]))
    elif change.get("fit"):
        period = fits.get(change["fit"][1])
        month = format_date(env, date.fromisoformat(f"{period}-01"), date_format="MMMM yyyy") if period else ""
        found.append(env._("new cut points for %(month)s", month=month))
    return found or [env._("the rule of the value classes, or what it looks at beside revenue and purchases")]


def _facts(status, change):
    """Yield what was bought or taken back since the row was last looked at."""
    env = status.env
    old, new = change.get("orders") or (0, 0)
    if new > old:
        day = (change.get("last") or ("", ""))[1]
        yield (
            env._("purchases %(old)s → %(new)s, the last on %(day)s", old=old, new=new, day=format_date(env, day))
            if day
            else env._("purchases %(old)s → %(new)s", old=old, new=new)
        )
    elif new < old:
        yield env._("purchases taken back: %(old)s → %(new)s", old=old, new=new)
    elif change.get("last"):
        yield env._("the last purchase is of %(day)s now", day=format_date(env, change["last"][1] or ""))
    if change.get("amount"):
        currency = status.company_id.currency_id
        old, new = (format_amount(env, value or 0, currency) for value in change["amount"])
        if (change["amount"][1] or 0) < (change["amount"][0] or 0):
            yield env._("revenue fell by a return or a correction: %(old)s → %(new)s", old=old, new=new)
        else:
            yield env._("revenue %(old)s → %(new)s", old=old, new=new)
