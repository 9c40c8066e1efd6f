from odoo import fields, models


class CrmSurveyScoreLine(models.TransientModel):
    """One group in a report of scores; a hidden one holds no figure at all."""

    _name = "crm.survey.score.line"
    _description = "Line of a survey score report"
    _order = "id"

    report_id = fields.Many2one("crm.survey.score.report", required=True, readonly=True, ondelete="cascade", index=True)
    metric = fields.Char(readonly=True)
    name = fields.Char(string="Group", readonly=True)
    period = fields.Char(readonly=True)
    hidden = fields.Boolean(
        string="Too few answers",
        readonly=True,
        help="Fewer than five answers, or so many that what is hidden elsewhere could be worked out.",
    )
    note = fields.Char(string=" ", readonly=True)
    answers = fields.Integer(readonly=True)
    value = fields.Float(string="Score", digits=(6, 2), readonly=True, aggregator="avg")
    low = fields.Float(string="From", digits=(6, 2), readonly=True, aggregator=None, help="95 % interval")
    high = fields.Float(string="To", digits=(6, 2), readonly=True, aggregator=None, help="95 % interval")
    difference = fields.Float(string="Change", digits=(6, 2), readonly=True, aggregator=None)
    z = fields.Float(string="z", digits=(6, 2), readonly=True, aggregator=None)
    p_value = fields.Float(string="p", digits=(6, 3), readonly=True, aggregator=None)
    verdict = fields.Selection(
        [("better", "Better"), ("worse", "Worse"), ("same", "No sure change")],
        readonly=True,
        help="A change so great comes by chance less than once in twenty times.",
    )
