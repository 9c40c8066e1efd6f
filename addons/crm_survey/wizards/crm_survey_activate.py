from datetime import timedelta

from odoo import api, fields, models

from ..domain import schedule

LOOK_BACK_DAYS = 28


class CrmSurveyActivate(models.TransientModel):
    """Says whom a program would ask before it starts; by default it starts with what happens from now on."""

    _name = "crm.survey.activate"
    _description = "Start a survey program"

    program_id = fields.Many2one("crm.survey.program", required=True, readonly=True, ondelete="cascade")
    trigger = fields.Selection(related="program_id.trigger")
    include_current = fields.Boolean(
        string="Also ask the customers who are there today",
        help="Otherwise only those who enter the stage from now on are asked.",
    )
    current_count = fields.Integer(compute="_compute_counts", string="There today")
    allow_count = fields.Integer(compute="_compute_counts", string="Could be asked at once")
    hold_count = fields.Integer(compute="_compute_counts", string="Would wait")
    deny_count = fields.Integer(compute="_compute_counts", string="May not be asked")
    unreachable_count = fields.Integer(compute="_compute_counts", string="Without an address")
    week_count = fields.Integer(compute="_compute_counts", string="New each week")

    @api.depends("program_id")
    def _compute_counts(self):
        now = fields.Datetime.now()
        for wizard in self:
            program = wizard.program_id.with_company(wizard.program_id.company_id)
            partners = program._get_current_partners()
            channel = program.step_ids[:1].channel_code or "email"
            reachable = partners.filtered("phone" if channel == "phone" else "email")
            verdicts = [d.verdict for d in reachable._contact_decisions(channel, "survey", now).values()]
            events = program._events_possible(now - timedelta(days=LOOK_BACK_DAYS), now)
            wizard.current_count = len(partners)
            wizard.unreachable_count = len(partners - reachable)
            wizard.allow_count = verdicts.count("allow")
            wizard.hold_count = verdicts.count("hold")
            wizard.deny_count = verdicts.count("deny")
            wizard.week_count = schedule.per_week(events, LOOK_BACK_DAYS)

    def action_confirm(self):
        """Start the program; with ``include_current`` those in the stage today are planned as well."""
        self.ensure_one()
        at = fields.Datetime.now()
        program = self.program_id
        program._activate(at)
        if self.include_current and program.trigger == "stage":
            partners = program.with_company(program.company_id)._get_current_partners()
            program._invite({partner.id: (at, False) for partner in partners}, at)
        return {"type": "ir.actions.act_window_close"}
