from odoo import fields, models


class CrmServiceSeries(models.Model):
    """Where one task of one subscription stands: what its next dates are counted from. Kept by the planner."""

    _name = "crm.service.series"
    _description = "Service Task of a Subscription"
    _order = "subscription_id, task_id"
    _rec_name = "task_id"

    subscription_id = fields.Many2one("crm.service.subscription", required=True, ondelete="cascade")
    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="subscription_id.company_id")
    timing = fields.Selection(related="task_id.timing")
    rule_text = fields.Char(related="task_id.rule_text")
    anchor = fields.Date("Counted From", required=True, help="The start, or the day the task was last done.")
    base_seq = fields.Integer("Last Number", default=0)
    base_meter = fields.Float("Meter Then", digits=(16, 1))
    not_before = fields.Date()
    planned_until = fields.Date(readonly=True)
    dirty = fields.Boolean(readonly=True, help="To be dated anew by the next run.")
    error_code = fields.Char(readonly=True)

    _subscription_task_unique = models.Constraint(
        "UNIQUE(subscription_id, task_id)", "A task stands only once in a subscription."
    )
    _to_plan_idx = models.Index("(planned_until)")
    _dirty_idx = models.Index("(id) WHERE dirty")

    def _replan(self, as_of=None):
        """Date the untouched future of these series anew, at once.

        :param as_of: today; the horizon counts from here
        """
        if not self:
            return
        self.flush_model()
        self.env.cr.execute("UPDATE crm_service_series SET dirty = TRUE WHERE id = ANY(%s)", [self.ids])
        self.invalidate_recordset(["dirty"])
        for company, series in self.grouped("company_id").items():
            day = as_of or company._service_today()
            self.env["crm.service.planner"]._plan_batch(company, series.ids, day)

    def _completed(self, seq, day, meter):
        """A service was done: floating series count from it.

        :param seq: its number
        :param day: the day it was done
        :param meter: the meter then; 0 = not read
        """
        self.ensure_one()
        if self.timing != "floating" or seq <= self.base_seq:
            return
        self.write(
            {
                "anchor": day,
                "base_seq": seq,
                "base_meter": meter or self.base_meter,
                "not_before": False,
            }
        )
