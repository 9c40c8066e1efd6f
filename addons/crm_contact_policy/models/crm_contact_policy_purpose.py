from odoo import fields, models

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
