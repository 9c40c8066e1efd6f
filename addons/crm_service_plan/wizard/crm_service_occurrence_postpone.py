from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CrmServiceOccurrencePostpone(models.TransientModel):
    """One service on another day, once; whether the following ones move along is the person's choice."""

    _name = "crm.service.occurrence.postpone"
    _description = "Put a Service on Another Day"

    occurrence_id = fields.Many2one("crm.service.occurrence", required=True, readonly=True, ondelete="cascade")
    due_date = fields.Date(related="occurrence_id.due_date", string="Now On")
    earliest_date = fields.Date(related="occurrence_id.earliest_date")
    is_dose = fields.Boolean(compute="_compute_is_dose")
    new_date = fields.Date("New Day", required=True)
    follow = fields.Selection(
        [
            ("stay", "The following ones stay where they are"),
            ("move", "The following ones are counted from the new day"),
        ],
        "After That",
        default="stay",
        required=True,
    )
    reason = fields.Char()
    following = fields.Text("Then", compute="_compute_following")

    @api.depends("occurrence_id")
    def _compute_is_dose(self):
        for wizard in self:
            wizard.is_dose = wizard.occurrence_id.task_id.kind in ("chain", "dates", "rrule")

    @api.depends("occurrence_id", "new_date", "follow")
    @api.depends_context("lang")
    def _compute_following(self):
        for wizard in self:
            wizard.following = wizard.new_date and wizard._following_text()

    def _following_text(self):
        """Try it and take it back: the days shown are the days that will be."""
        occurrence = self.occurrence_id
        days = []
        with self.env.cr.savepoint() as trial:
            try:
                occurrence._postpone(self.new_date, keeps_rhythm=self.follow == "stay")
                later = occurrence.series_id.subscription_id.occurrence_ids.filtered(
                    lambda o: o.task_id == occurrence.task_id and o.seq > occurrence.seq and o.state == "planned"
                )
                days = later.sorted("seq")[:4].mapped("due_date")
                problem = ""
            except UserError as error:
                problem = str(error)
            trial.rollback()
        self.env.invalidate_all(flush=False)
        return problem or "\n".join(format_date(self.env, day, date_format="EEE d MMM y") for day in days)

    def action_apply(self):
        """Move it."""
        self.ensure_one()
        self.occurrence_id._postpone(self.new_date, self.reason, keeps_rhythm=self.follow == "stay")
        return {"type": "ir.actions.act_window_close"}
