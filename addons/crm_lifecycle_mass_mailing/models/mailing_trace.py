from odoo import fields, models


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    failure_type = fields.Selection(
        selection_add=[("contact_policy", "Contact Policy")], ondelete={"contact_policy": "set null"}
    )
