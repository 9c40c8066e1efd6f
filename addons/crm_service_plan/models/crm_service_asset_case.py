from odoo import fields, models


class CrmServiceAsset(models.Model):
    _inherit = "crm.service.asset"

    case_ids = fields.One2many("crm.service.case", "asset_id", "Cases", groups="base.group_user")
    case_count = fields.Integer(compute="_compute_case_count", groups="base.group_user")

    def _compute_case_count(self):
        counts = dict(
            self.env["crm.service.case"]._read_group([("asset_id", "in", self.ids)], ["asset_id"], ["__count"])
        )
        for asset in self:
            asset.case_count = counts.get(asset._origin, 0)

    def action_view_cases(self):
        """Cases of the asset."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_case_action")
        action["domain"] = [("asset_id", "=", self.id)]
        action["context"] = {"default_asset_id": self.id, "default_partner_id": self.partner_id.id}
        return action
