"""The criteria of a segment in words, as a reader of another trade would say them."""

from datetime import date

from odoo.fields import Domain
from odoo.tools import format_date, formatLang

COMPARED = {"=": "=", "!=": "≠", ">": ">", ">=": "≥", "<": "<", "<=": "≤"}
COUNTED = ("integer", "float", "monetary", "date", "datetime")


def criteria_in_words(segment):
    """Return the criteria of ``segment`` as sentences, one a line; names are read with the reader's rights."""
    env = segment.env
    lines = []
    if segment.customer_kind:
        lines.append(_label(segment, "customer_kind", segment.customer_kind))
    for name, model in (
        ("domain", "res.partner"),
        ("fact_domain", "crm.profile.fact"),
        ("metric_domain", "crm.lifecycle.status"),
    ):
        if domain := segment._parsed(name):
            title = segment._fields[name]._description_string(env)
            lines.append(f"{title}: {domain_in_words(env[model], domain)}")
    if segment.product_mode:
        lines.append(_products(segment))
    if segment.rank_by:
        number = f"{segment.rank_limit:g}"
        by = _label(segment, "rank_by", segment.rank_by)
        lines.append(
            env._("The first %(number)s %% by: %(figure)s", number=number, figure=by)
            if segment.rank_unit == "percent"
            else env._("The first %(number)s by: %(figure)s", number=number, figure=by)
        )
    elif segment.include_suspects:
        lines.append(segment._fields["include_suspects"]._description_string(env))
    return "\n".join(lines) or env._("All customers")


def _label(record, name, value):
    return dict(record._fields[name]._description_selection(record.env)).get(value, value)


def _products(segment):
    names = [*segment.product_ids.mapped("display_name"), *segment.product_categ_ids.mapped("display_name")]
    text = f"{_label(segment, 'product_mode', segment.product_mode)}: {', '.join(names)}"
    if segment.product_days:
        text += segment.env._(" (in the last %(days)s days)", days=segment.product_days)
    return text


def domain_in_words(model, domain):
    """Return a domain on ``model`` in words: “Purchases > 3 and Stage: Established”."""
    terms = list(Domain(domain))
    return _term(model, terms, outer=True)


def _term(model, terms, outer=False):
    """Take the first term with all that belongs to it off ``terms``; return it in words."""
    env, term = model.env, terms.pop(0)
    if term == "!":
        return env._("not (%(condition)s)", condition=_term(model, terms, outer=True))
    if term in ("&", "|"):
        parts = [_term(model, terms, outer=outer and term == "&"), _term(model, terms, outer=outer and term == "&")]
        joined = env._(" and ").join(parts) if term == "&" else env._(" or ").join(parts)
        return joined if outer else f"({joined})"
    return _condition(model, *term)


def _condition(model, path, operator, value):
    """Return one condition in words."""
    env, labels, field = model.env, [], None
    if path in (1, 0):
        return env._("everybody") if path else env._("nobody")
    for name in path.split("."):
        field = model._fields[name]
        if not (labels and name in ("code", "name", "id")):  # “Stage”, not “Stage › Code”
            labels.append(field._description_string(env))
        if field.comodel_name:
            model = env[field.comodel_name]
    label = " › ".join(labels)
    if operator.removeprefix("not ") in ("any", "any!"):
        inner = domain_in_words(model, value)
        positive = not operator.startswith("not ")
        return f"{label}: {inner}" if positive else env._("%(label)s: not (%(what)s)", label=label, what=inner)
    if value is False and field.type != "boolean":
        return env._("%(label)s is empty", label=label) if operator == "=" else env._("%(label)s is set", label=label)
    names = _values(model, field, value)
    if operator in COMPARED and field.type in COUNTED:
        return f"{label} {COMPARED[operator]} {names}"
    if operator.startswith("not ") or operator == "!=":
        return env._("%(label)s: not %(what)s", label=label, what=names)
    if operator in ("ilike", "like", "=ilike", "=like"):
        return env._("%(label)s contains “%(what)s”", label=label, what=names)
    return f"{label}: {names}"


def _values(model, field, value):
    """Return a value, or several, as the reader knows them; ``model`` is that of the field's records."""
    env = model.env
    values = list(value) if isinstance(value, (list, tuple, set)) else [value]
    if field.comodel_name or field.name == "id":
        named = model.search([("id", "in", [one for one in values if isinstance(one, int)])])
        words = [*named.mapped("display_name"), *(one for one in values if isinstance(one, str))]
        return ", ".join(words) or env._("%(count)s records", count=len(values))
    if field.name == "code" and (named := model.search([("code", "in", values)])):
        return ", ".join(named.mapped("display_name"))
    return ", ".join(_value(env, field, one) for one in values)


def _value(env, field, value):
    if field.type == "boolean":
        return env._("yes") if value else env._("no")
    if field.type == "selection":
        return dict(field._description_selection(env)).get(value, str(value))
    if field.type in ("integer", "float", "monetary") and isinstance(value, (int, float)):
        return formatLang(env, value, digits=0 if value == int(value) else 2)
    if field.type == "date" and isinstance(value, date):
        return format_date(env, value)
    return str(value)
