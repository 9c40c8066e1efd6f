from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain import calls
from ..domain.names import OPEN_STATES


class CrmSurveyInvitation(models.Model):
    """Calls: begun through the contact gate, one interviewer at a time, repeated as agreed."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    call_user_id = fields.Many2one("res.users", string="On the phone", readonly=True, copy=False)
    call_since = fields.Datetime(string="Call began", readonly=True, copy=False)

    # -- the call --------------------------------------------------------------------------------------

    def action_call(self):
        """Call the customer now, if the contact gate lets us; opens the dialog of the call.

        :raises UserError: with the gate's reason, or when a colleague is on the phone with the customer
        """
        self.ensure_one()
        now = fields.Datetime.now()
        if self._is_calling(now) and self.call_user_id == self.env.user:
            return self._open_call()
        self._check_may_call(now)
        decision = self._call_decisions(now)[self.id]
        if decision.verdict != "allow":
            return self._refuse_call(decision, now)
        self._start_call_sudo(now)
        return self._open_call()

    def _check_may_call(self, at):
        """:raises UserError: if the invitation is closed, or a colleague is calling the customer at ``at``"""
        if self.state not in OPEN_STATES:
            raise UserError(self.env._("This invitation is closed already."))
        if self._is_calling(at) and self.call_user_id != self.env.user:
            raise UserError(
                self.env._("%(user)s is on the phone with this customer.", user=self.sudo().call_user_id.name)
            )

    def _is_calling(self, at):
        """Whether somebody is on the phone with the customer; a dialog left open for hours does not count."""
        return bool(self.call_since) and at - self.call_since <= calls.LONGEST_CALL

    def _refuse_call(self, decision, at):
        """Refuse with the gate's reason; who may bypass it is asked why, where that would help."""
        may = self.env.user.has_group("crm_contact_policy.group_bypass")
        if may and self._call_decisions(at, bypass=True)[self.id].verdict == "allow":
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Call in spite of the contact policy"),
                "res_model": "crm.survey.call.bypass",
                "view_mode": "form",
                "target": "new",
                "context": {"default_invitation_id": self.id, "default_gate_reason": decision.reason},
            }
        raise UserError(self.env._("This customer may not be called now. %(reason)s", reason=decision.reason))

    def _call_decisions(self, at, bypass=False):
        """What the contact gate says to calls at ``at`` (naive UTC): {invitation id: Decision}; it only reads.

        Calls planned about the same invitation do not stand in each other's way. Fixed number of queries for each
        company; of several invitations of one customer each is decided.
        """
        found = {}
        for company, batch in self.grouped("company_id").items():
            gate = self.env["crm.contact.gate"].with_company(company)
            ignore = batch._planned_calls_sudo()
            for group in self._one_per_recipient(batch):
                targets = {i._call_partner().id: i for i in group}
                partners = self.env["res.partner"].browse(targets)
                ids = partners.ids if bypass else ()
                decisions = gate._decide(
                    partners, "phone", "survey", at, targets=targets, ignore=ignore, bypass=ids
                )
                found.update({i.id: decisions[pid] for pid, i in targets.items()})
        return found

    @api.model
    def _one_per_recipient(self, batch):
        """Split invitations so that each customer comes once in each part."""
        parts = []
        for invitation in batch:
            partner = invitation._call_partner()
            part = next((p for p in parts if partner not in p), None)
            if part is None:
                parts.append(part := {})
            part[partner] = invitation
        return [list(part.values()) for part in parts]

    def _call_partner(self):
        return self.recipient_id or self.partner_id

    def _planned_calls_sudo(self):
        """Calls about these invitations that are planned or under way. Sudo: the ledger's, whoever planned them."""
        return (
            self.env["crm.interaction"]
            .sudo()
            .search(
                Domain("res_model", "=", self._name)
                & Domain("res_id", "in", self.ids)
                & Domain("state", "=", "planned")
                & Domain("channel_id.code", "=", "phone"),
                order="booked_on desc, id",
            )
        )

    def _start_call_sudo(self, at, bypass_reason=None):
        """Book the call at the contact gate and note who is calling.

        :param at: now, naive UTC
        :param bypass_reason: why caps and cool-downs do not count; for ``group_bypass`` only
        :raises UserError: with the gate's reason
        Sudo: an interviewer calls but writes neither states nor what the gate books.
        """
        self.check_access("write")
        self._check_may_call(at)
        invitation = self.sudo()
        planned = invitation._planned_calls_sudo()
        planned._set({"state": "cancelled"})  # the call takes their place, and their activity
        partner = invitation._call_partner().with_company(invitation.company_id)
        booked = partner._contact_book(
            "phone",
            "survey",
            at,
            subject=invitation.survey_id.title,
            targets={partner.id: invitation},
            bypass_reason=bypass_reason,
        ).sudo()
        if booked.state != "planned":
            raise UserError(self.env._("This customer may not be called now. %(reason)s", reason=booked.reason))
        planned.activity_ids.filtered("active").crm_interaction_id = booked
        booked.note = "\n".join(filter(None, planned.mapped("note")))
        invitation._ensure_links(at)
        invitation.write(
            {
                "call_user_id": self.env.uid,
                "call_since": at,
                "user_id": invitation.user_id.id or self.env.uid,
                "interaction_id": booked.id,
            }
        )

    def _abandon_call_sudo(self, at):
        """The customer was not called after all: what was planned stays planned. Sudo: as for the beginning."""
        self.check_access("write")
        invitation = self.sudo()
        if invitation.call_user_id != self.env.user:
            return
        booked = invitation._planned_calls_sudo()
        back = invitation.call_back_on
        booked.write({"date": max(back, at)} if back else {"state": "cancelled"})
        invitation.write({"call_user_id": False, "call_since": False})

    def _open_call(self):
        """Return the action that opens the dialog of the call."""
        return {
            "type": "ir.actions.act_window",
            "name": self._call_partner().display_name,
            "res_model": "crm.survey.call",
            "view_mode": "form",
            "target": "new",
            "context": {"default_invitation_id": self.id, "dialog_size": "large"},
        }

    def action_log_attempt(self):
        """Open the dialog that records what came of a call made without the queue."""
        self.ensure_one()
        return self._open_call()

    # -- afterwards ------------------------------------------------------------------------------------

    def _count_calls(self):
        """Return how many calls were made for this invitation."""
        self.ensure_one()
        return self.env["crm.survey.attempt"].search_count(
            Domain("invitation_id", "=", self.id) & Domain("channel_id.code", "=", "phone")
        )

    def _prepare_call_vals(self):
        """Values of a call about this invitation in the contact ledger."""
        return {
            "partner_id": self._call_partner().id,
            "company_id": self.company_id.id,
            "direction": "out",
            "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
            "purpose": "survey",
            "subject": self.survey_id.title,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _plan_call_sudo(self, on, user, note=None):
        """Plan a call, with its activity on the customer; one that is planned already is moved.

        Sudo: the ledger is kept whoever acts; interviewers need not be allowed to write the contact.
        """
        invitation = self.sudo()
        planned = invitation._planned_calls_sudo()[:1]
        vals = {"date": on, "user_id": user.id, **({"note": note} if note else {})}
        if planned:
            planned.write(vals)
            return planned
        subject = self.env._("Call back: %(survey)s", survey=invitation.survey_id.title)
        planned = planned.create(
            {**invitation._prepare_call_vals(), **vals, "state": "planned", "subject": subject, "duration": 0.25}
        )
        planned._ensure_activity_sudo()
        return planned

    def _plan_call_back_sudo(self, attempt):
        """The customer wants to be called at an agreed moment. Sudo: an interviewer writes no states."""
        invitation = self.sudo()
        user = invitation.user_id or attempt.user_id
        on = attempt.call_back_on
        invitation.write({"state": "to_call", "call_back_on": on, "due": on, "user_id": user.id})
        if not invitation.expires_on or invitation.expires_on < on:
            invitation._prolong(fields.Datetime.add(on, days=1))
        invitation._plan_call_sudo(on, user, attempt.note)

    def _plan_retry_sudo(self, attempt):
        """Nobody was reached: try again when it is likelier and allowed. Sudo: an interviewer writes no states."""
        invitation = self.sudo()
        if attempt.disposition == "by_link":
            return
        due = invitation._next_try(attempt.disposition, attempt.date)
        invitation.write(
            {
                "state": "to_call",
                "call_back_on": False,
                "due": due,
                "user_id": invitation.user_id.id or attempt.user_id.id,
            }
        )

    def _give_up_calling_sudo(self, at):
        """The phone led nowhere: take the program's next step, or close with the code that all attempts earn.

        Sudo: an interviewer reports an outcome but does not edit invitations.
        """
        invitation = self.sudo()
        rest = invitation.program_id.step_ids[invitation.step :].filtered(lambda step: step.channel_code != "phone")
        if rest and invitation.recipient_id.email:
            started = invitation.user_input_id.state == "in_progress"
            due = fields.Datetime.add(at, days=rest[0].days)
            invitation.write({"state": "started" if started else "sent", "due": due, "call_back_on": False})
            return
        invitation._close_sudo(invitation._final_codes()[invitation.id], at)

    def _prolong(self, until):
        """Let the invitation and its link live until then."""
        self.expires_on = until
        self.user_input_id.filtered(lambda i: i.state != "done").deadline = until

    def _note_interview_sudo(self):
        """Record the completed call of an interviewer; sudo: whoever interviews may not alter attempts."""
        self.env["crm.survey.attempt"].sudo().create(
            [
                {
                    "invitation_id": invitation.id,
                    "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                    "user_id": self.env.uid,
                    "disposition": "completed",
                }
                for invitation in self.sudo()._filter_interviewed()
            ]
        )

    def _filter_interviewed(self):
        """Those whose questionnaire the current user fills in for the customer, instead of the customer."""
        user = self.env.user
        if not user._is_internal() or self.env.uid == api.SUPERUSER_ID:
            return self.browse()
        return self.filtered(lambda i: user.partner_id not in (i.partner_id | i.recipient_id))

    def _on_started(self):
        """While the interviewer fills in, the program takes no step of its own."""
        self.filtered("call_since").write({"due": False})
        return super()._on_started()

    def _drop_held(self):
        """What an interviewer is just completing stays planned until its attempt closes it, with its activity."""
        completing = self.filtered(lambda i: i.state == "done")._filter_interviewed()
        return super(CrmSurveyInvitation, self - completing)._drop_held()

    def write(self, vals):
        """A call that was planned goes along: to the colleague who takes it over, to the new moment."""
        result = super().write(vals)
        if vals.get("user_id") or vals.get("call_back_on"):
            self._move_planned_sudo(vals)
        return result

    def _move_planned_sudo(self, vals):
        """Move planned calls of these invitations, and with them their activities. Sudo: they may be a colleague's."""
        waiting = self.sudo().filtered(lambda i: not i.call_since)
        by_id = {invitation.id: invitation for invitation in waiting}
        for planned in waiting._planned_calls_sudo() if waiting else ():
            invitation = by_id[planned.res_id]
            changes = {}
            if vals.get("user_id") and planned.user_id != invitation.user_id:
                changes["user_id"] = invitation.user_id.id
            if vals.get("call_back_on") and planned.date != invitation.call_back_on:
                changes["date"] = invitation.call_back_on
            if changes:
                planned.write(changes)
