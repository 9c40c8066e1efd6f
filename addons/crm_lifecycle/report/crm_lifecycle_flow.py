from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.tools import SQL


class CrmLifecycleFlow(models.Model):
    """Who moved from which stage to which: this month against the last one."""

    _name = "crm.lifecycle.flow"
    _description = "Flow between Stages"
    _auto = False
    _order = "this_month desc, last_month desc, id"
    _rec_name = "to_stage_id"

    company_id = fields.Many2one("res.company", readonly=True)
    from_stage_id = fields.Many2one("crm.lifecycle.stage", string="From", readonly=True)
    to_stage_id = fields.Many2one("crm.lifecycle.stage", string="To", readonly=True)
    this_month = fields.Integer(readonly=True)
    last_month = fields.Integer(readonly=True)
    last_month_so_far = fields.Integer(
        readonly=True, help="Last month up to the same day, which this month compares with."
    )
    difference = fields.Integer(readonly=True, help="This month less last month up to the same day.")

    @property
    def _table_query(self):
        today = fields.Date.context_today(self)
        start = today.replace(day=1)
        return SQL(
            """SELECT min(t.id) AS id, t.company_id, t.from_stage_id, t.to_stage_id,
                      count(*) FILTER (WHERE t.effective_on >= %(start)s) AS this_month,
                      count(*) FILTER (WHERE t.effective_on < %(start)s) AS last_month,
                      count(*) FILTER (WHERE t.effective_on <= %(same)s) AS last_month_so_far,
                      count(*) FILTER (WHERE t.effective_on >= %(start)s)
                      - count(*) FILTER (WHERE t.effective_on <= %(same)s) AS difference
                 FROM crm_lifecycle_transition t
                 JOIN res_company c ON c.id = t.company_id AND t.generation = COALESCE(c.lifecycle_generation, 1)
                WHERE t.effective_on BETWEEN %(before)s AND %(today)s
                GROUP BY t.company_id, t.from_stage_id, t.to_stage_id""",
            start=start,
            before=start - relativedelta(months=1),
            same=today - relativedelta(months=1),
            today=today,
        )

    def action_view_customers(self):
        """Open the changes of this month behind the row."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_lifecycle.crm_lifecycle_transition_action")
        start = fields.Date.context_today(self).replace(day=1)
        return {
            **action,
            "name": f"{self.from_stage_id.name} → {self.to_stage_id.name}",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("from_stage_id", "=", self.from_stage_id.id),
                ("to_stage_id", "=", self.to_stage_id.id),
                ("effective_on", ">=", start),
                ("is_current", "=", True),
            ],
            "context": {},
        }
