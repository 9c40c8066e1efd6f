from odoo import fields, models
from odoo.exceptions import UserError

from ..domain.names import OPEN_STATES


class CrmSurveyInvitation(models.Model):
    """An interview begun on the phone that the customer finishes by link."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    finish_by_link = fields.Boolean(
        readonly=True, copy=False, help="The customer finishes by link what was begun on the phone."
    )

    def _send_link_sudo(self, at):
        """Send the customer the link to finish the questionnaire; what was answered so far is kept.

        :param at: now, naive UTC
        :returns: the crm.interaction: done, or held by the gate until it may go
        :raises UserError: without an e-mail address, or when the gate denies it
        Sudo: an interviewer asks but books nothing by other ways.
        """
        self.check_access("write")
        invitation = self.sudo()
        if not invitation.recipient_id.email:
            raise UserError(self.env._("This customer has no e-mail address: write it on the contact first."))
        invitation._prolong(max(invitation.expires_on or at, fields.Datetime.add(at, days=7)))
        invitation.write({"finish_by_link": True, "state": "started", "due": False, "call_back_on": False})
        invitation = invitation.with_company(invitation.company_id)
        title = invitation.survey_id.with_context(lang=invitation.lang).title
        interaction = invitation._contact_request("email", "survey", at, subject=title)
        if interaction.state not in ("done", "held"):
            raise UserError(self.env._("The link may not be sent. %(reason)s", reason=interaction.reason))
        invitation.interaction_id = interaction
        return interaction

    def _contact_deliver(self, interactions):
        """A link to finish with has its own message and is no step of the program."""
        by_link = self.filtered(lambda i: i.finish_by_link and i.state in OPEN_STATES)
        if by_link:
            by_link._deliver_link(interactions.filtered(lambda x: x.res_id in by_link.ids))
        rest = self - by_link
        return super(CrmSurveyInvitation, rest)._contact_deliver(
            interactions.filtered(lambda x: x.res_id in rest.ids)
        )

    def _deliver_link(self, interactions):
        at = max(interactions.mapped("date"))
        self._ensure_links(at)
        template = self.env.ref("crm_survey.mail_template_finish")
        template.send_mail_batch(self.ids, email_layout_xmlid="mail.mail_notification_light")
        self.write({"finish_by_link": False})
        email = self.env.ref("crm_contact_policy.channel_email")
        self.env["crm.survey.attempt"].create(
            [{"invitation_id": i.id, "channel_id": email.id, "date": at, "disposition": "sent"} for i in self]
        )
