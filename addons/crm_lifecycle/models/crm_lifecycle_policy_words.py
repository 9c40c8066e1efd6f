"""A policy, and what it would change, in words."""

from markupsafe import Markup

from .crm_lifecycle_reason import render_reason

STEP = Markup(
    "<div class='d-flex align-items-baseline mb-2'>"
    "<span class='badge rounded-pill text-bg-%s me-2 flex-shrink-0'>%s</span><span>%s</span></div>"
)


def policy_in_words(policy):
    """Return the rules of ``policy`` as four sentences, one for each stage."""
    env = policy.env
    names = {stage.code: stage.name for stage in env["crm.lifecycle.stage"].search([])}
    established = env._(
        "with %(orders)s purchases and %(days)s days after the first one.",
        orders=policy.established_orders,
        days=policy.established_days,
    )
    quiet = env._(
        "when the chance of another purchase within %(weeks)s weeks falls below %(cut)s %%, never before %(days)s days "
        "of silence. While there is too little history: after %(gap)s days.",
        weeks=policy.horizon_weeks,
        cut=f"{policy.probability_cut * 100:g}",
        days=policy.min_silence_days,
        gap=policy.gap_days,
    )
    ended = (
        env._("%(days)s days after turning quiet, or when someone declares it.", days=policy.ended_days)
        if policy.ended_days
        else env._("only when someone declares it.")
    )
    return Markup("").join(
        [
            STEP % ("info", names.get("new"), env._("with the first purchase.")),
            STEP % ("success", names.get("established"), established),
            STEP % ("warning", names.get("quiet"), quiet),
            STEP % ("danger", names.get("ended"), ended),
            _at_present(policy),
        ]
    )


def _at_present(policy):
    """Return a remark where the plain gap decides for want of a forecast: then the chance moves nobody."""
    company = policy.company_id
    known = policy._origin and company and policy.env["crm.lifecycle.fit"].has_access("read")
    fit = known and policy.env["crm.lifecycle.fit"]._find(policy._origin, company._lifecycle_today(), exact=False)
    if not fit or fit.method != "gap":
        return ""
    reasons = dict(fit._fields["fallback_code"]._description_selection(policy.env))
    text = policy.env._(
        "At present the plain gap decides, and the chance has no effect. Why: %(why)s.",
        why=reasons.get(fit.fallback_code, "–"),
    )
    return Markup("<p class='text-muted mb-0'>%s</p>") % text


def preview_in_words(env, found, as_of):
    """Return what the change would do, for the widget.

    :param env: environment of the reader
    :param found: ``engine.preview.Preview``
    :param date as_of: the day
    :return: dict with ``headline`` and ``rows``, each of them with ``from``, ``to``, ``title``, ``count`` (as text),
        ``ids`` and ``examples`` (``name``, ``reason``)
    """
    names = {stage.code: stage.name for stage in env["crm.lifecycle.stage"].search([])}
    moved = sum(move.count for move in found.moves)
    values = {"moved": moved * found.step, "looked": found.looked * found.step}
    headline = env._("%(moved)s of %(looked)s customers would change stage.", **values)
    if found.step > 1:
        headline = env._(
            "About %(moved)s of %(looked)s customers would change stage (one in %(step)s was looked at).",
            step=found.step,
            **values,
        )
    partners = env["res.partner"].search([("id", "in", [line[0] for move in found.moves for line in move.examples])])
    known = {partner.id: partner.display_name for partner in partners}
    rows = [
        {
            "from": names[move.before],
            "to": names[move.after],
            "to_code": move.after,
            "title": f"{names[move.before]} → {names[move.after]}",
            "count": f"{'≈ ' if found.step > 1 else ''}{move.count * found.step}",
            "ids": move.ids,
            "examples": [
                {"name": known[partner_id], "reason": render_reason(env, code, params, as_of)}
                for partner_id, code, params in move.examples
                if partner_id in known
            ],
        }
        for move in found.moves
    ]
    return {"headline": headline, "rows": rows}
