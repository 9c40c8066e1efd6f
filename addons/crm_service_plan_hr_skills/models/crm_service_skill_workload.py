from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceSkillWorkload(models.Model):
    """Hours needed and hours available by day and skill. Work that takes two skills counts for each of them, and so do
    the hours of a person who has both: lines are read by skill, not added over skills."""

    _name = "crm.service.skill.workload"
    _description = "Workload by Skill"
    _auto = False
    _order = "date, skill_id, id"
    _rec_name = "skill_id"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    skill_id = fields.Many2one("hr.skill", readonly=True)
    skill_type_id = fields.Many2one("hr.skill.type", "Kind of Skill", readonly=True)
    kind = fields.Selection(
        [("visit", "Visits"), ("service", "Services without a Visit yet"), ("capacity", "Capacity")], readonly=True
    )
    task_id = fields.Many2one("crm.service.plan.task", readonly=True)
    visit_id = fields.Many2one("crm.service.visit", readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True, help="Of the customer.")
    user_id = fields.Many2one("res.users", "Person", readonly=True)
    is_sensitive = fields.Boolean("Health Data", readonly=True)
    needed = fields.Float("Hours Needed", readonly=True)
    capacity = fields.Float("Hours Available", readonly=True)
    free = fields.Float("Hours Left", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            """SELECT row_number() OVER (ORDER BY s.date, s.kind, s.company_id, s.skill_id, s.task_id, s.visit_id,
                                                  s.user_id) AS id,
                      s.*, k.skill_type_id, s.capacity - s.needed AS free,
                      COALESCE(p.is_sensitive, FALSE) AS is_sensitive
                 FROM (SELECT w.date, w.company_id, w.kind, w.task_id, w.plan_id, w.visit_id, w.user_id, n.skill_id,
                              w.needed, w.capacity, w.state_id
                         FROM (%(work)s) w JOIN crm_service_task_skill n ON n.task_id = w.task_id
                        UNION ALL
                       SELECT c.date, c.company_id, 'capacity', NULL, NULL, NULL, c.user_id, h.skill_id, 0.0, c.hours,
                              NULL::int
                         FROM crm_service_capacity c
                         JOIN (%(held)s) h ON h.user_id = c.user_id
                              AND (h.valid_from IS NULL OR h.valid_from <= c.date)
                              AND (h.valid_to IS NULL OR h.valid_to >= c.date)
                        GROUP BY c.date, c.company_id, c.user_id, h.skill_id, c.hours) s
                 JOIN hr_skill k ON k.id = s.skill_id
                 LEFT JOIN crm_service_plan p ON p.id = s.plan_id""",
            work=SQL(" UNION ALL ").join(self.env["crm.service.workload"]._sources()),
            held=SQL(
                """SELECT e.user_id, es.skill_id, es.valid_from, es.valid_to
                     FROM hr_employee_skill es JOIN hr_employee e ON e.id = es.employee_id AND e.active
                    WHERE e.user_id IS NOT NULL
                      AND es.skill_id IN (SELECT skill_id FROM crm_service_task_skill)"""
            ),
        )

    @api.model
    def _action_open_sudo(self):
        """Renew the hours available, then show the report. Runs as superuser for the action's definition only."""
        self.env["crm.service.capacity"]._refresh_sudo(self.env.companies)
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_plan_hr_skills.crm_service_skill_workload_action"
        )
