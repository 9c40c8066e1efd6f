from collections import defaultdict

from odoo import fields, models


class MailMail(models.Model):
    """Quiet hours are asked again when an e-mail leaves: the queue may have kept it until they began."""

    _inherit = "mail.mail"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def send(self, *args, **kwargs):
        """What was booked in time, but would leave when the customer must not be disturbed, waits in the queue."""
        waits = self._hours_to_wait_sudo(fields.Datetime.now())
        by_moment = defaultdict(self.browse)
        for mail, moment in waits.items():
            by_moment[moment] += mail
        for moment, mails in by_moment.items():
            mails.write({"scheduled_date": moment})
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger(at=moment)
        return super(MailMail, self.filtered(lambda mail: mail not in waits)).send(*args, **kwargs)

    def _hours_to_wait_sudo(self, at):
        """{e-mail: when it may leave} of those booked at the gate that must not leave at ``at`` (naive UTC).

        Sudo: whoever runs the mail queue need not read the ledger.
        """
        booked = self._booked_contacts_sudo()
        moments = self.env["crm.interaction"].union(*booked.values())._hours_to_wait_sudo("email", at)
        return {mail: moments[contact] for mail, contact in booked.items() if contact in moments}

    def _booked_contacts_sudo(self):
        """{e-mail: the contact it was booked as}; bridges add theirs. Sudo: as for the hours."""
        by_ref = {mail.message_id: mail for mail in self if mail.message_id}
        found = self.env["crm.interaction"].sudo().search([("delivery_ref", "in", list(by_ref))])
        return {by_ref[contact.delivery_ref]: contact for contact in found}
