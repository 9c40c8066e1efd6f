from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    service_team_id = fields.Many2one(
        "crm.service.team", "Team for the Form", help="Cases from the form and the portal go to this team."
    )
    service_form = fields.Boolean("Public Form", default=True, help="Visitors may report a problem.")
    service_form_per_visitor = fields.Integer(
        "Reports an Hour", default=5, help="How many reports an hour one visitor (IP address) may hand in."
    )
    service_form_per_address = fields.Integer(
        "Reports a Day", default=5, help="How many reports a day are taken with one e-mail address or phone number."
    )
    service_case_close_days = fields.Integer(
        "Close Solved Cases After", default=7, help="Days without a word from the customer; 0 = never by itself."
    )

    _check_service_form = models.Constraint(
        "CHECK(service_form_per_visitor > 0 AND service_form_per_address > 0 AND service_case_close_days >= 0)",
        "Limits of the public form are 1 or more, days 0 or more.",
    )
