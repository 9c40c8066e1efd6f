from odoo import fields, models
from odoo.addons.crm_lifecycle.models.crm_next_action import NextAction


class ResPartner(models.Model):
    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _collect_next_actions(self, found, today):
        """Add interviews by phone that wait for an interviewer."""
        result = super()._collect_next_actions(found, today)
        invitations = self.env["crm.survey.invitation"]
        if not invitations.has_access("read"):
            return result
        for invitation in invitations.search([("partner_id", "in", self.ids), ("state", "=", "to_call")]):
            found[invitation.partner_id.id].append(
                NextAction(
                    "survey",
                    self.env._("Interview"),
                    invitation.survey_id.title,
                    fields.Date.to_date(invitation.due),
                    self._window("crm.survey.invitation", invitation.id),
                    65,
                )
            )
        return result
