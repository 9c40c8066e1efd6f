from odoo import fields, models

from ..domain import rules
from .crm_interaction import PURPOSE_SELECTION


class CrmContactPolicyCap(models.Model):
    """At most so many contacts in any so many days."""

    _name = "crm.contact.policy.cap"
    _description = "Contact Cap"
    _order = "policy_id, id"

    policy_id = fields.Many2one("crm.contact.policy", required=True, index=True, ondelete="cascade")
    limit = fields.Integer("At Most", required=True, default=1)
    days = fields.Integer("In Any (days)", required=True, default=30)
    channel_id = fields.Many2one("crm.contact.channel", ondelete="cascade", help="Empty: all channels together.")
    purpose = fields.Selection(PURPOSE_SELECTION, help="Empty: all purposes together.")

    _limit_positive = models.Constraint('CHECK("limit" >= 0)', "A cap cannot be negative.")
    _days_positive = models.Constraint("CHECK(days > 0)", "A cap covers at least one day.")

    def _as_rule_input(self):
        """The line as :class:`rules.Cap`."""
        self.ensure_one()
        return rules.Cap(self.limit, self.days, self.channel_id.code or "", self.purpose or "")
