from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..domain import rules
from .crm_interaction import PURPOSE_SELECTION


class CrmContactPolicyPurpose(models.Model):
    """What a policy asks of contacts with one purpose."""

    _name = "crm.contact.policy.purpose"
    _description = "Contact Policy Purpose"
    _order = "policy_id, id"

    policy_id = fields.Many2one("crm.contact.policy", required=True, index=True, ondelete="cascade")
    purpose = fields.Selection(PURPOSE_SELECTION, required=True)
    needs_consent = fields.Boolean("Only with Consent", help="Silence is no consent.")
    on_days_off = fields.Boolean(
        "Also on Days Off", help="A wish or a booked service may come on a Sunday or a holiday."
    )
    passes_caps = fields.Boolean("Passes the Caps", help="For what the customer asked for. Quiet hours still hold.")
    cooldown_days = fields.Integer(
        "Cool-down (days)", help="Rest after a contact for this purpose, or after a refusal."
    )

    _purpose_unique = models.Constraint("unique(policy_id, purpose)", "A policy has one line for each purpose.")
    _cooldown_positive = models.Constraint("CHECK(cooldown_days >= 0)", "A cool-down cannot be negative.")

    @api.constrains("purpose", "on_days_off")
    def _check_on_days_off(self):
        """Collecting and selling rest on days off, whoever wrote the policy."""
        if wrong := self.filtered(lambda line: line.on_days_off and line.purpose in rules.NEVER_ON_DAYS_OFF):
            purposes = dict(self._fields["purpose"]._description_selection(self.env))
            raise ValidationError(
                self.env._("Never on days off: %(purpose)s.", purpose=purposes[wrong[0].purpose]),
            )
