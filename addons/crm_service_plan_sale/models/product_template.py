from odoo import fields, models


class ProductTemplate(models.Model):
    """What service a product brings along when it is sold."""

    _inherit = "product.template"

    service_plan_ids = fields.Many2many(
        "crm.service.plan",
        string="Service Plans",
        help="A sale puts the customer, or the assets named, on these plans.",
    )
    service_contract_kind = fields.Selection(
        [("visits", "Number of Visits"), ("hours", "Number of Hours"), ("unlimited", "As Often as Needed")],
        "Service Contract",
        help="A sale starts a contract with so much included; empty: none.",
    )
    service_contract_included = fields.Float("Included", default=1.0, help="Visits or hours for each piece sold.")
    service_contract_months = fields.Integer("Months", default=12)

    _check_service_contract = models.Constraint(
        "CHECK(service_contract_included >= 0 AND service_contract_months >= 0)", "Included and months are 0 or more."
    )
