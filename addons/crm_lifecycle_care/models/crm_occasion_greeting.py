from odoo import fields, models


class CrmOccasionGreeting(models.Model):
    _inherit = "crm.occasion.greeting"

    reason_code = fields.Selection(selection_add=[("ended", "No customer any more")], ondelete={"ended": "set null"})
