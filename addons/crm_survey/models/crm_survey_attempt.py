from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..domain import aapor
from ..domain.names import OPEN_STATES


class CrmSurveyAttempt(models.Model):
    """One try to reach a customer, and what came of it; every one is kept."""

    _name = "crm.survey.attempt"
    _description = "Survey attempt"
    _order = "date desc, id desc"
    _rec_name = "invitation_id"
    _privacy = {"note_fields": ("note",), "note_date": "date", "mask": ("note",)}

    invitation_id = fields.Many2one("crm.survey.invitation", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(related="invitation_id.partner_id", store=True, index=True)
    program_id = fields.Many2one(related="invitation_id.program_id", store=True)
    company_id = fields.Many2one(related="invitation_id.company_id", store=True, index=True)
    date = fields.Datetime(default=fields.Datetime.now, required=True)
    channel_id = fields.Many2one("crm.contact.channel", required=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="By", default=lambda self: self.env.user)
    disposition = fields.Selection(
        [
            ("sent", "Sent"),
            ("bounced", "Came back"),
            ("no_answer", "No answer"),
            ("busy", "Busy"),
            ("call_back", "Call back"),
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
    call_back_on = fields.Datetime()
    never_again = fields.Boolean(string="Do not ask again", help="The customer does not want surveys any more.")
    note = fields.Text()

    @api.constrains("disposition", "call_back_on")
    def _check_call_back(self):
        for attempt in self:
            if attempt.disposition == "call_back" and not attempt.call_back_on:
                raise ValidationError(self.env._("When shall the customer be called back?"))

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever reports an attempt signs for it; then it does to its invitation what its outcome means."""
        if not self.env.su and not self.env.user.has_group("crm_survey.group_manager"):
            vals_list = [{**vals, "user_id": self.env.uid} for vals in vals_list]
        attempts = super().create(vals_list)
        attempts.filtered(lambda a: a.disposition != "sent")._conclude()
        return attempts

    def write(self, vals):
        if vals.keys() & {"invitation_id", "disposition", "date", "channel_id"}:
            raise UserError(self.env._("What came of an attempt is not changed afterwards: record another one."))
        return super().write(vals)

    def _conclude(self):
        """Let each attempt do to its invitation what its outcome means."""
        for attempt in self:
            invitation = attempt.invitation_id
            if attempt.disposition == "completed":
                attempt._check_completed()
                continue
            if invitation.state not in OPEN_STATES:
                raise UserError(self.env._("This invitation is closed already."))
            code = aapor.final_of_attempt(attempt.disposition)
            if attempt.disposition in ("refused", "break_off"):
                invitation._decline_sudo(attempt.date, attempt.never_again)
            elif code:
                invitation._close_sudo(code, attempt.date)
            else:
                attempt._plan_next()
        self._book_calls()

    def _check_completed(self):
        """:raises UserError: if the questionnaire is not filled in"""
        if self.invitation_id.state != "done":
            raise UserError(self.env._("Fill in the questionnaire to the end: that completes the interview."))

    def _plan_next(self):
        """Put the customer back into the queue, at the agreed moment when there is one."""
        self.invitation_id.write(
            {
                "call_back_on": self.call_back_on,
                "due": self.call_back_on or fields.Datetime.add(self.date, hours=4),
                "user_id": self.invitation_id.user_id.id or self.user_id.id,
            }
        )

    def _book_calls(self):
        """Write calls into the contact ledger."""
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": a.invitation_id.recipient_id.id or a.partner_id.id,
                    "company_id": a.company_id.id,
                    "direction": "out",
                    "channel_id": a.channel_id.id,
                    "purpose": "survey",
                    "state": "done",
                    "date": a.date,
                    "user_id": a.user_id.id,
                    "subject": a.invitation_id.survey_id.title,
                    "note": a.note,
                    "next_date": a.call_back_on,
                    "res_model": "crm.survey.invitation",
                    "res_id": a.invitation_id.id,
                }
                for a in self
                if a.channel_id.code == "phone"
            ]
        )
