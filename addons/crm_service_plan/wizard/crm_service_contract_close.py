from odoo import fields, models


class CrmServiceContractClose(models.TransientModel):
    """End a contract before its day: why, since when, and what becomes of its subscriptions."""

    _name = "crm.service.contract.close"
    _description = "End a Contract"

    contract_id = fields.Many2one("crm.service.contract", required=True, readonly=True, ondelete="cascade")
    subscription_count = fields.Integer(compute="_compute_subscription_count")
    end_date = fields.Date("Last Day", required=True, default=lambda self: self.env.company._service_today())
    reason_id = fields.Many2one("crm.lost.reason", "Why", required=True)
    is_lost = fields.Boolean("The customer leaves us")
    subscriptions = fields.Selection(
        [("keep", "Go on, to be paid for"), ("end", "End, too")], "Its Subscriptions", required=True, default="end"
    )

    def _compute_subscription_count(self):
        for wizard in self:
            wizard.subscription_count = len(wizard.contract_id.subscription_ids.filtered(lambda s: s.state != "ended"))

    def action_end(self):
        """End it."""
        self.ensure_one()
        self.contract_id._end(self.end_date, self.subscriptions == "keep", self.reason_id, self.is_lost)
