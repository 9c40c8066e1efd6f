from odoo import fields, models


class CrmServicePlan(models.Model):
    """What the plan asks for on the spot."""

    _inherit = "crm.service.plan"

    signature_required = fields.Boolean(
        "Customer Signs", help="A visit of this plan cannot be finished without the customer's signature."
    )
    ask_rating = fields.Boolean(
        "Ask How It Was",
        help="After the visit the customer gets a message with a link, when the contact policy allows.",
    )
