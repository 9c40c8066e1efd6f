from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_count_sale = fields.Boolean(string="Sale orders count", default=True)
