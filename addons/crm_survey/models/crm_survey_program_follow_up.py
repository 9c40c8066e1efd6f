from odoo import fields, models


class CrmSurveyProgram(models.Model):
    """Whether and how soon somebody goes back to an unhappy customer."""

    _inherit = "crm.survey.program"

    follow_up = fields.Boolean(
        string="Follow up unhappy customers",
        default=True,
        help="A detractor (0 to 6), poor satisfaction or effort, or a complaint becomes a task of the account manager.",
    )
    follow_up_days = fields.Integer(
        string="Follow up within (days)", default=2, help="Days after the answer by which somebody has come back to it."
    )
    follow_up_user_id = fields.Many2one(
        "res.users",
        string="Follow up by",
        domain=[("share", "=", False)],
        help="For customers without an account manager; if nobody is named: who is responsible for the program.",
    )

    _follow_up_positive = models.Constraint(
        "CHECK (follow_up_days >= 0)", "The days until a follow-up cannot be negative."
    )
