from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def _booked_contacts_sudo(self):
        """A mailing's e-mail is known by its trace. Sudo: whoever runs the queue need not read the ledger."""
        found = super()._booked_contacts_sudo()
        for mail in self:
            if contact := mail.sudo().mailing_trace_ids.crm_interaction_id[:1]:
                found[mail] = contact
        return found

    def _hours_to_wait_sudo(self, at):
        """Hours and days off also hold for those who are no customers of ours. Sudo: as for the contacts."""
        found = super()._hours_to_wait_sudo(at)
        strangers = self.filtered(
            lambda mail: mail.sudo().mailing_trace_ids and not mail.sudo().mailing_trace_ids.crm_interaction_id
        )
        for mailing, mails in strangers.grouped(lambda mail: mail.sudo().mailing_id).items():
            gate = mailing.with_company(mailing._contact_company())
            decision = gate._contact_unknown("email", at, len(mails))
            if decision.verdict == "hold":
                found |= dict.fromkeys(mails, decision.at)
        return found

    def cancel(self):
        """An e-mail of a mailing that is not sent after all did not reach anybody."""
        self.filtered(lambda mail: mail.state != "sent")._cancel_traces_sudo()
        return super().cancel()

    def _cancel_traces_sudo(self):
        """Sudo: the mailing may be a colleague's."""
        self.sudo().mailing_trace_ids.set_canceled()
