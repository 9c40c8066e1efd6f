from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain.names import OPEN_STATES

# What an interviewer reports with one key.
BY_HAND = (
    "no_answer", "busy", "voicemail", "call_back", "by_link", "wrong_number", "refused", "unable", "not_eligible",
    "break_off",
)  # fmt: skip
LAST_ATTEMPTS = 5


class CrmSurveyCall(models.TransientModel):
    """The dialog of one call: whom, why, what to say, and what came of it by one key."""

    _name = "crm.survey.call"
    _description = "Survey call"

    invitation_id = fields.Many2one("crm.survey.invitation", required=True, readonly=True, ondelete="cascade")
    # Read with the interviewer's rights: a form that is not saved yet tells nothing of other companies' customers.
    state = fields.Selection(related="invitation_id.state", related_sudo=False)
    is_running = fields.Boolean(compute="_compute_call")
    partner_id = fields.Many2one(related="invitation_id.partner_id", related_sudo=False)
    recipient_id = fields.Many2one(related="invitation_id.recipient_id", related_sudo=False)
    phone = fields.Char(related="invitation_id.recipient_id.phone", related_sudo=False)
    email = fields.Char(related="invitation_id.recipient_id.email", related_sudo=False)
    survey_id = fields.Many2one(related="invitation_id.survey_id", related_sudo=False)
    call_why = fields.Char(related="invitation_id.call_why", related_sudo=False)
    call_best = fields.Char(related="invitation_id.call_best", related_sudo=False)
    call_note = fields.Text(string="From the last call", compute="_compute_call")
    local_time = fields.Char(string="Their clock", compute="_compute_call")
    sheet = fields.Html(compute="_compute_sheet", sanitize=False)
    call_back_on = fields.Datetime(compute="_compute_call_back_on", store=True, readonly=False, precompute=True)
    never_again = fields.Boolean(string="Do not ask again")
    note = fields.Text()
    go_on = fields.Boolean(string="Then the next call", default=True)

    @api.depends("invitation_id")
    def _compute_call(self):
        now = fields.Datetime.now()
        for dialog in self:
            invitation = dialog.invitation_id
            dialog.is_running = invitation._is_calling(now) and invitation.call_user_id == self.env.user
            dialog.call_note = "\n".join(filter(None, invitation._planned_calls_sudo().mapped("note")))
            dialog.local_time = invitation._local_now().strftime("%H:%M") if invitation else False

    @api.depends("invitation_id")
    @api.depends_context("lang")
    def _compute_sheet(self):
        """What to say first, what is certain of the customer, the last attempts."""
        today = fields.Date.context_today(self)
        for dialog in self:
            invitation = dialog.invitation_id
            dialog.sheet = invitation and self.env["ir.qweb"]._render(
                "crm_survey.call_sheet",
                {
                    "intro": invitation._call_intro(),
                    "facts": invitation._call_facts_sudo(today),
                    "attempts": invitation.attempt_ids[:LAST_ATTEMPTS],
                },
            )

    @api.depends("invitation_id")
    def _compute_call_back_on(self):
        now = fields.Datetime.now()
        for dialog in self:
            dialog.call_back_on = dialog.invitation_id and dialog.invitation_id._propose_call_back(now)

    @api.model_create_multi
    def create(self, vals_list):
        """:raises AccessError: for an invitation the user may not work on; the dialog tells much of it"""
        dialogs = super().create(vals_list)
        dialogs.invitation_id.check_access("write")
        return dialogs

    def write(self, vals):
        """:raises AccessError: as :meth:`create`"""
        result = super().write(vals)
        self.invitation_id.check_access("write")
        return result

    def action_log(self):
        """Record what came of the call – the outcome is the button's – and go on.

        :raises UserError: for an unknown outcome, or a call back without a moment to come
        """
        self.ensure_one()
        outcome = self.env.context.get("disposition")
        if outcome not in BY_HAND:
            raise UserError(self.env._("What came of it?"))
        if outcome == "call_back" and (not self.call_back_on or self.call_back_on <= fields.Datetime.now()):
            raise UserError(self.env._("When shall the customer be called back? Choose a moment to come."))
        self._log(outcome)
        return self._after()

    def _log(self, outcome):
        self.env["crm.survey.attempt"].create(
            {
                "invitation_id": self.invitation_id.id,
                "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                "disposition": outcome,
                "call_back_on": self.call_back_on if outcome == "call_back" else False,
                "never_again": self.never_again and outcome in ("refused", "break_off"),
                "note": self.note,
            }
        )

    def _after(self):
        """Close the dialog, or begin the next call when there is one that may be made now."""
        now = fields.Datetime.now()
        following = self.go_on and self.env["crm.survey.invitation"]._next_callable(now)
        if following:
            return following.action_call()
        return {"type": "ir.actions.act_window_close"}

    def action_by_link(self):
        """Send the link by which the customer finishes alone, and record the call."""
        self.ensure_one()
        self._log("by_link")
        self.invitation_id._send_link_sudo(fields.Datetime.now())
        return self._after()

    def action_fill_in(self):
        """Open the questionnaire; completing it records the call."""
        self.ensure_one()
        return self.invitation_id.action_open_survey()

    def action_next(self):
        """Go on after a completed interview.

        :raises UserError: when the call is still open
        """
        self.ensure_one()
        if self.invitation_id.state in OPEN_STATES:
            raise UserError(self.env._("First say what came of this call."))
        return self.invitation_id.action_next_call()

    def action_not_called(self):
        """Nobody was called: give the customer back to the queue."""
        self.ensure_one()
        self.invitation_id._abandon_call_sudo(fields.Datetime.now())
        return {"type": "ir.actions.act_window_close"}

    def action_later(self):
        """Move the proposed call back by an hour or a day (``hours`` in the context); the dialog stays."""
        self.ensure_one()
        now = fields.Datetime.now().replace(second=0)
        self.call_back_on = now + timedelta(hours=int(self.env.context.get("hours") or 1))
        return {
            "type": "ir.actions.act_window",
            "name": self.invitation_id._call_partner().display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }
