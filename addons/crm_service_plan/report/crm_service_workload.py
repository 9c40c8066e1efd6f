from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceWorkload(models.Model):
    """Hours needed (open visits, and dated services that have none yet) beside hours available, by day."""

    _name = "crm.service.workload"
    _description = "Workload and Capacity"
    _auto = False
    _order = "date, id"
    _rec_name = "task_id"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    kind = fields.Selection(
        [("visit", "Visits"), ("service", "Services without a Visit yet"), ("capacity", "Capacity")], readonly=True
    )
    task_id = fields.Many2one("crm.service.plan.task", readonly=True)
    plan_id = fields.Many2one("crm.service.plan", readonly=True)
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    visit_id = fields.Many2one("crm.service.visit", readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True, help="Of the customer.")
    needed = fields.Float("Hours Needed", readonly=True)
    capacity = fields.Float("Hours Available", readonly=True)
    free = fields.Float("Hours Left", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        # The hours of health visits count for everybody; whose they are and what for is not told.
        told = self.env.su or self.env.user.has_group("crm_service_plan.group_health")
        return SQL(
            """SELECT row_number() OVER (ORDER BY w.date, w.kind, w.company_id, w.task_id, w.visit_id, w.user_id) AS id,
                      w.date, w.company_id, w.kind, w.user_id, w.needed, w.capacity, w.capacity - w.needed AS free,
                      CASE WHEN %(told)s OR NOT w.secret THEN w.task_id END AS task_id,
                      CASE WHEN %(told)s OR NOT w.secret THEN w.plan_id END AS plan_id,
                      CASE WHEN %(told)s OR NOT w.secret THEN w.visit_id END AS visit_id,
                      CASE WHEN %(told)s OR NOT w.secret THEN w.state_id END AS state_id
                 FROM (%(sources)s) w""",
            told=told,
            sources=SQL(" UNION ALL ").join(self._sources()),
        )

    @api.model
    def _sources(self):
        """:return: list of :class:`SQL` selects of date, company_id, kind, task_id, plan_id, user_id, visit_id, needed,
        capacity, secret (health data), state_id"""
        return [
            SQL(
                """SELECT v.planned_date AS date, v.company_id, 'visit' AS kind, t.id AS task_id, t.plan_id, v.user_id,
                          v.id AS visit_id,
                          CASE WHEN t.id IS NULL THEN v.duration
                               WHEN sum(t.duration) OVER per > 0
                               THEN v.duration * t.duration / sum(t.duration) OVER per
                               ELSE v.duration / count(t.id) OVER per END AS needed,
                          0.0::float8 AS capacity, COALESCE(v.is_sensitive, FALSE) AS secret, c.state_id
                     FROM crm_service_visit v LEFT JOIN res_partner c ON c.id = v.partner_id
                     LEFT JOIN crm_service_plan_task_crm_service_visit_rel r ON r.crm_service_visit_id = v.id
                     LEFT JOIN crm_service_plan_task t ON t.id = r.crm_service_plan_task_id
                    WHERE v.state IN ('due', 'reminded', 'confirmed', 'scheduled', 'in_progress') AND v.active
                   WINDOW per AS (PARTITION BY v.id)"""
            ),
            SQL(
                """SELECT o.due_date, o.company_id, 'service', o.task_id, o.plan_id, NULL::int, NULL::int,
                          t.duration, 0.0::float8, COALESCE(p.is_sensitive, FALSE), c.state_id
                     FROM crm_service_occurrence o LEFT JOIN res_partner c ON c.id = o.partner_id
                     JOIN crm_service_plan_task t ON t.id = o.task_id JOIN crm_service_plan p ON p.id = o.plan_id
                    WHERE o.state = 'planned'"""
            ),
            SQL(
                """SELECT c.date, c.company_id, 'capacity', NULL::int, NULL::int, c.user_id, NULL::int,
                          0.0::float8, c.hours, FALSE, NULL::int
                     FROM crm_service_capacity c"""
            ),
        ]

    @api.model
    def _action_open_sudo(self):
        """Renew the hours available, then show the report. Runs as superuser for the action's definition only."""
        companies = self.env.companies
        self.env["crm.service.capacity"]._refresh_sudo(companies)
        return self.env["ir.actions.act_window"]._for_xml_id("crm_service_plan.crm_service_workload_action")
