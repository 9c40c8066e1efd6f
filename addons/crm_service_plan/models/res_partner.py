from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_asset_count = fields.Integer(
        "Assets", compute="_compute_service_counts", groups="crm_service_plan.group_user,sales_team.group_sale_salesman"
    )
    service_visit_count = fields.Integer(
        "Service Visits",
        compute="_compute_service_counts",
        groups="crm_service_plan.group_user,sales_team.group_sale_salesman",
    )

    def _compute_service_counts(self):
        for name, model in (("service_asset_count", "crm.service.asset"), ("service_visit_count", "crm.service.visit")):
            counts = self._count_with_contacts(model)
            for partner in self:
                partner[name] = counts.get(partner.id, 0)

    def action_view_service_assets(self):
        """Assets of the customer and of their contacts."""
        return self._service_action("crm_service_plan.crm_service_asset_action")

    def action_view_service_visits(self):
        """Service history of the customer and of their contacts."""
        return self._service_action("crm_service_plan.crm_service_visit_action_history")

    def _service_action(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action
