from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime, format_duration

from ..domain import calls

QUEUE_ORDER = "call_turn, due, id"
NEXT_BATCH = 20


class CrmSurveyInvitation(models.Model):
    """The call queue: whom to call, why, when best, what came of it before, and whose turn it is."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    call_turn = fields.Integer(compute="_compute_call_turn", help="0: promised a call, 1: may be called, 2: later.")
    call_value = fields.Float(
        readonly=True, copy=False, groups="crm_survey.group_user", help="Revenue expected when the call was queued."
    )
    call_why = fields.Char(string="Why", compute="_compute_call_why", help="What started it.")
    call_best = fields.Char(string="Best time", compute="_compute_call_best", help="By the customer's clock.")
    call_last = fields.Char(string="Last attempt", compute="_compute_call_last")
    call_hint = fields.Char(
        string="May be called", compute="_compute_call_hint", help="What the contact policy says to a call right now."
    )
    call_allowed = fields.Boolean(compute="_compute_call_hint")

    @api.depends("due", "call_back_on")
    def _compute_call_turn(self):
        now = fields.Datetime.now()
        for invitation in self:
            invitation.call_turn = calls.turn(invitation.due or None, invitation.call_back_on or None, now)

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        """The queue's order: :func:`calls.turn` as SQL, then the most valuable first.

        The value in sudo: interviewers are told whom to call first, not what anybody is worth.
        """
        if field_name != "call_turn":
            return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        back, due = (self._field_to_sql(alias, name, query) for name in ("call_back_on", "due"))
        value = self.sudo()._field_to_sql(alias, "call_value", query)
        return SQL(
            "CASE WHEN COALESCE(%s, %s) > %s THEN %s WHEN %s IS NOT NULL THEN %s ELSE %s END %s %s, "
            "COALESCE(%s, 0) DESC",
            back, due, fields.Datetime.now(), calls.LATER, back, calls.CALL_BACK, calls.READY, direction, nulls, value,
        )  # fmt: skip

    # -- who and why -----------------------------------------------------------------------------------

    @api.depends("event_key", "partner_id", "program_id")
    @api.depends_context("lang")
    def _compute_call_why(self):
        reasons = self._call_reasons_sudo()
        for invitation in self:
            invitation.call_why = reasons.get(invitation.id) or invitation.program_id.name

    def _call_reasons_sudo(self):
        """{invitation id: the stage and its reason in words}; a fixed number of queries.

        Sudo: an interviewer has no access to the lifecycle, and is told only why this customer is called.
        """
        keys = {i.id: i.event_key.partition(",")[2] for i in self if (i.event_key or "").startswith("crm.lifecycle.tr")}
        changes = self.env["crm.lifecycle.transition"].sudo().browse(int(key) for key in keys.values()).exists()
        by_key = {str(change.id): change for change in changes}
        found = {}
        for invitation_id, key in keys.items():
            if change := by_key.get(key):
                found[invitation_id] = self._in_stage(change.to_stage_id.name, change.effective_on, change.reason)
        rest = self.filtered(lambda i: i.id not in found)
        statuses = self.env["crm.lifecycle.status"].sudo().search(
            Domain("partner_id", "in", rest.partner_id.commercial_partner_id.ids)
            & Domain("company_id", "in", rest.company_id.ids)
        )
        by_customer = {(status.partner_id.id, status.company_id.id): status for status in statuses}
        for invitation in rest:
            customer = invitation.partner_id.commercial_partner_id
            if status := by_customer.get((customer.id, invitation.company_id.id)):
                found[invitation.id] = self._in_stage(status.stage_id.name, status.since, status.reason)
        return found

    def _in_stage(self, stage, since, reason):
        return self.env._(
            "%(stage)s since %(date)s: %(reason)s",
            stage=stage,
            date=format_date(self.env, since),
            reason=reason or "–",
        )

    # -- when ------------------------------------------------------------------------------------------

    @api.depends("recipient_id", "partner_id", "company_id")
    @api.depends_context("lang")
    def _compute_call_best(self):
        spans = self._call_spans(fields.Datetime.now())
        for invitation in self:
            span = spans[invitation.id]
            hours = f"{format_duration(span.start)}–{format_duration(span.end)}"
            if span.source == "reached":
                hours = self.env._("%(hours)s (reached: %(count)s)", hours=hours, count=span.count)
            elif span.source == "wish":
                hours = self.env._("%(hours)s (as the customer wishes)", hours=hours)
            invitation.call_best = hours

    # -- what came of it -------------------------------------------------------------------------------

    @api.depends("attempt_ids")
    @api.depends_context("lang", "tz")
    def _compute_call_last(self):
        labels = dict(self.env["crm.survey.attempt"]._fields["disposition"]._description_selection(self.env))
        last = {}
        for attempt in self.env["crm.survey.attempt"].search_fetch(
            Domain("invitation_id", "in", self.ids), ["invitation_id", "date", "disposition"]
        ):
            last.setdefault(attempt.invitation_id, attempt)
        for invitation in self:
            attempt = last.get(invitation._origin)
            invitation.call_last = attempt and self.env._(
                "%(outcome)s, %(date)s",
                outcome=labels[attempt.disposition],
                date=format_datetime(self.env, attempt.date, tz=self.env.user.tz, dt_format="short"),
            )

    @api.depends("state", "recipient_id", "call_since")
    @api.depends_context("lang", "tz", "uid")
    def _compute_call_hint(self):
        now = fields.Datetime.now()
        self.call_hint = False
        self.call_allowed = False
        queued = self.filtered(lambda i: i.state == "to_call" or (i.state == "started" and i.call_since))
        decisions = queued._call_decisions(now)
        for invitation in queued:
            decision = decisions[invitation._origin.id or invitation.id]
            invitation.call_allowed = decision.verdict == "allow"
            invitation.call_hint = self.env._("Now") if invitation.call_allowed else decision.reason
            if invitation._is_calling(now):
                caller = invitation.sudo().call_user_id.name
                invitation.call_hint = self.env._("%(user)s is on the phone", user=caller)

    # -- taking turns ----------------------------------------------------------------------------------

    def action_take(self):
        """Make these calls mine.

        :raises UserError: when one of them is a colleague's
        """
        others = self.filtered(lambda i: i.user_id and i.user_id != self.env.user)
        if others:
            raise UserError(
                self.env._(
                    "%(customer)s is called by %(user)s: ask for it to be handed over.",
                    customer=others[0].partner_id.name,
                    user=others[0].sudo().user_id.name,
                )
            )
        self.write({"user_id": self.env.uid})

    @api.model
    def _get_queue_domain(self):
        """Return a fresh domain of the calls the user may make: theirs and those nobody has taken."""
        return (
            (Domain("state", "=", "to_call") | Domain("state", "=", "started") & Domain("call_user_id", "!=", False))
            & Domain("company_id", "in", self.env.companies.ids)
            & Domain("user_id", "in", (self.env.uid, False))
        )

    def action_next_call(self):
        """Begin the call whose turn it is, and that the contact gate lets us make now.

        :raises UserError: when there is none
        """
        now = fields.Datetime.now()
        mine = self.search(self._get_queue_domain() & Domain("call_user_id", "=", self.env.uid), limit=1)
        if mine and mine._is_calling(now):
            return mine._open_call()
        found = self._next_callable(now)
        if not found:
            raise UserError(self.env._("Nobody can be called now: none waits, or the contact policy holds them back."))
        return found.action_call()

    @api.model
    def _next_callable(self, at):
        """Return the first invitation of the queue that may be called at ``at`` (naive UTC), locked; or none."""
        offset = 0
        while batch := self.search(self._get_queue_domain(), order=QUEUE_ORDER, limit=NEXT_BATCH, offset=offset):
            offset += NEXT_BATCH
            decisions = batch._call_decisions(at)
            for invitation in batch:
                if calls.turn(invitation.due or None, invitation.call_back_on or None, at) == calls.LATER:
                    return self.browse()
                free = not invitation._is_calling(at) and decisions[invitation.id].verdict == "allow"
                if free and (locked := invitation.sudo().try_lock_for_update()):
                    return locked.sudo(False)
        return self.browse()

    # -- entering the queue ----------------------------------------------------------------------------

    def _queue_call(self, at):
        """Whoever is worth more is called first: by the revenue expected when the call is queued."""
        result = super()._queue_call(at)
        self._set_call_values_sudo()
        return result

    def _set_call_values_sudo(self):
        """Note the value of each customer; sudo: the lifecycle decides, whoever queues the call."""
        values = {
            (partner.id, company.id): amount
            for partner, company, amount in self.env["crm.lifecycle.status"]
            .sudo()
            ._read_group(
                Domain("partner_id", "in", self.partner_id.commercial_partner_id.ids)
                & Domain("company_id", "in", self.company_id.ids),
                ["partner_id", "company_id"],
                ["expected_amount:sum"],
            )
        }
        for invitation in self.sudo():
            key = (invitation.partner_id.commercial_partner_id.id, invitation.company_id.id)
            if amount := values.get(key):
                invitation.call_value = amount
