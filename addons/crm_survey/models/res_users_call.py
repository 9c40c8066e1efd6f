from odoo import fields, models


class ResUsers(models.Model):
    """What an hour of this interviewer costs."""

    _inherit = "res.users"

    crm_survey_hourly_cost = fields.Float(
        string="Cost of an interviewing hour",
        groups="crm_survey.group_manager",
        help="In the currency of the company that asks; 0: what the company says.",
    )
