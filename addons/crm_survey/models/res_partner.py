from odoo import api, fields, models
from odoo.fields import Domain


class ResPartner(models.Model):
    """What a customer was asked."""

    _inherit = "res.partner"

    survey_invitation_ids = fields.One2many(
        "crm.survey.invitation", "partner_id", string="Survey invitations", groups="crm_survey.group_interviewer"
    )
    survey_invitation_count = fields.Integer(
        compute="_compute_survey_invitation_count", groups="crm_survey.group_interviewer"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_survey_invitation_count(self):
        totals = dict(
            self.env["crm.survey.invitation"]._read_group(
                Domain("partner_id", "in", self.ids), ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.survey_invitation_count = totals.get(partner._origin, 0)

    def action_view_survey_invitations(self):
        """Open what the customer was asked and what came of it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_survey.crm_survey_invitation_action")
        action["domain"] = [("partner_id", "=", self.id)]
        action["context"] = {}
        return action
