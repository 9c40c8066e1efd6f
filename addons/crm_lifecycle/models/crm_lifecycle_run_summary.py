"""What a run did, in words."""

from markupsafe import Markup
from odoo.tools import format_date


def render_summary(run):
    """Return the story of ``run`` as HTML, in the reader's language."""
    env = run.env
    lines = [_headline(env, run)]
    lines += [_fit_line(env, fit) for fit in run.fit_ids]
    if run.is_first:
        lines.append(env._("This was the first fill of this company: it starts no survey, activity or message."))
    body = Markup("").join(Markup("<p>%s</p>") % line for line in lines)
    return body + _moves(env, run)


def _headline(env, run):
    values = {
        "day": format_date(env, run.as_of),
        "looked": run.customers,
        "moved": run.moved,
        "seconds": round(run.seconds, 1),
        "written": run.created + run.updated + run.deleted,
    }
    if run.state == "running":
        return env._("Running: %(looked)s customers looked at so far, as of %(day)s.", **values)
    if run.state == "failed":
        return env._("Stopped before the end, as of %(day)s: %(looked)s customers looked at.", **values)
    return env._(
        "As of %(day)s, %(looked)s customers were looked at in %(seconds)s seconds: %(moved)s changed stage, "
        "%(written)s rows were written.",
        **values,
    )


def _fit_line(env, fit):
    kinds = dict(fit._fields["customer_kind"]._description_selection(env))
    reasons = dict(fit._fields["fallback_code"]._description_selection(env))
    values = {"kind": kinds[fit.customer_kind], "customers": fit.customers, "day": format_date(env, fit.fitted_on)}
    if fit.method == "mbg":
        return env._(
            "%(kind)s: forecast fitted on %(customers)s customers, %(day)s (r %(r)s, α %(alpha)s, a %(a)s, b %(b)s).",
            r=round(fit.r, 3),
            alpha=round(fit.alpha, 3),
            a=round(fit.a, 3),
            b=round(fit.b, 3),
            **values,
        )
    return env._(
        "%(kind)s: the plain gap decides (%(why)s; %(customers)s customers).",
        why=reasons.get(fit.fallback_code, ""),
        **values,
    )


def _moves(env, run):
    """Return the table of moves between stages."""
    if not run.moves:
        return Markup()
    names = {stage.code: stage.name for stage in env["crm.lifecycle.stage"].search([])}
    row = Markup(
        "<tr><td>%s</td><td class='text-muted px-2'>→</td><td>%s</td><td class='text-end fw-bold ps-4'>%s</td></tr>"
    )
    rows = [row % (names.get(a), names.get(b), number) for a, b, number in sorted(run.moves, key=lambda m: -m[2])]
    return Markup("<table class='table table-sm w-auto mb-0'><tbody>%s</tbody></table>") % Markup("").join(rows)
