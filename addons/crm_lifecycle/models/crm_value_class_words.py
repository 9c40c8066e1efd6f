"""Value classes in words: the rule, why a customer is in one, and what a changed rule would do."""

from odoo.tools import format_amount

from .crm_lifecycle_reason import span


def _within(env, days):
    return env._(" in %(span)s", span=span(env, days)) if days else ""


def _purchases(env, orders):
    return env._("1 purchase") if orders == 1 else env._("%(count)s purchases", count=orders)


def _complaints(env, number):
    if not number:
        return env._("no complaint")
    return env._("1 complaint") if number == 1 else env._("%(count)s complaints", count=number)


def money(env, amount, currency):
    """Return an amount short enough for a sentence: 52 million instead of 52,000,000."""
    if abs(amount) >= 10_000_000:
        number = f"{amount / 1_000_000:.0f}"
        return env._("%(number)s m %(symbol)s", number=number, symbol=currency.symbol or currency.name)
    return format_amount(env, amount, currency)


def limits_in_words(value_class):
    """Return the limits of a class as one sentence."""
    env = value_class.env
    currency = (value_class.company_id or env.company).currency_id
    parts = []
    if value_class.min_orders:
        parts.append(env._("at least %(purchases)s", purchases=_purchases(env, value_class.min_orders)))
    if value_class.min_amount:
        parts.append(env._("revenue from %(amount)s", amount=money(env, value_class.min_amount, currency)))
    if value_class.min_margin:
        parts.append(env._("margin from %(amount)s", amount=money(env, value_class.min_margin, currency)))
    if value_class.min_referred:
        parts.append(env._("referred revenue from %(amount)s", amount=money(env, value_class.min_referred, currency)))
    if value_class.max_complaints == 0:
        parts.append(env._("no complaint"))
    elif value_class.max_complaints > 0:
        parts.append(env._("at most %(complaints)s", complaints=_complaints(env, value_class.max_complaints)))
    if not parts:
        return env._("Everybody who has bought")
    text = ", ".join(parts) + _within(env, value_class.period_days)
    return text[:1].upper() + text[1:]


def figures_in_words(env, currency, figures):
    """Return what a customer did: “14 purchases and 52 m ₫ in 12 months, no complaint”.

    :param dict figures: ``orders``, ``amount``, ``margin``, ``complaints``, ``referred``, ``days``
    """
    text = env._(
        "%(purchases)s and %(amount)s%(within)s, %(complaints)s",
        purchases=_purchases(env, figures["orders"]),
        amount=money(env, figures["amount"], currency),
        within=_within(env, figures["days"]),
        complaints=_complaints(env, figures["complaints"]),
    )
    if figures["referred"]:
        text += env._(", brought %(amount)s", amount=money(env, figures["referred"], currency))
    return text


def class_in_words(env, name, currency, figures):
    """Return why a customer is in the class ``name``, or in none (empty name)."""
    words = figures_in_words(env, currency, figures)
    return env._("%(name)s: %(words)s", name=name, words=words) if name else env._("No class: %(words)s", words=words)


def preview_in_words(env, found, company):
    """Return how many customers each class would have, for the widget; ``found`` is a ``ClassPreview``."""
    none = env._("no class")
    about = "≈ " if found.step > 1 else ""
    names = {**found.names, 0: none}
    parts = [f"{names[one]} {about}{number * found.step}" for one, number in found.counts]
    known = {
        partner.id: partner.display_name
        for partner in env["res.partner"].search([("id", "in", [e[0] for move in found.moves for e in move.examples])])
    }
    rows = [
        {
            "from": names[move.before],
            "to": names[move.after],
            "title": f"{names[move.before]} → {names[move.after]}",
            "count": f"{about}{move.count * found.step}",
            "ids": move.ids,
            "examples": [
                {"name": known[partner_id], "reason": figures_in_words(env, company.currency_id, figures)}
                for partner_id, figures in move.examples
                if partner_id in known
            ],
        }
        for move in found.moves
    ]
    return {"headline": env._("customers in each class: %(counts)s", counts=" · ".join(parts)), "rows": rows}
