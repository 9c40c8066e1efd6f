from odoo import models
from odoo.addons.crm_contact_policy.domain import rules


class CrmSurveyFollowUp(models.Model):
    """Answers set aside call for nothing: their follow-up rests until they count again, and whoever had it is told."""

    _inherit = "crm.survey.follow.up"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _set_aside(self, reason, at):
        """Close what is still open; what somebody has done or dropped stays as it is.

        :param reason: why the answers do not count, in the reviewer's words
        """
        resting = self._may_close()
        resting.write({"state": "set_aside", "closed_on": at, "closed_by_id": self.env.uid})
        resting.activity_unlink(["crm_survey.mail_activity_type_follow_up"])
        for one in resting:
            one._tell_account_manager(
                lambda env: env._("The answers were set aside: nothing is to be done. %(reason)s", reason=reason)
            )

    def _set_back(self, reason, at):
        """Open again what rested because of the answers; an overdue one is due on the day they count again."""
        for company, resting in self.filtered(lambda one: one.state == "set_aside").grouped("company_id").items():
            today = rules.to_local(at, company._contact_tz()).date()
            for deadline, batch in resting.grouped(lambda one, day=today: max(one.deadline, day)).items():
                batch.write({"state": "open", "closed_on": False, "closed_by_id": False, "deadline": deadline})
            resting._schedule_sudo()
            for one in resting:
                one._tell_account_manager(
                    lambda env: env._("The answers count again: go back to the customer. %(reason)s", reason=reason)
                )

    def _tell_account_manager(self, say):
        """Post an internal note that notifies whoever is in charge, in their language.

        :param say: function of an environment to the words
        """
        self.ensure_one()
        env = self.with_context(lang=self.user_id.lang or self.env.lang).env
        self.message_post(body=say(env), partner_ids=self.user_id.partner_id.ids, subtype_xmlid="mail.mt_note")
