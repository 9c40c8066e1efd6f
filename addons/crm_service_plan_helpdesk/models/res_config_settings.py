from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    service_ticket_sync = fields.Selection(related="company_id.service_ticket_sync", readonly=False)
    service_ticket_team_id = fields.Many2one(related="company_id.service_ticket_team_id", readonly=False)
