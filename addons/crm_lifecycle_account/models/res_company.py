from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_count_account = fields.Boolean(string="Invoices count", default=True)
