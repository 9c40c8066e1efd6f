from odoo import models

from ..domain import calls

# How the contact ledger calls what came of a call.
NOT_REACHED = {
    "busy": "crm_contact_policy.outcome_no_answer",
    "no_answer": "crm_contact_policy.outcome_no_answer",
    "voicemail": "crm_contact_policy.outcome_no_answer",
    "wrong_number": "crm_contact_policy.outcome_wrong_number",
}


class CrmSurveyAttempt(models.Model):
    """What a call leaves behind: how long it took, what it cost, its line in the contact ledger."""

    _inherit = "crm.survey.attempt"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _measure_call_sudo(self):
        """Note when the call began, how long it took and what it cost, if its author has one running.

        Sudo: interviewers neither write these nor read what an hour costs.
        """
        attempt = self.sudo()
        invitation, user = attempt.invitation_id, attempt.user_id
        if not invitation.call_since or invitation.call_user_id != user:
            return
        hours = calls.call_hours(invitation.call_since, attempt.date)
        rate = user.crm_survey_hourly_cost or invitation.company_id.crm_survey_hourly_cost
        attempt.write({"started_on": invitation.call_since, "duration": hours, "cost": hours * rate})

    def _book_call_sudo(self):
        """Close the planned call in the contact ledger, or write a line for one made without it; ends the call.

        Sudo: what the gate booked is not an interviewer's to change.
        """
        attempt = self.sudo()
        invitation = attempt.invitation_id
        planned = invitation._planned_calls_sudo()
        first, rest = planned[:1], planned[1:]
        outcome = NOT_REACHED.get(attempt.disposition)
        vals = {
            "state": "done",
            "date": attempt.date,
            "user_id": attempt.user_id.id,
            "duration": attempt.duration,
            "outcome_id": self.env.ref(outcome).id if outcome else False,
            "note": attempt.note or first.note,
        }
        rest.write({"state": "cancelled"})
        if first:
            first.write(vals)
        else:
            first = self.env["crm.interaction"].sudo().create({**invitation._prepare_call_vals(), **vals})
        attempt.interaction_id = first
        invitation.write({"call_user_id": False, "call_since": False, "interaction_id": first.id})
        if not invitation.sent_on:
            invitation.sent_on = attempt.date
