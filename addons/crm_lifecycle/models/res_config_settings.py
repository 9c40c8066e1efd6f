from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_full_requested = fields.Boolean(related="company_id.lifecycle_full_requested")
