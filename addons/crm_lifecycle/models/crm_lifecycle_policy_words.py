"""A policy, and what it would change, in words."""

from markupsafe import Markup

STEP = Markup(
    "<div class='d-flex align-items-baseline mb-2'><span class='badge rounded-pill text-bg-%s me-2'>%s</span>"
    "<span>%s</span></div>"
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
        ]
    )


def preview_in_words(env, moves, looked, sampled):
    """Return what the change would do: a table of moves, or that nobody moves."""
    names = {stage.code: stage.name for stage in env["crm.lifecycle.stage"].search([])}
    values = {"moved": moves.total(), "looked": looked}
    line = env._("%(moved)s of %(looked)s customers would change stage.", **values)
    if sampled:
        line = env._("Of the first %(looked)s customers, %(moved)s would change stage.", **values)
    row = Markup(
        "<tr><td>%s</td><td class='text-muted px-2'>→</td><td>%s</td><td class='text-end fw-bold ps-4'>%s</td></tr>"
    )
    rows = [row % (names.get(a), names.get(b), count) for (a, b), count in moves.most_common()]
    table = Markup("<table class='table table-sm w-auto mb-0'><tbody>%s</tbody></table>") % Markup("").join(rows)
    return Markup("<p class='fw-bold'>%s</p>%s") % (line, table if rows else "")
