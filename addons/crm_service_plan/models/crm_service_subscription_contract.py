from odoo import fields, models


class CrmServiceSubscription(models.Model):
    """A subscription may be part of a contract."""

    _inherit = "crm.service.subscription"

    contract_id = fields.Many2one(
        "crm.service.contract",
        index="btree_not_null",
        ondelete="set null",
        tracking=True,
        domain="[('partner_id', 'child_of', partner_id)]",
    )
