from odoo import fields, models

from ..models.crm_profile_tally import REASONS

REJECT_REASONS = [(code, label) for code, label in REASONS if code not in ("accepted", "no_plan")]


class CrmProfileIntakeReject(models.TransientModel):
    """Why found facts are dropped."""

    _name = "crm.profile.intake.reject"
    _description = "Reject What Was Found"

    intake_ids = fields.Many2many("crm.profile.intake", required=True)
    reason = fields.Selection(REJECT_REASONS, required=True, default="irrelevant")

    def action_confirm(self):
        """Drop them: a count and the reason remain."""
        self.intake_ids._reject(self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
