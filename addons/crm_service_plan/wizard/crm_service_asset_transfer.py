from odoo import fields, models
from odoo.exceptions import UserError


class CrmServiceAssetTransfer(models.TransientModel):
    """An asset changes hands."""

    _name = "crm.service.asset.transfer"
    _description = "Transfer an Asset"

    asset_id = fields.Many2one("crm.service.asset", required=True, readonly=True, ondelete="cascade")
    former_id = fields.Many2one(related="asset_id.partner_id", string="Present Owner")
    partner_id = fields.Many2one("res.partner", "New Owner", required=True, ondelete="cascade")
    date = fields.Date("On", required=True, default=lambda self: self.env.company._service_today())
    plans = fields.Selection(
        [("keep", "Go over to the new owner"), ("end", "End")], "Service Plans", default="keep", required=True
    )

    def action_transfer(self):
        """Hand the asset over.

        :raises UserError: the new owner is the present one
        """
        self.ensure_one()
        if self.partner_id == self.asset_id.partner_id:
            raise UserError(self.env._("%(partner)s owns it already.", partner=self.partner_id.display_name))
        self.asset_id.with_context(
            service_transfer_date=self.date, service_end_plans=self.plans == "end"
        ).partner_id = self.partner_id
        return {"type": "ir.actions.act_window_close"}
