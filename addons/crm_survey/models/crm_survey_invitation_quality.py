from odoo import models


class CrmSurveyInvitation(models.Model):
    """Answers are looked at before they are recorded: afterwards nothing would contradict them."""

    _inherit = "crm.survey.invitation"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def _write_back_batch(self):
        self.user_input_id._flag_quality()
        return super()._write_back_batch()

    def _set_aside_sudo(self, reason, at):
        """Let rest what the answers called for; sudo: follow-ups, cases and ledger are other people's work.

        :param reason: why they do not count, in the reviewer's words
        """
        invitations = self.sudo()
        invitations.follow_up_ids._set_aside(reason, at)
        self.env["crm.survey.answer.target.complaint"].sudo()._set_aside(invitations, reason)

    def _set_back_sudo(self, reason, at):
        """The answers count again: take up what rested, and record them once more; sudo: as :meth:`_set_aside_sudo`."""
        invitations = self.sudo()
        invitations.follow_up_ids._set_back(reason, at)
        self.env["crm.survey.answer.target.complaint"].sudo()._set_back(invitations, reason)
        again = invitations.filtered(lambda i: i.writeback_state == "done")
        again.writeback_state = "queued"
        again._trigger_write_back()
