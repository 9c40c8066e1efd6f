from odoo import fields, models
from odoo.exceptions import UserError


class CrmSurveyFollowUp(models.Model):
    """The customer is told what came of it: by e-mail, in their language, through the contact gate."""

    _inherit = "crm.survey.follow.up"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _may_tell(self):
        """Return those whose customer can be told: there are words for them, and none is on its way."""
        return self.filtered(
            lambda one: (one.reply or "").strip()
            and not one.told_on
            and one.interaction_id.state not in ("planned", "held")
        )

    def _check_may_tell(self):
        """:raises UserError: without words for the customer, or when they were told already"""
        for one in self - self._may_tell():
            if (one.reply or "").strip():
                raise UserError(self.env._("The customer was told already, or the message is on its way."))
            raise UserError(self.env._("Write what the customer shall read."))

    def action_tell(self):
        """Send the customer what the follow-up says, when the contact policy allows it."""
        self._check_may_tell()
        self._tell_sudo(fields.Datetime.now())

    def _tell_sudo(self, at):
        """Book and send; sudo: who may follow up need not be allowed to write what the gate keeps."""
        self.check_access("write")
        for company, mine in self.sudo().grouped("company_id").items():
            for lang, batch in mine.with_company(company).grouped("lang").items():
                subject = batch.with_context(lang=lang)._get_reply_subject()
                interactions = batch._contact_request("email", "support", at, subject=subject)
                by_record = {interaction.res_id: interaction for interaction in interactions}
                for one in batch.filtered(lambda one, found=by_record: one.id in found):
                    one.interaction_id = by_record[one.id]

    def _get_recipient(self):
        """Return who answered, and is told."""
        self.ensure_one()
        return self.invitation_id.recipient_id or self.partner_id

    def _get_reply_subject(self):
        return self.env._("What came of your answer")

    def _contact_recipients(self):
        """Return {follow-up id: partner to be told}."""
        return {one.id: one._get_recipient() for one in self}

    def _contact_deliver(self, interactions):
        """Queue the message; called by the contact gate."""
        by_record = {interaction.res_id: interaction for interaction in interactions}
        batch = self.browse(by_record).exists().filtered(lambda one: (one.reply or "").strip())
        if not batch:
            return
        template = self.env.ref("crm_survey.mail_template_follow_up")
        template.send_mail_batch(batch.ids, email_layout_xmlid="mail.mail_notification_light")
        for at, told in batch.grouped(lambda one: by_record[one.id].date).items():
            told.told_on = at

    def _contact_rejected(self, interactions):
        """The gate refused: the follow-up shows why."""
        for interaction in interactions:
            self.browse(interaction.res_id).exists().interaction_id = interaction
