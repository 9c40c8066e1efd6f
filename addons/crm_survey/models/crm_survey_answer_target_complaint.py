from odoo import api, models

from ..domain import answers as answers_domain


class CrmSurveyAnswerTargetComplaint(models.AbstractModel):
    """A complaint is somebody's work at once: a case where cases are kept, else a follow-up of the account manager."""

    _name = "crm.survey.answer.target.complaint"
    _description = "Survey answer to complaint"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        said = {}
        for answer in answers:
            if not questions[answer.question_id].is_restricted and (text := answers_domain.complaint(answer)):
                said.setdefault(answer.invitation_id, []).append(text)
        complaints = {
            invitation: "\n".join(said[invitation.id]) for invitation in invitations if invitation.id in said
        }
        cases = self._open_cases(complaints)
        rest = {invitation: text for invitation, text in complaints.items() if invitation not in cases}
        self._book(rest)
        self.env["crm.survey.follow.up"]._note_complaints(rest)

    @api.model
    def _open_cases(self, complaints):
        """Hook: open a case for each complaint and return those taken care of; an addon that keeps cases overrides it.

        Called again when answers are recorded again: it must find the cases it made. A case is expected to book the
        complaint in the contact ledger itself.

        :param complaints: {``crm.survey.invitation``: the complaint in the customer's words}
        :returns: {``crm.survey.invitation``: record of the case}
        """
        return {}

    def _book(self, complaints):
        """The answer stands in the ledger already: marked as a complaint, not counted as a second contact."""
        self.env["crm.interaction"]._ledger_record(
            [
                {
                    "partner_id": invitation.recipient_id.id or invitation.partner_id.id,
                    "company_id": invitation.company_id.id,
                    "channel": "web",
                    "direction": "in",
                    "purpose": "survey",
                    "date": invitation.done_on or invitation.write_date,
                    "subject": invitation.survey_id.title,
                    "is_complaint": True,
                    "note": text,
                    "res_model": invitation._name,
                    "res_id": invitation.id,
                }
                for invitation, text in complaints.items()
            ]
        )
