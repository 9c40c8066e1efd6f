from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain.names import OPEN_STATES


class CrmSurveyInvitation(models.Model):
    """An interview somebody begins now, with the customer on the phone or at the counter."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model
    def _get_interview_program(self, company, survey_type, partner):
        """Return the program of a kind of questionnaire that suits the customer.

        A program's own filter decides whom it suits: one made for such customers comes before one for everybody, then
        those that run, then the order of the programs.

        :raises UserError: if there is none
        """
        programs = self.env["crm.survey.program"].search(
            Domain("company_id", "=", company.id) & Domain("survey_id.survey_type", "=", survey_type),
            order="state desc, sequence, id",
        )
        suited = programs.filtered(lambda program: partner.filtered_domain(program._get_partner_domain()))
        if not suited:
            raise UserError(
                self.env._("Make a survey program first whose questionnaire is meant for such an interview.")
            )
        return suited.sorted(lambda program: (program.partner_domain or "[]").strip() == "[]")[0]

    @api.model
    def _start_interview_sudo(self, program, partner, **links):
        """Return the invitation in which an interview with the customer is held now.

        An open one of the program is gone on with. Nothing is sent: the interviewer opens the questionnaire.

        :param links: what it is about: ``lead_id`` or ``churn_interview_id``

        Sudo: a salesperson interviews but writes no invitation otherwise; the caller has checked what it is about.
        """
        program.check_access("read")
        invitations = self.sudo()
        found = invitations.search(
            Domain("program_id", "=", program.id) & Domain("partner_id", "=", partner.id), order="wave desc"
        )
        invitation = found.filtered(lambda i: i.state in OPEN_STATES)[:1]
        at = fields.Datetime.now()
        if not invitation:
            invitation = invitations.create(
                {
                    "program_id": program.id,
                    "partner_id": partner.id,
                    "wave": (found[:1].wave or 0) + 1,
                    "due": at,
                }
            )
        if invitation.state in ("planned", "held"):
            invitation._drop_held()
        invitation.write({**links, "user_id": self.env.uid})
        if invitation.state in ("planned", "held", "sent"):
            invitation._queue_call(at)
        return invitation.sudo(False)
