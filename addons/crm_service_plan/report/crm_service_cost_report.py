from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceCostReport(models.Model):
    """What service costs and brings: done visits beside contracts' revenue, a share of both for each of their plans."""

    _name = "crm.service.cost.report"
    _description = "Cost of Service"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "partner_id"

    kind = fields.Selection([("visit", "Visit"), ("contract", "Contract")], readonly=True)
    date = fields.Date(readonly=True, help="Day of the visit, first day of the contract.")
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    plan_id = fields.Many2one("crm.service.plan", readonly=True)
    contract_id = fields.Many2one("crm.service.contract", readonly=True)
    visit_id = fields.Many2one("crm.service.visit", readonly=True)
    user_id = fields.Many2one("res.users", "Responsible", readonly=True)
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    visits = fields.Float(readonly=True, help="A visit for two plans is half a visit for each.")
    hours = fields.Float(readonly=True)
    cost = fields.Monetary(readonly=True)
    charged = fields.Monetary("Paid by Visit", readonly=True, help="List price and parts of visits no contract covers.")
    revenue = fields.Monetary("Contract Revenue", readonly=True)
    upsell = fields.Monetary("Sold After Findings", readonly=True)
    margin = fields.Monetary("Result", readonly=True, help="Contract revenue and visits paid, less cost.")
    is_sensitive = fields.Boolean("Health Data", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            "SELECT r.*, revenue + charged - cost AS margin FROM (%s UNION ALL %s) r", self._visits(), self._contracts()
        )

    @api.model
    def _visits(self):
        return SQL(
            """SELECT (v.id::bigint * 64 + row_number() OVER (PARTITION BY v.id ORDER BY s.plan)) * 2 AS id,
                      'visit' AS kind, v.done_date AS date, p.commercial_partner_id AS partner_id, s.plan AS plan_id,
                      v.contract_id, v.id AS visit_id, v.user_id, v.company_id, s.share AS visits,
                      COALESCE(v.hours, 0) * s.share AS hours, COALESCE(v.total_cost, 0) * s.share AS cost,
                      CASE WHEN v.covered = 'yes' THEN 0
                           ELSE (COALESCE(v.price, 0) + COALESCE(v.parts_price, 0)) * s.share END AS charged,
                      0::numeric AS revenue, COALESCE(v.upsell_won, 0) * s.share AS upsell, v.is_sensitive
                 FROM crm_service_visit v
                 JOIN res_partner p ON p.id = v.partner_id
                 JOIN LATERAL (
                        SELECT r.crm_service_plan_id AS plan, 1.0 / count(*) OVER () AS share
                          FROM crm_service_plan_crm_service_visit_rel r WHERE r.crm_service_visit_id = v.id
                     UNION ALL
                        SELECT NULL, 1.0 WHERE NOT EXISTS (
                               SELECT 1 FROM crm_service_plan_crm_service_visit_rel r
                                WHERE r.crm_service_visit_id = v.id)) s ON true
                WHERE v.state = 'done'"""
        )

    @api.model
    def _contracts(self):
        return SQL(
            """SELECT (c.id::bigint * 64 + row_number() OVER (PARTITION BY c.id ORDER BY s.plan)) * 2 + 1, 'contract',
                      c.start_date, c.commercial_partner_id, s.plan, c.id, NULL::int, c.user_id, c.company_id,
                      0, 0, 0, 0, COALESCE(c.price, 0) * s.share, 0, COALESCE(p.is_sensitive, false)
                 FROM crm_service_contract c
                 JOIN LATERAL (
                        SELECT r.crm_service_plan_id AS plan, 1.0 / count(*) OVER () AS share
                          FROM crm_service_contract_crm_service_plan_rel r WHERE r.crm_service_contract_id = c.id
                     UNION ALL
                        SELECT NULL, 1.0 WHERE NOT EXISTS (
                               SELECT 1 FROM crm_service_contract_crm_service_plan_rel r
                                WHERE r.crm_service_contract_id = c.id)) s ON true
            LEFT JOIN crm_service_plan p ON p.id = s.plan
                WHERE c.state != 'draft'"""
        )
