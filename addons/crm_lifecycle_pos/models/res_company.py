from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_count_pos = fields.Boolean(string="Point of sale orders count", default=True)
