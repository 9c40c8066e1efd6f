from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    care_first_purchase = fields.Selection(related="company_id.care_first_purchase", readonly=False, required=True)
