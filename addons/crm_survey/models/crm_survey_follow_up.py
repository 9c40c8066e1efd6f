from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..domain import follow_up

# What the customer said, and where: people write what they did about it.
SAID = {"complaint", "invitation_id", "opened_on", "partner_id", "reason_code", "scores"}


class CrmSurveyFollowUp(models.Model):
    """An unhappy customer somebody goes back to: by when, what was done, and what the customer was told."""

    _name = "crm.survey.follow.up"
    _description = "Follow-up of a survey answer"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.contact.sender", "crm.survey.export.guard"]
    _order = "deadline, id desc"
    _rec_name = "partner_id"
    _privacy = {
        "report": ("opened_on", "reason_code", "complaint", "state", "closed_on", "reply"),
        "note_fields": ("complaint", "what_done", "reply"),
        "note_date": "opened_on",
        "mask": ("complaint", "what_done", "reply"),
    }

    invitation_id = fields.Many2one(
        "crm.survey.invitation", string="Answers", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", string="Customer", required=True, index=True, ondelete="cascade")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    company_id = fields.Many2one(
        related="invitation_id.company_id", store=True, index=True, readonly=True, precompute=True
    )
    program_id = fields.Many2one(
        related="invitation_id.program_id", store=True, index=True, readonly=True, precompute=True
    )
    survey_id = fields.Many2one(related="invitation_id.survey_id", string="Survey")
    phone = fields.Char(compute="_compute_phone", compute_sudo=False)
    lang = fields.Char(related="invitation_id.lang")
    opened_on = fields.Datetime(string="Answered on", required=True, readonly=True)
    reason_code = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("nps", "Would not recommend us"),
            ("csat", "Not satisfied"),
            ("ces", "Too much effort"),
        ],
        string="Why",
        required=True,
        readonly=True,
        tracking=True,
    )
    scores = fields.Json(readonly=True, help="{metric: [score, best score]}")
    reason = fields.Char(compute="_compute_reason", string="What the customer said")
    complaint = fields.Text(readonly=True, string="In the customer's words")
    user_id = fields.Many2one(
        "res.users", string="Account manager", index=True, tracking=True, domain=[("share", "=", False)]
    )
    deadline = fields.Date(required=True, tracking=True)
    state = fields.Selection(
        [
            ("open", "To do"),
            ("done", "Done"),
            ("dropped", "Nothing to do"),
            ("set_aside", "Answers set aside"),
        ],
        default="open",
        required=True,
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue", string="Overdue")
    what_done = fields.Text(string="What was done", help="For us; the customer does not see it.")
    closed_on = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", string="Done by", readonly=True, copy=False)
    reply = fields.Text(string="Tell the customer", help="What the customer reads in the message.")
    interaction_id = fields.Many2one("crm.interaction", string="Message", readonly=True, copy=False)
    reply_hint = fields.Char(related="interaction_id.reason", string="Why it waits")
    told_on = fields.Datetime(string="Customer told on", readonly=True, copy=False)

    _invitation_unique = models.Constraint(
        "UNIQUE (invitation_id)", "There is a follow-up of these answers already."
    )

    @api.depends("partner_id.phone")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_phone(self):
        """The customer's number; nothing of contacts the reader may not see."""
        readable = self.partner_id._filtered_access("read")
        for one in self:
            one.phone = (one.partner_id & readable).phone

    @api.depends("reason_code", "scores")
    @api.depends_context("lang")
    def _compute_reason(self):
        for one in self:
            said = [self.env._("Complaint")] if one.complaint else []
            words = {
                "nps": self.env._("recommends us"),
                "csat": self.env._("satisfaction"),
                "ces": self.env._("ease"),
            }
            for metric in follow_up.METRICS:
                if metric in (one.scores or {}):
                    score, best = one.scores[metric]
                    said.append(f"{words[metric]} {score}/{best}")
            text = " · ".join(said)
            one.reason = text[:1].upper() + text[1:]

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        today = fields.Date.context_today(self)
        for one in self:
            one.is_overdue = one.state == "open" and bool(one.deadline) and one.deadline < today

    @api.model
    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_overdue_domain(fields.Date.context_today(self))

    @api.model
    def _get_overdue_domain(self, day):
        """Return a fresh domain of what should have been done before ``day``."""
        return Domain("state", "=", "open") & Domain("deadline", "<", day)

    @api.constrains("state", "what_done")
    def _check_what_done(self):
        for one in self:
            if one.state in ("done", "dropped") and not (one.what_done or "").strip():
                raise ValidationError(self.env._("Write down what was done: the next one will want to know."))

    def write(self, vals):
        """Keep what the customer said.

        :raises AccessError: if a person would change it
        """
        if not self.env.su and (said := vals.keys() & SAID):
            labels = [self._fields[name]._description_string(self.env) for name in sorted(said)]
            raise AccessError(
                self.env._("What the customer answered is not changed: %(fields)s", fields=", ".join(labels))
            )
        return super().write(vals)

    # -- closing -------------------------------------------------------------------------------------

    def _may_close(self):
        """Return those that are still open."""
        return self.filtered(lambda one: one.state == "open")

    def _check_may_close(self):
        """:raises UserError: if one is closed already or does not say what was done"""
        if self - self._may_close():
            raise UserError(self.env._("This follow-up is closed already."))
        for one in self:
            if not (one.what_done or "").strip():
                raise UserError(self.env._("Write down what was done: the next one will want to know."))

    def _close(self, state, at):
        """Close with ``state`` (done or dropped) and finish its activity."""
        self._check_may_close()
        self.write({"state": state, "closed_on": at, "closed_by_id": self.env.uid})
        for one in self:
            one.activity_feedback(["crm_survey.mail_activity_type_follow_up"], feedback=one.what_done)

    def _close_with(self, what_done):
        """Close as done with this word, added to what was written down before."""
        for one in self:
            one.what_done = "\n".join(text for text in (one.what_done, what_done) if text)
        if self:
            self._close("done", fields.Datetime.now())

    def action_done(self):
        """Somebody has gone back to the customer.

        :raises UserError: without a word about what was done
        """
        self._close("done", fields.Datetime.now())

    def action_drop(self):
        """There is nothing to do; ``what_done`` says why."""
        self._close("dropped", fields.Datetime.now())

    def action_reopen(self):
        """It was not the end of it: to be done by today's deadline."""
        closed = self - self._may_close()
        today = fields.Date.context_today(self)
        closed.write({"state": "open", "closed_on": False, "closed_by_id": False, "deadline": today})
        closed._schedule_sudo()

    def action_view_answers(self):
        """Open what the customer answered."""
        return self.invitation_id.action_view_answers()
