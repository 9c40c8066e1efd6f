from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import aapor
from ..domain.names import OPEN_STATES


class CrmSurveyInvitation(models.Model):
    """One customer asked by one program: from the event that started it to its final outcome."""

    _name = "crm.survey.invitation"
    _description = "Survey invitation"
    _inherit = ["crm.survey.contact.mixin", "crm.survey.answer.mixin", "crm.contact.sender"]
    _order = "due desc, id desc"
    _privacy = {
        "partner": ("partner_id", "recipient_id"),
        "report": ("survey_id", "state", "due", "sent_on", "done_on"),
        "report_domain": [("state", "!=", "cancelled")],
    }

    program_id = fields.Many2one("crm.survey.program", required=True, index=True, ondelete="restrict")
    survey_id = fields.Many2one(
        "survey.survey",
        compute="_compute_survey_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        index=True,
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, required=True, precompute=True, index=True
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    recipient_id = fields.Many2one(
        "res.partner",
        string="Asked",
        compute="_compute_recipient_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The person who is asked: the customer or, for a company without an e-mail address, one of its contacts.",
    )
    # Not related fields: those are read as superuser, of any contact somebody puts into a new record.
    phone = fields.Char(compute="_compute_address", compute_sudo=False)
    email = fields.Char(compute="_compute_address", compute_sudo=False)
    lang = fields.Char(compute="_compute_lang", help="Language of the message and of the questionnaire.")
    wave = fields.Integer(default=1, required=True, readonly=True, help="1 when the program asks for the first time.")
    event_key = fields.Char(readonly=True, help="What started it.")
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("held", "Held back"),
            ("sent", "Sent"),
            ("to_call", "To call"),
            ("started", "Started"),
            ("done", "Answered"),
            ("refused", "Declined"),
            ("expired", "Expired"),
            ("denied", "Not allowed"),
            ("cancelled", "Cancelled"),
        ],
        default="planned",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand="_group_expand_state",
    )
    cancel_reason = fields.Selection(
        [
            ("left_stage", "The customer has left the stage, class or segment"),
            ("no_address", "The customer cannot be reached by this channel"),
            ("merged", "Asked under another contact of the same customer"),
            ("known", "Everything to be asked is known already"),
            ("quota", "Enough customers like this one have answered"),
            ("not_drawn", "Not drawn for the sample"),
            ("stopped", "The program ended"),
            ("user", "Cancelled by hand"),
        ],
        readonly=True,
        copy=False,
    )
    final_disposition = fields.Selection(
        [
            (aapor.COMPLETE, "1.1 Complete"),
            (aapor.PARTIAL, "1.2 Partial"),
            (aapor.REFUSAL, "2.11 Refusal"),
            (aapor.BREAK_OFF, "2.12 Break-off"),
            (aapor.NON_CONTACT, "2.2 Non-contact"),
            (aapor.OTHER, "2.3 Unable to answer"),
            (aapor.NEVER_ASKED, "3.11 Never asked"),
            (aapor.UNDELIVERABLE, "3.3 Not deliverable"),
            (aapor.NOT_ELIGIBLE, "4.1 Not eligible"),
            (aapor.QUOTA_FILLED, "4.8 Quota filled"),
        ],
        string="Outcome (AAPOR)",
        readonly=True,
        copy=False,
        index=True,
    )
    due = fields.Datetime(string="Next contact", default=fields.Datetime.now, help="When the next step is to be made.")
    step = fields.Integer(readonly=True, copy=False, help="Number of steps made.")
    sent_on = fields.Datetime(string="First contact", readonly=True, copy=False)
    done_on = fields.Datetime(string="Closed", readonly=True, copy=False)
    expires_on = fields.Datetime(
        string="Link works until", readonly=True, copy=False, help="Afterwards the customer cannot answer any more."
    )
    user_id = fields.Many2one("res.users", string="Interviewer", domain=[("share", "=", False)], index="btree_not_null")
    call_back_on = fields.Datetime(string="Call back on", copy=False)
    user_input_id = fields.Many2one(
        "survey.user_input", string="Answers", readonly=True, copy=False, index="btree_not_null"
    )
    interaction_id = fields.Many2one("crm.interaction", string="Last contact", readonly=True, copy=False)
    contact_reason = fields.Char(related="interaction_id.reason", string="Why held or denied")
    churn_interview_id = fields.Many2one("crm.churn.interview", readonly=True, copy=False, index="btree_not_null")
    attempt_ids = fields.One2many("crm.survey.attempt", "invitation_id", string="Attempts")
    attempt_count = fields.Integer(compute="_compute_attempt_count")
    writeback_state = fields.Selection(
        [("none", "Nothing yet"), ("queued", "Waiting"), ("done", "Recorded"), ("error", "Failed")],
        string="Recording",
        default="none",
        required=True,
        readonly=True,
        copy=False,
    )
    writeback_error = fields.Text(string="What went wrong", readonly=True, copy=False)

    _partner_unique = models.Constraint(
        "UNIQUE (program_id, partner_id, wave)", "This program already asks this customer."
    )
    _event_unique = models.UniqueIndex(
        "(program_id, event_key) WHERE event_key IS NOT NULL", "This event already started an invitation."
    )
    _due_idx = models.Index("(program_id, due) WHERE state IN ('planned', 'sent', 'started')")
    _writeback_idx = models.Index("(id) WHERE writeback_state = 'queued'")

    @api.depends("program_id")
    def _compute_survey_id(self):
        for invitation in self:
            invitation.survey_id = invitation.survey_id or invitation.program_id.survey_id

    @api.depends("program_id.company_id")
    def _compute_company_id(self):
        for invitation in self:
            invitation.company_id = invitation.program_id.company_id

    @api.depends("partner_id")
    def _compute_recipient_id(self):
        found = self._find_recipients(self.partner_id)
        for invitation in self:
            invitation.recipient_id = found.get(invitation.partner_id, invitation.partner_id)

    @api.depends("recipient_id.phone", "recipient_id.email")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_address(self):
        """How to reach the recipient; nothing of contacts the reader may not see."""
        readable = self.recipient_id._filtered_access("read")
        for invitation in self:
            recipient = invitation.recipient_id & readable
            invitation.phone, invitation.email = recipient.phone, recipient.email

    @api.model
    def _find_recipients(self, partners):
        """Return {company without an e-mail address: the first of its contacts that has one}; one query."""
        without = partners.filtered(lambda p: p.is_company and not p.email)
        first = {}
        for child in self.env["res.partner"].search(
            Domain("parent_id", "in", without.ids) & Domain("email", "!=", False), order="parent_id, type, id"
        ):
            first.setdefault(child.parent_id, child)
        return first

    @api.depends("recipient_id.lang", "partner_id.lang", "company_id")
    def _compute_lang(self):
        for invitation in self:
            invitation.lang = (
                invitation.recipient_id.lang
                or invitation.partner_id.lang
                or invitation.company_id.partner_id.lang
                or self.env.lang
            )

    @api.depends("attempt_ids")
    def _compute_attempt_count(self):
        totals = dict(
            self.env["crm.survey.attempt"]._read_group(
                Domain("invitation_id", "in", self.ids), ["invitation_id"], ["__count"]
            )
        )
        for invitation in self:
            invitation.attempt_count = totals.get(invitation._origin, 0)

    @api.depends("partner_id", "survey_id")
    def _compute_display_name(self):
        for invitation in self:
            invitation.display_name = f"{invitation.partner_id.name or ''}: {invitation.survey_id.title or ''}"

    @api.model
    def _group_expand_state(self, states, domain):
        """Columns in the order of life; the usual ones are there even when they are empty."""
        usual = {"planned", "held", "sent", "to_call", "done"}
        return [key for key, _label in self._fields["state"].selection if key in usual or key in states]

    # -- what the respondent does --------------------------------------------------------------------

    def _on_started(self):
        """The respondent opened the first question."""
        self.filtered(lambda i: i.state in OPEN_STATES).write({"state": "started"})

    def _on_completed(self):
        """The last question is answered: close the invitation and queue its answers for recording."""
        now = fields.Datetime.now()
        self.write(
            {
                "state": "done",
                "final_disposition": aapor.COMPLETE,
                "done_on": now,
                "due": False,
                "call_back_on": False,
                "writeback_state": "queued",
                "writeback_error": False,
            }
        )
        self._drop_held()
        self._book_inbound("done", now)
        self._note_interview_sudo()
        self._trigger_write_back()

    def _check_may_decline(self):
        """:raises UserError: if the invitation is closed already"""
        if self.filtered(lambda i: i.state not in OPEN_STATES):
            raise UserError(self.env._("This invitation is closed already."))

    def _decline(self, at, never_again=False):
        """The customer does not want to answer; ``never_again`` also withdraws the consent to be surveyed."""
        self._check_may_decline()
        answered = self._count_answered()
        for code, invitations in self.grouped(
            lambda i: aapor.final_at_refusal(i.user_input_id.state == "in_progress", *answered[i.id])
        ).items():
            invitations._close_with(code, "refused", at)
        self._drop_held()
        self._book_inbound("refused", at)
        if never_again:
            self._withdraw_consent(at)
        self.churn_interview_id._on_declined()

    def _decline_sudo(self, at, never_again=False):
        """As ``_decline``; sudo: a respondent holds only the token, an interviewer writes no consent otherwise."""
        self.sudo()._decline(at, never_again=never_again)

    # -- closing -------------------------------------------------------------------------------------

    def _cancel(self, reason):
        """Close invitations before their time; ``reason`` is a key of ``cancel_reason``."""
        for asked, invitations in self.grouped(lambda i: bool(i.sent_on)).items():
            invitations.write(
                {
                    "state": "cancelled",
                    "cancel_reason": reason,
                    "final_disposition": aapor.final_at_cancel(reason, asked),
                    "done_on": fields.Datetime.now(),
                    "due": False,
                    "call_back_on": False,
                }
            )
        self._drop_held()

    def _close_sudo(self, code, at):
        """Close with a final AAPOR code; sudo: an interviewer reports an outcome but does not edit invitations."""
        invitations = self.sudo()
        invitations.write(
            {"state": "expired", "final_disposition": code, "done_on": at, "due": False, "call_back_on": False}
        )
        invitations._drop_held()
        invitations._close_links()
        invitations.churn_interview_id._on_declined()

    def action_cancel(self):
        """Cancel by hand; the link stops working."""
        self.filtered(lambda i: i.state in OPEN_STATES)._cancel_sudo("user")

    def _cancel_sudo(self, reason):
        """As ``_cancel``, the link too; sudo: who may cancel an invitation may not write others' contacts."""
        self.check_access("write")
        invitations = self.sudo()
        invitations._cancel(reason)
        invitations._close_links()

    def _expire(self):
        """Close invitations whose time is over with the final code their answers and attempts earn."""
        now = fields.Datetime.now()
        codes = self._final_codes()
        for code, invitations in self.grouped(lambda i: codes[i.id]).items():
            invitations._close_with(code, "expired", now)
        self._drop_held()
        self.churn_interview_id._on_declined()

    def _final_codes(self):
        """Return {invitation id: the final code that answers and attempts so far earn}; a fixed number of queries."""
        answered = self._count_answered()
        tried = {invitation.id: [] for invitation in self}
        for attempt in self.env["crm.survey.attempt"].search_fetch(
            Domain("invitation_id", "in", self.ids), ["invitation_id", "disposition"]
        ):
            tried[attempt.invitation_id.id].append(attempt.disposition)
        return {i.id: aapor.final_at_expiry(bool(i.sent_on), *answered[i.id], tried[i.id]) for i in self}

    def _close_with(self, code, state, at):
        """Write a final code; what a partial interview learnt is recorded."""
        partial = code == aapor.PARTIAL
        self.write(
            {
                "state": state,
                "final_disposition": code,
                "done_on": at,
                "due": False,
                "call_back_on": False,
                "writeback_state": "queued" if partial else "none",
            }
        )
        if partial:
            self._trigger_write_back()

    # -- actions -------------------------------------------------------------------------------------

    def action_open_survey(self):
        """Fill in the questionnaire for the customer, who is on the phone; creates the link when there is none."""
        self.ensure_one()
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("This invitation is closed already."))
        return {"type": "ir.actions.act_url", "target": "self", "url": self._get_url_sudo()}

    def action_contact_now(self):
        """Make the next step now, through the contact gate."""
        due = self.filtered(lambda i: i.state in ("planned", "sent", "started"))
        due._contact_next_sudo(fields.Datetime.now())

    def action_view_answers(self):
        """Open what the customer answered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.user_input",
            "view_mode": "form",
            "views": [(self.env.ref("crm_survey.survey_user_input_view_form").id, "form")],
            "res_id": self.user_input_id.id,
        }
