from odoo import api, fields, models

from ..domain.schedule import UNITS, Step


class CrmServicePlanStep(models.Model):
    """A dose of a series, or a step towards a date."""

    _name = "crm.service.plan.step"
    _description = "Service Task Step"
    _order = "task_id, sequence, id"

    task_id = fields.Many2one("crm.service.plan.task", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="task_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    delay = fields.Integer(help="After the dose before; in a countdown before the date (negative: after it).")
    unit = fields.Selection(
        [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")], default="day", required=True
    )
    least = fields.Integer("At Least", help="Never sooner than this after the dose before; 0: no minimum.")
    most = fields.Integer("At Most", help="At the latest this long after the dose before; 0: by the window.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.service.plan.task"].browse({vals.get("task_id") for vals in vals_list} - {None})._freeze_rule()
        steps = super().create(vals_list)
        steps.task_id._rule_edited()
        return steps

    def write(self, vals):
        self.task_id._freeze_rule()
        result = super().write(vals)
        self.task_id._rule_edited()
        return result

    def unlink(self):
        tasks = self.task_id
        tasks._freeze_rule()
        result = super().unlink()
        tasks._rule_edited()
        return result

    def _step_vals(self):
        """:return: ``[[delay, unit, least, most]]`` in order, as kept in the rule in force"""
        steps = self.sorted(lambda step: (step.sequence, step._origin.id or 0))
        return [[step.delay, step.unit or UNITS[0], step.least, step.most] for step in steps]

    @api.model
    def _steps_of(self, rows):
        """:return: tuple of :class:`Step`"""
        return tuple(Step(*row) for row in rows)
