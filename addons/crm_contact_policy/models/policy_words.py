"""A contact policy in plain words: what its rules mean for a customer."""

from markupsafe import Markup
from odoo.tools.misc import format_duration, formatLang

_ROW = Markup('<div class="d-flex gap-2 mb-2"><i class="fa fa-fw {icon} mt-1 text-primary"></i><div>{text}</div></div>')


def summary(policy):
    """Return the rules of ``policy`` as a short list of sentences (Markup), in the language of its environment."""
    rows = [
        ("fa-clock-o", _hours(policy)),
        ("fa-calendar-times-o", _days_off(policy)),
        ("fa-check-square-o", _consent(policy)),
        ("fa-tachometer", _caps(policy)),
        ("fa-bed", _cooldowns(policy)),
        (
            "fa-hourglass-half",
            policy.env._(
                "What has to wait goes by itself as soon as it may; what cannot go within 60 days is not sent."
            ),
        ),
    ]
    return Markup("").join(_ROW.format(icon=icon, text=text) for icon, text in rows if text)


def _label(record, name, value):
    return dict(record._fields[name]._description_selection(record.env)).get(value, "")


def _join(words):
    return ", ".join(word for word in words if word)


def _hours(policy):
    if not policy.hours_ids:
        return policy.env._("Contacts go between 08:00 and 20:00, by the customer's clock.")
    parts = []
    for line in policy.hours_ids:
        who = line.channel_id.name or policy.env._("all channels")
        day = _label(line, "weekday", line.weekday) or policy.env._("every day")
        if line.hour_to > line.hour_from:
            span = f"{format_duration(line.hour_from)}–{format_duration(line.hour_to)}"
        else:
            span = policy.env._("not at all")
        parts.append(f"{who}, {day}: {span}")
    return policy.env._("By the customer's clock, contacts go: %(hours)s.", hours="; ".join(parts))


def _days_off(policy):
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    off = [_label(policy.hours_ids, "weekday", str(number)) for number, day in enumerate(days) if policy[f"off_{day}"]]
    may = [_label(line, "purpose", line.purpose) for line in policy.purpose_ids if line.on_days_off]
    text = policy.env._("Rest on public holidays and on: %(days)s.", days=_join(off) or "–")
    if may:
        text += " " + policy.env._("These may come all the same: %(purposes)s.", purposes=_join(may))
    return text


def _consent(policy):
    needing = [_label(line, "purpose", line.purpose) for line in policy.purpose_ids if line.needs_consent]
    text = policy.env._("Whoever withdrew consent is left alone.")
    if needing:
        text += " " + policy.env._("Only to those who agreed: %(purposes)s.", purposes=_join(needing))
    return text


def _caps(policy):
    parts = []
    for cap in policy.cap_ids:
        what = _join([cap.channel_id.name, _label(cap, "purpose", cap.purpose)]) or policy.env._("all contacts")
        limit = formatLang(policy.env, cap.limit, digits=0)
        if cap.days == 1:
            parts.append(policy.env._("%(what)s: at most %(limit)s a day", what=what, limit=limit))
        else:
            days = formatLang(policy.env, cap.days, digits=0)
            parts.append(
                policy.env._("%(what)s: at most %(limit)s in any %(days)s days", what=what, limit=limit, days=days)
            )
    if not parts:
        return ""
    free = [_label(line, "purpose", line.purpose) for line in policy.purpose_ids if line.passes_caps]
    text = "; ".join(parts) + "."
    if free:
        text += " " + policy.env._("Not limited: %(purposes)s.", purposes=_join(free))
    return text


def _cooldowns(policy):
    parts = [
        policy.env._(
            "%(purpose)s %(days)s days", purpose=_label(line, "purpose", line.purpose), days=line.cooldown_days
        )
        for line in policy.purpose_ids
        if line.cooldown_days
    ]
    if not parts:
        return ""
    return policy.env._("After a contact or a refusal the customer rests: %(parts)s.", parts=_join(parts))
