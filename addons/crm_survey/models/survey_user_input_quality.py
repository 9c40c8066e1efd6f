from odoo import fields, models


class SurveyUserInput(models.Model):
    """Doubtful participations: flagged by rules, judged by a person, never deleted."""

    _inherit = "survey.user_input"

    quality_state = fields.Selection(
        [
            ("none", "Nothing doubtful"),
            ("flagged", "To review"),
            ("accepted", "Accepted"),
            ("set_aside", "Set aside"),
        ],
        string="Quality",
        default="none",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="Answers set aside stay where they are but count in no score.",
    )
    quality_flags = fields.Char(
        readonly=True,
        copy=False,
        help="Codes of what is doubtful, joined by commas: speed, straight, contradiction.",
    )
