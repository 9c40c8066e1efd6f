from odoo import fields, models


class CrmServiceCaseCategory(models.Model):
    """What cases are about: breakdown, invoice, question …"""

    _name = "crm.service.case.category"
    _description = "Kind of Issue"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    team_id = fields.Many2one("crm.service.team", help="Cases of this kind go to this team.")
    is_complaint = fields.Boolean("Complaints", help="A case of this kind counts as a complaint.")
    is_public = fields.Boolean("On the Form", default=True, help="Customers may choose it on the form and the portal.")
