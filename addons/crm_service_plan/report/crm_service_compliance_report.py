from odoo import fields, models
from odoo.tools import SQL


class CrmServiceComplianceReport(models.Model):
    """Each planned service: done on time, late, missed; or due and overdue."""

    _name = "crm.service.compliance.report"
    _description = "Compliance"
    _auto = False
    _order = "due_date desc, id desc"
    _rec_name = "plan_id"

    due_date = fields.Date("Due", readonly=True)
    done_date = fields.Date("Done On", readonly=True)
    result = fields.Selection(
        [
            ("on_time", "On Time"),
            ("late", "Late"),
            ("missed", "Missed"),
            ("overdue", "Overdue"),
            ("due", "Still Due"),
        ],
        readonly=True,
    )
    on_time_rate = fields.Float("On Time (%)", readonly=True, aggregator="avg", help="Of what is done or missed.")
    days_late = fields.Integer(readonly=True, aggregator="avg")
    plan_id = fields.Many2one("crm.service.plan", readonly=True)
    task_id = fields.Many2one("crm.service.plan.task", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    asset_id = fields.Many2one("crm.service.asset", readonly=True)
    user_id = fields.Many2one("res.users", "Done By", readonly=True)
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    is_sensitive = fields.Boolean("Health Data", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            """SELECT o.id, o.due_date, o.done_date, o.plan_id, o.task_id, o.partner_id, o.asset_id, o.company_id,
                      COALESCE(o.done_by_id, v.user_id) AS user_id, p.is_sensitive,
                      CASE WHEN o.compliance IN ('on_time', 'late') THEN o.days_late END AS days_late,
                      COALESCE(o.compliance,
                               CASE WHEN COALESCE(v.window_end, o.due_date) < %(today)s THEN 'overdue' ELSE 'due' END
                      ) AS result,
                      CASE o.compliance WHEN 'on_time' THEN 100.0 WHEN 'late' THEN 0.0 WHEN 'missed' THEN 0.0
                      END AS on_time_rate
                 FROM crm_service_occurrence o
                 JOIN crm_service_plan p ON p.id = o.plan_id
            LEFT JOIN crm_service_visit v ON v.id = o.visit_id
                WHERE o.state IN ('planned', 'visit', 'included', 'done', 'missed')
                  AND (o.compliance IS NOT NULL OR o.due_date <= %(today)s + 31)""",
            today=self.env.company._service_today(),
        )
