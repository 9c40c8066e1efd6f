"""What comes next for a customer, in words."""

from odoo.tools import format_date


def next_in_words(status):
    """Return what would change the stage of ``status`` (one ``crm.lifecycle.status``) next, or False.

    Days are those of the last refresh: they move with every purchase.
    """
    env, code = status.env, status.stage_id.code
    if status.is_manual:
        if status.manual_until:
            return env._("The rules decide again after %(day)s.", day=format_date(env, status.manual_until))
        return env._("Holds until changed by hand or by a purchase.")
    if code in ("new", "established"):
        soon = status.next_change_on
        if code == "new" and soon and status.quiet_on and soon < status.quiet_on:
            return env._("Becomes established on %(day)s.", day=format_date(env, soon))
        day = status.quiet_on
        return bool(day) and env._("Turns quiet on %(day)s if nothing is bought.", day=format_date(env, day))
    if code == "quiet":
        day = status.next_change_on
        return bool(day) and env._("Presumed ended on %(day)s if nothing is bought.", day=format_date(env, day))
    if code == "prospect":
        return env._("Becomes a new customer with the first purchase.")
    return code == "ended" and env._("A purchase brings the customer back.")
