from odoo import fields, models


class CrmSurveyTagLine(models.TransientModel):
    """How many customers of one group spoke of one thing; a hidden group holds no figure at all."""

    _name = "crm.survey.tag.line"
    _description = "Line of the report on verbatims"
    _order = "id"

    report_id = fields.Many2one("crm.survey.tag.report", required=True, readonly=True, ondelete="cascade", index=True)
    name = fields.Char(string="Group", readonly=True)
    period = fields.Char(readonly=True)
    hidden = fields.Boolean(string="Too few answers", readonly=True)
    note = fields.Char(string=" ", readonly=True)
    tag_id = fields.Many2one("crm.survey.tag", string="Code", readonly=True)
    customers = fields.Integer(readonly=True, help="Customers of this group who spoke of it.")
    answers = fields.Integer(string="Of", readonly=True, aggregator=None, help="Customers of this group who are coded.")
    share = fields.Float(readonly=True, aggregator="avg")
    low = fields.Float(string="From", readonly=True, aggregator=None, help="95 % interval")
    high = fields.Float(string="To", readonly=True, aggregator=None, help="95 % interval")
