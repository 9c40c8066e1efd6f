from odoo import api, fields, models
from odoo.addons.crm_lifecycle.models.crm_next_action import NextAction
from odoo.fields import Domain


class ResPartner(models.Model):
    """Unhappy customers somebody has to go back to."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    survey_follow_up_count = fields.Integer(
        string="Open follow-ups", compute="_compute_survey_follow_up_count", groups="crm_survey.group_user"
    )

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_survey_follow_up_count(self):
        totals = dict(
            self.env["crm.survey.follow.up"]._read_group(
                Domain("partner_id", "in", self.ids) & Domain("state", "=", "open"), ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.survey_follow_up_count = totals.get(partner._origin, 0)

    def _collect_next_actions(self, found, today):
        """Add unhappy customers who wait for an answer: nothing is more urgent."""
        result = super()._collect_next_actions(found, today)
        follow_ups = self.env["crm.survey.follow.up"]
        if follow_ups.has_access("read"):
            for one in follow_ups.search(Domain("partner_id", "in", self.ids) & Domain("state", "=", "open")):
                found[one.partner_id.id].append(
                    NextAction(
                        "follow_up",
                        self.env._("Go back to the customer"),
                        one.reason,
                        one.deadline,
                        self._window(one._name, one.id),
                        90,
                    )
                )
        return result
