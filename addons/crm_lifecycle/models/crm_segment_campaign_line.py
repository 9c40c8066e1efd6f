from odoo import api, fields, models


class CrmSegmentCampaignLine(models.Model):
    """A customer in a campaign: addressed, left alone, or excluded with the reason."""

    _name = "crm.segment.campaign.line"
    _description = "Customer in a Campaign"
    _order = "planned_on, id"
    _rec_name = "partner_id"
    _log_access = False
    _privacy = {"report": ("campaign_id", "state", "planned_on")}

    campaign_id = fields.Many2one("crm.segment.campaign", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(
        [("addressed", "Addressed"), ("control", "Left alone"), ("excluded", "Excluded")], required=True, readonly=True
    )
    reason = fields.Char(readonly=True)
    not_before = fields.Date(readonly=True)
    planned_on = fields.Date(readonly=True)
    user_id = fields.Many2one("res.users", string="Caller", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null", index="btree_not_null")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    phone = fields.Char(related="partner_id.phone")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount_total = fields.Monetary(string="Revenue", compute="_compute_amount_total")

    _partner_idx = models.Index("(campaign_id, partner_id)")

    @api.depends("partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_amount_total(self):
        statuses = self.env["crm.lifecycle.status"].search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        found = {(status.partner_id.id, status.company_id.id): status.amount_total for status in statuses}
        for line in self:
            line.amount_total = found.get((line.partner_id.id, line.company_id.id), 0.0)

    @api.model
    def _before_merge_sudo(self, partners):
        """Leave one line for each campaign before contacts become one: an addressed one counts as addressed.

        :param partners: all contacts of the merge
        """
        # As superuser: the merge concerns every company that knows these customers.
        lines = self.sudo().search([("partner_id", "in", partners.ids)])
        order = ["addressed", "control", "excluded"]
        for same in lines.grouped("campaign_id").values():
            same.sorted(lambda line: (order.index(line.state), line.id))[1:].unlink()
