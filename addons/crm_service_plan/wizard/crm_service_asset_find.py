from odoo import api, fields, models


class CrmServiceAssetFind(models.TransientModel):
    """At the counter: type or scan a code; see owner, warranty and what is due; serve it."""

    _name = "crm.service.asset.find"
    _description = "Find an Asset"

    asset_id = fields.Many2one("crm.service.asset")
    code = fields.Char("Serial / Plate")
    partner_id = fields.Many2one(related="asset_id.partner_id")
    phone = fields.Char(related="asset_id.partner_id.phone")
    branch_id = fields.Many2one(related="asset_id.branch_id")
    warranty_end = fields.Date(related="asset_id.warranty_end")
    warranty_state = fields.Selection(related="asset_id.warranty_state")
    next_due = fields.Date(related="asset_id.next_due")
    meter_value = fields.Float(related="asset_id.meter_value")
    meter_unit = fields.Char(related="asset_id.meter_unit")
    history_ids = fields.One2many(related="asset_id.history_ids")
    not_found = fields.Boolean(compute="_compute_not_found")

    @api.onchange("code")
    def _onchange_code(self):
        if self.code:
            self.asset_id = self.asset_id._locate(self.code)[:1]

    @api.depends("code", "asset_id")
    def _compute_not_found(self):
        for wizard in self:
            wizard.not_found = bool(wizard.code) and not wizard.asset_id

    def action_open(self):
        """Open the asset."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.asset",
            "res_id": self.asset_id.id,
            "view_mode": "form",
        }

    def action_new_visit(self):
        """Serve it now."""
        self.ensure_one()
        return self.asset_id.action_new_visit()

    def action_register(self):
        """Nothing has this code: register it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.asset",
            "view_mode": "form",
            "context": {"default_code": self.code},
        }
