from odoo import api, fields, models

from .crm_service_case import PRIORITIES


class CrmServiceSla(models.Model):
    """A promise: so many working hours until somebody answers, so many until it is solved."""

    _name = "crm.service.sla"
    _description = "Service Promise"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="The first that fits a case counts.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, default=lambda self: self.env.company, help="Empty: for all companies."
    )
    priority = fields.Selection(PRIORITIES, help="Empty: for any priority.")
    category_id = fields.Many2one("crm.service.case.category", help="Empty: for any kind of issue.")
    for_contracts = fields.Boolean("Contracts Only", help="Counts only for contracts that name it.")
    response_hours = fields.Float("Answer Within", help="Working hours; 0 = not promised.")
    solve_hours = fields.Float("Solve Within", help="Working hours; 0 = not promised.")
    warn_percent = fields.Float(
        "Warn At (%)", default=80.0, help="Share of the hours after which those in charge are warned."
    )
    user_ids = fields.Many2many("res.users", string="Also Tell", help="Besides the person in charge and the leader.")

    _check_hours = models.Constraint(
        "CHECK(response_hours >= 0 AND solve_hours >= 0 AND warn_percent > 0 AND warn_percent <= 100)",
        "Hours are 0 or more; a warning comes between 0 and 100 %.",
    )

    @api.model
    def _applicable(self, company):
        """:return: promises of the company and those for all, in order; those of contracts included"""
        return self.search([("company_id", "in", [False, *company.parent_ids.ids])])

    def _first_fit(self, case):
        """:return: the promise of a case: one its contract names before the general ones"""
        named = case.contract_id.sla_ids
        fitting = self.filtered(
            lambda sla: (
                (not sla.priority or sla.priority == case.priority)
                and (not sla.category_id or sla.category_id == case.category_id)
            )
        )
        return (fitting & named)[:1] or fitting.filtered(lambda sla: not sla.for_contracts)[:1]
