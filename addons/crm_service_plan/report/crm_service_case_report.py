from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_service_case import PRIORITIES, STATES


class CrmServiceCaseReport(models.Model):
    """Cases by kind, channel, team and solver: how many, how long, how often late."""

    _name = "crm.service.case.report"
    _description = "Cases: Analysis"
    _auto = False
    _order = "received_on desc, id desc"
    _rec_name = "case_id"

    case_id = fields.Many2one("crm.service.case", readonly=True)
    received_on = fields.Datetime("Received", readonly=True)
    state = fields.Selection(STATES, "Status", readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    category_id = fields.Many2one("crm.service.case.category", "Kind", readonly=True)
    channel_id = fields.Many2one("crm.contact.channel", readonly=True)
    team_id = fields.Many2one("crm.service.team", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    solved_by_id = fields.Many2one("res.users", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    complaints = fields.Integer(readonly=True)
    visited = fields.Integer("With a Visit", readonly=True)
    response_used = fields.Float("Hours until Answer", readonly=True, aggregator="avg")
    solve_used = fields.Float("Hours until Solution", readonly=True, aggregator="avg")
    days_open = fields.Float("Days until Solution", readonly=True, aggregator="avg", help="Calendar days.")
    response_kept = fields.Float("Answered in Time (%)", readonly=True, aggregator="avg")
    solve_kept = fields.Float("Solved in Time (%)", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            """SELECT c.id, c.id AS case_id, c.received_on, c.state, c.priority, c.category_id, c.channel_id, c.team_id,
                      c.user_id, c.solved_by_id, p.commercial_partner_id AS partner_id, c.company_id,
                      CASE WHEN c.is_complaint THEN 1 ELSE 0 END AS complaints,
                      CASE WHEN EXISTS (SELECT 1 FROM crm_service_visit v WHERE v.case_id = c.id AND v.state = 'done')
                           THEN 1 ELSE 0 END AS visited,
                      CASE WHEN c.responded_on IS NOT NULL THEN c.response_used END AS response_used,
                      CASE WHEN c.solved_on IS NOT NULL THEN c.solve_used END AS solve_used,
                      EXTRACT(epoch FROM c.solved_on - c.received_on) / 86400 AS days_open,
                      CASE c.response_state WHEN 'met' THEN 100.0 WHEN 'breached' THEN 0.0 END AS response_kept,
                      CASE c.solve_state WHEN 'met' THEN 100.0 WHEN 'breached' THEN 0.0 END AS solve_kept
                 FROM crm_service_case c
            LEFT JOIN res_partner p ON p.id = c.partner_id
                WHERE c.state != 'cancelled' AND c.active"""
        )
