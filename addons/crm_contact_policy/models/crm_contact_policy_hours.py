from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_contact_policy import WEEKDAYS


class CrmContactPolicyHours(models.Model):
    """Hours in which a policy allows contact; outside them it is quiet."""

    _name = "crm.contact.policy.hours"
    _description = "Contact Hours"
    _order = "channel_id, weekday, hour_from, id"

    policy_id = fields.Many2one("crm.contact.policy", required=True, index=True, ondelete="cascade")
    channel_id = fields.Many2one("crm.contact.channel", ondelete="cascade", help="Empty: every channel.")
    weekday = fields.Selection(WEEKDAYS, "Day", help="Empty: every day.")
    hour_from = fields.Float("From", required=True, default=8.0)
    hour_to = fields.Float("To", required=True, default=20.0, help="The same as From: no contact on that day.")

    @api.constrains("hour_from", "hour_to")
    def _check_hours(self):
        for line in self:
            if not 0 <= line.hour_from <= line.hour_to <= 24:
                raise ValidationError(self.env._("Contact hours run from an earlier to a later hour between 0 and 24."))

    def _as_rule_input(self):
        """(weekday or None, channel code or "", minute from, minute to)"""
        self.ensure_one()
        weekday = int(self.weekday) if self.weekday else None
        return weekday, self.channel_id.code or "", round(self.hour_from * 60), round(self.hour_to * 60)
