from odoo import api, fields, models
from odoo.addons.crm_contact_policy.tools import without_defaults
from odoo.exceptions import UserError, ValidationError

from ..domain import aapor, calls
from ..domain.names import OPEN_STATES

# What the call itself tells; nobody writes it by hand.
MEASURED = {"cost", "duration", "interaction_id", "started_on"}
# What the programs report, not people.
REPORTED = {"bounced", "sent"}
FIXED = MEASURED | {"channel_id", "date", "disposition", "invitation_id", "user_id"}


class CrmSurveyAttempt(models.Model):
    """One try to reach a customer, and what came of it; every one is kept."""

    _name = "crm.survey.attempt"
    _description = "Survey attempt"
    _order = "date desc, id desc"
    _rec_name = "invitation_id"
    _privacy = {"note_fields": ("note",), "note_date": "date", "mask": ("note",)}

    invitation_id = fields.Many2one("crm.survey.invitation", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="invitation_id.partner_id", store=True, index=True)
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    program_id = fields.Many2one(related="invitation_id.program_id", store=True)
    company_id = fields.Many2one(related="invitation_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    channel_id = fields.Many2one("crm.contact.channel", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="By", default=lambda self: self.env.user, index=True)
    disposition = fields.Selection(
        [
            ("sent", "Sent"),
            ("bounced", "Came back"),
            ("no_answer", "No answer"),
            ("busy", "Busy"),
            ("voicemail", "Answering machine"),
            ("call_back", "Call back"),
            ("by_link", "Goes on by link"),
            ("wrong_number", "Wrong number"),
            ("refused", "Declined"),
            ("unable", "Unable to answer"),
            ("not_eligible", "No customer of ours"),
            ("break_off", "Broken off"),
            ("completed", "Completed"),
        ],
        string="Outcome",
        required=True,
    )
    call_back_on = fields.Datetime(string="Call back on")
    never_again = fields.Boolean(string="Do not ask again", help="The customer does not want surveys any more.")
    note = fields.Text()
    started_on = fields.Datetime(string="Call began", readonly=True)
    duration = fields.Float("Duration (hours)", readonly=True)
    cost = fields.Monetary(readonly=True, groups="crm_survey.group_manager", help="Duration times the hourly cost.")
    interaction_id = fields.Many2one("crm.interaction", string="In the ledger", readonly=True, index="btree_not_null")

    @api.constrains("disposition", "call_back_on")
    def _check_call_back(self):
        for attempt in self:
            if attempt.disposition == "call_back" and not attempt.call_back_on:
                raise ValidationError(self.env._("When shall the customer be called back?"))

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever reports an attempt signs for it; then it does to its invitation what its outcome means."""
        clean = self
        if not self.env.su:
            vals_list = [self._prepare_own_vals(vals) for vals in vals_list]
            clean = without_defaults(self, MEASURED | {"user_id"})
        attempts = super(CrmSurveyAttempt, clean).create(vals_list).with_env(self.env)
        attempts.filtered(lambda a: a.disposition != "sent")._conclude()
        return attempts

    def write(self, vals):
        if vals.keys() & (FIXED - MEASURED if self.env.su else FIXED):
            raise UserError(self.env._("What came of an attempt is not changed afterwards: record another one."))
        return super().write(vals)

    def _prepare_own_vals(self, vals):
        """Values of an attempt a person reports: their own, of now or before, and nothing that is measured.

        :raises UserError: for what only a program reports, or a moment that is still to come
        """
        vals = {name: value for name, value in vals.items() if name not in MEASURED}
        if not self.env.user.has_group("crm_survey.group_manager"):
            vals["user_id"] = self.env.uid
        vals.setdefault("user_id", self.env.uid)
        outcome = vals.get("disposition") or self.env.context.get("default_disposition")
        moment = fields.Datetime.to_datetime(vals.get("date") or self.env.context.get("default_date"))
        if outcome in REPORTED or (moment and moment > fields.Datetime.add(fields.Datetime.now(), minutes=5)):
            raise UserError(self.env._("Only what came of a call that was made is recorded."))
        return vals

    def _conclude(self):
        """Let each attempt do to its invitation what its outcome means.

        :raises UserError: if the invitation is closed, or a questionnaire reported as completed is not
        """
        for attempt in self:
            attempt._check_open()
            if attempt.channel_id.code == "phone":
                attempt._measure_call_sudo()
                attempt._book_call_sudo()
            attempt._apply_outcome()

    def _check_open(self):
        if self.disposition == "completed":
            if not self.env.su or self.invitation_id.state != "done":
                raise UserError(self.env._("Fill in the questionnaire to the end: that completes the interview."))
        elif self.invitation_id.state not in OPEN_STATES:
            raise UserError(self.env._("This invitation is closed already."))

    def _apply_outcome(self):
        invitation, outcome = self.invitation_id, self.disposition
        code = aapor.final_of_attempt(outcome)
        if outcome == "completed":
            return
        if outcome in ("refused", "break_off"):
            invitation._decline_sudo(self.date, self.never_again)
        elif outcome == "wrong_number" or self._is_exhausted():
            invitation._give_up_calling_sudo(self.date)
        elif code:
            invitation._close_sudo(code, self.date)
        elif outcome == "call_back":
            invitation._plan_call_back_sudo(self)
        else:
            invitation._plan_retry_sudo(self)

    def _is_exhausted(self):
        """Whether this was the last try the program allows."""
        tries = self.invitation_id._count_calls()
        return calls.is_exhausted(self.disposition, tries, self.program_id.max_calls)
