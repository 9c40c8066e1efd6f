from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain import wishes
from .crm_contact_word import SOURCE_SELECTION

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_FIELDS = tuple(f"on_{day}" for day in DAYS)


class CrmContactPreference(models.Model):
    """The hours a customer asked for, and until when they want to hear nothing; rows are added, the last one counts."""

    _name = "crm.contact.preference"
    _inherit = "crm.contact.word"
    _description = "Contact Preference"
    _order = "date desc, id desc"
    _rec_name = "partner_id"
    _privacy = {"report": ("date", "hour_from", "hour_to", *DAY_FIELDS, "paused_until", "source")}

    hour_from = fields.Float("From", required=True, default=0.0, help="By the customer's own clock.")
    hour_to = fields.Float("To", required=True, default=24.0)
    on_monday = fields.Boolean("Monday", default=True)
    on_tuesday = fields.Boolean("Tuesday", default=True)
    on_wednesday = fields.Boolean("Wednesday", default=True)
    on_thursday = fields.Boolean("Thursday", default=True)
    on_friday = fields.Boolean("Friday", default=True)
    on_saturday = fields.Boolean("Saturday", default=True)
    on_sunday = fields.Boolean("Sunday", default=True)
    paused_until = fields.Datetime(help="Until then nothing comes but what the customer asked for (service, support).")
    source = fields.Selection(SOURCE_SELECTION, required=True, default="person")

    @api.constrains("hour_from", "hour_to", *DAY_FIELDS)
    def _check_hours(self):
        for preference in self:
            if not 0 <= preference.hour_from < preference.hour_to <= 24:
                raise ValidationError(self.env._("The hours run from an earlier to a later one between 0 and 24."))
            if not any(preference[name] for name in DAY_FIELDS):
                raise ValidationError(
                    self.env._("At least one day must be left; who wants no contact at all withdraws consent.")
                )

    def _check_recorded(self):
        """Whoever widens what a customer asked for needs the proof: the customer must have said so."""
        result = super()._check_recorded()
        now = fields.Datetime.now()
        for word in self.filtered(lambda word: not (word.evidence or "").strip()):
            earlier = self.sudo().search(
                [("partner_id", "=", word.partner_id.id), ("date", "<=", word.date), ("id", "!=", word.id)],
                order="date desc, id desc",
                limit=1,
            )
            if earlier and not word._as_rule_input().is_within(earlier._as_rule_input(), now):
                raise UserError(
                    self.env._(
                        "%(customer)s asked for less: write down the proof that this is wanted now.",
                        customer=word.partner_id.display_name,
                    )
                )
        return result

    def _as_rule_input(self):
        """The row as :class:`wishes.Wish`."""
        self.ensure_one()
        days = frozenset(number for number, name in enumerate(DAY_FIELDS) if self[name])
        return wishes.Wish(self.hour_from, self.hour_to, days, self.paused_until or None)

    @api.model
    def _prepare_wish_vals(self, wish):
        """Values of a row that says ``wish``."""
        vals = {"hour_from": wish.hour_from, "hour_to": wish.hour_to, "paused_until": wish.paused_until or False}
        return vals | {name: number in wish.days for number, name in enumerate(DAY_FIELDS)}

    @api.model
    def _last_sudo(self, partners, at):
        """{partner id: the last row recorded until ``at``}; one query.

        Sudo: what a customer wants binds also those who may not read it.
        """
        rows = self.sudo().search([("partner_id", "in", partners.ids), ("date", "<=", at)], order="date, id")
        return {row.partner_id.id: row for row in rows}

    @api.model
    def _merge_strictest_sudo(self, partners, kept, at):
        """Before a merge: when the partners' wishes differ, the strictest becomes the kept partner's.

        Sudo: whoever may merge contacts must not loosen a wish he cannot read.
        """
        last = self._last_sudo(partners, at).values()
        found = [row._as_rule_input() for row in sorted(last, key=lambda row: (row.date, row.id), reverse=True)]
        if len(set(found)) < 2:
            return
        self.sudo().create(
            {
                "partner_id": kept.id,
                "date": at,
                "source": "merge",
                "evidence": self.env._("The strictest wish of the merged contacts."),
                **self._prepare_wish_vals(wishes.merge(found)),
            }
        )
