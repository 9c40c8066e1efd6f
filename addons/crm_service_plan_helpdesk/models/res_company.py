from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_ticket_sync = fields.Selection(
        [
            ("none", "By button only"),
            ("case", "A case makes a ticket"),
            ("ticket", "A ticket makes a case"),
            ("both", "Both"),
        ],
        "Cases and Tickets",
        default="none",
        help="What is made of what by itself. The status goes both ways in any case.",
    )
    service_ticket_team_id = fields.Many2one("helpdesk.ticket.team", "Tickets Go To")
