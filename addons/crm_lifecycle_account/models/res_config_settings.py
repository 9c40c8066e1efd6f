from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_count_account = fields.Boolean(related="company_id.lifecycle_count_account", readonly=False)
