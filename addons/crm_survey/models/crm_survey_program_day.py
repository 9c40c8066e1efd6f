from odoo import fields, models


class CrmSurveyProgramDay(models.Model):
    """One day on which a program asks all its customers."""

    _name = "crm.survey.program.day"
    _description = "Day of a survey program"
    _order = "date"
    _rec_name = "date"

    program_id = fields.Many2one("crm.survey.program", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="program_id.company_id", store=True)
    date = fields.Date(string="Day", required=True)

    _day_unique = models.Constraint("UNIQUE (program_id, date)", "This day is in the calendar already.")
