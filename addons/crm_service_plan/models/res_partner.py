from odoo import fields, models

GROUPS = "crm_service_plan.group_user,sales_team.group_sale_salesman"


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_asset_count = fields.Integer("Assets", compute="_compute_service_counts", groups=GROUPS)
    service_visit_count = fields.Integer(
        "Service Visits",
        compute="_compute_service_counts",
        groups=GROUPS,
    )
    service_case_count = fields.Integer("Cases", compute="_compute_service_case_counts", groups=GROUPS)
    service_contract_count = fields.Integer("Service Contracts", compute="_compute_service_case_counts", groups=GROUPS)

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

    def _compute_service_case_counts(self):
        for name, model in (
            ("service_case_count", "crm.service.case"),
            ("service_contract_count", "crm.service.contract"),
        ):
            counts = self._count_with_contacts(model)
            for partner in self:
                partner[name] = counts.get(partner.id, 0)

    def action_view_service_cases(self):
        """Cases of the customer and of their contacts."""
        return self._service_action("crm_service_plan.crm_service_case_action")

    def action_view_service_contracts(self):
        """Contracts of the customer."""
        return self._service_action("crm_service_plan.crm_service_contract_action")

    def action_report_problem(self):
        """Take a call: a case for this customer, in a dialog."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_case_intake_action")
        action["context"] = {"default_partner_id": self.id}
        return action

    def _service_action(self, xmlid):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [("partner_id", "child_of", self.ids)]
        action["context"] = {"default_partner_id": self.id}
        return action
