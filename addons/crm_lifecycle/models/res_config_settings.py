from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_full_requested = fields.Boolean(related="company_id.lifecycle_full_requested")
    lifecycle_code_sequence_id = fields.Many2one(related="company_id.lifecycle_code_sequence_id", readonly=False)
    lifecycle_count_external = fields.Boolean(related="company_id.lifecycle_count_external", readonly=False)
    lifecycle_walk_in_ids = fields.Many2many(related="company_id.lifecycle_walk_in_ids", readonly=False)
