from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain.schedule import Base, plan_dates

LOOK_AHEAD = 366 * 5


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
        """:return: the next days of the task after such a move, or why it is not possible"""
        occurrence, rule = self.occurrence_id, self.occurrence_id.task_id._rule()
        try:
            occurrence._check_minimum(self.new_date)
        except UserError as error:
            return str(error)
        is_series = occurrence.task_id.kind == "chain"
        if rule and (is_series or (self.follow == "move" and not self.is_dose)):
            base = Base(self.new_date, occurrence.seq, begun=True)
            calendar = occurrence.company_id._service_calendar_sudo()
            until = self.new_date + timedelta(days=LOOK_AHEAD)
            days = [due.due for due in plan_dates(rule, base, until, calendar)]
        else:
            later = self.env["crm.service.occurrence"].search(
                [("series_id", "=", occurrence.series_id.id), ("seq", ">", occurrence.seq), ("state", "=", "planned")],
                order="seq",
                limit=4,
            )
            days = later.mapped("due_date")
        return "\n".join(format_date(self.env, day, date_format="EEE d MMM y") for day in days[:4])

    def action_apply(self):
        """Move it."""
        self.ensure_one()
        self.occurrence_id._postpone(self.new_date, self.reason, keeps_rhythm=self.follow == "stay")
        return {"type": "ir.actions.act_window_close"}
