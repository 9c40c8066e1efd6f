from odoo import fields, models


class CrmCarePolicy(models.Model):
    _inherit = "crm.care.policy"

    service_plan_ids = fields.Many2many(
        "crm.service.plan",
        string="Service Plans",
        check_company=True,
        help="Proposed on customers under this policy who do not have them yet.",
    )
