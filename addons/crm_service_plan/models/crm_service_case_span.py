from odoo import fields, models


class CrmServiceCaseSpan(models.Model):
    """The ledger of a case's time: from when to when it was in which hands, and the working hours that took."""

    _name = "crm.service.case.span"
    _description = "Case Time"
    _order = "case_id, start, id"

    case_id = fields.Many2one("crm.service.case", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    state = fields.Char("Status", required=True)
    start = fields.Datetime("From", required=True)
    stop = fields.Datetime("To")
    counts = fields.Boolean("Counted", help="Waiting for the customer is not counted.")
    user_id = fields.Many2one("res.users", "In Charge")
    calendar_id = fields.Many2one("resource.calendar", "Working Hours", ondelete="set null")
    hours = fields.Float("Hours Used", help="Working hours between both moments.")

    _open_idx = models.UniqueIndex("(case_id) WHERE stop IS NULL", "A case's clock runs once.")
