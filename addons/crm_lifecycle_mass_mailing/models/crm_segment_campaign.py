from odoo import fields, models
from odoo.exceptions import UserError


class CrmSegmentCampaign(models.Model):
    _inherit = "crm.segment.campaign"

    mailing_ids = fields.One2many("mailing.mailing", "segment_campaign_id")
    mailing_count = fields.Integer(compute="_compute_mailing_count", groups="mass_mailing.group_mass_mailing_user")

    def _compute_mailing_count(self):
        rows = self.env["mailing.mailing"]._read_group(
            [("segment_campaign_id", "in", self.ids)], ["segment_campaign_id"], ["__count"]
        )
        counts = dict(rows)
        for campaign in self:
            campaign.mailing_count = counts.get(campaign, 0)

    def action_mail(self):
        """Open a new mailing to those whom the campaign addresses; the control group is left alone.

        :raise UserError: the campaign does not run
        """
        self.ensure_one()
        if self.state != "running":
            raise UserError(self.env._("Start the campaign first: then its control group is drawn."))
        return self.segment_id._mailing_action(
            {"default_segment_campaign_id": self.id, "default_subject": self.name, "default_name": self.name}
        )

    def action_view_mailings(self):
        """Open the mailings of the campaign."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("mass_mailing.mailing_mailing_action_mail")
        return {**action, "domain": [("segment_campaign_id", "=", self.id)], "context": {}}
