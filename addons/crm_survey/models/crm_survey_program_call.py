from odoo import fields, models


class CrmSurveyProgram(models.Model):
    """How often a program calls."""

    _inherit = "crm.survey.program"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    max_calls = fields.Integer(
        string="Calls at most",
        default=6,
        help="After so many calls that reached nobody the program goes on with its next step, or closes the "
        "invitation; calls agreed with the customer are always made. 0: no limit.",
    )

    _max_calls_positive = models.Constraint("CHECK (max_calls >= 0)", "The number of calls cannot be negative.")
