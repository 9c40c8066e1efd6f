from odoo import api, models
from odoo.fields import Domain

from ..domain import answers as answers_domain


class CrmSurveyAnswerTargetComplaint(models.AbstractModel):
    """A complaint is somebody's work at once: a case where cases are kept, else a follow-up of the account manager."""

    _name = "crm.survey.answer.target.complaint"
    _description = "Survey answer to complaint"
    _inherit = "crm.survey.answer.target"

    @api.model
    def _apply(self, invitations, answers, questions):
        said = {}
        invitations = invitations.filtered(lambda i: i.user_input_id.quality_state != "set_aside")
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

    @api.model
    def _set_aside(self, invitations, reason):
        """The answers do not count: neither do their complaints in the ledger. Hook: cases are told.

        What is recorded again when the answers count again makes them complaints again.
        """
        self.env["crm.interaction"].search(
            Domain("res_model", "=", invitations._name)
            & Domain("res_id", "in", invitations.ids)
            & Domain("is_complaint", "=", True)
        ).write({"is_complaint": False})

    @api.model
    def _set_back(self, invitations, reason):
        """Hook: the answers count again, and are about to be recorded again."""

    def _book(self, complaints):
        """The answer stands in the ledger already: marked as a complaint, not counted as a second contact.

        The words stay out of it: everybody who talks to the customer reads the ledger.
        """
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
                    "res_model": invitation._name,
                    "res_id": invitation.id,
                }
                for invitation in complaints
            ]
        )
