from odoo import api, models

# A person's message, one from a template, an automated one to the customer. Not: notifications of the system.
OUTGOING_TYPES = ("comment", "email", "email_outgoing", "auto_comment")


class MailMail(models.Model):
    _inherit = "mail.mail"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model_create_multi
    def create(self, vals_list):
        """E-mails that go to customers enter the ledger; the number of queries does not grow with them."""
        mails = super().create(vals_list)
        if not self.env["crm.interaction"]._ledger_suspended():
            mails._ledger_outgoing_sudo()
        return mails

    def _ledger_booked(self):
        """Those of these e-mails that stand in the ledger already; bridges add theirs, as do mailings."""
        return self.filtered("mailing_id") if "mailing_id" in self._fields else self.browse()

    def _ledger_outgoing_sudo(self):
        """Record each customer among the recipients. Sudo: senders need not read recipients or ledger."""
        ledger = self.env["crm.interaction"]
        vals_list = []
        mails = self.sudo()
        for mail in mails - mails._ledger_booked():
            message = mail.mail_message_id
            if message.message_type not in OUTGOING_TYPES or not mail.recipient_ids:
                continue
            if message.is_internal or (mail.is_notification and message.subtype_id.internal):
                continue
            if ledger._ledger_customers_sudo(message.author_id):  # what a customer wrote was recorded as such
                continue
            vals_list += [
                ledger._ledger_message_vals_sudo(message, customer, "email", "out")
                for customer in ledger._ledger_customers_sudo(mail.recipient_ids)
            ]
        ledger._ledger_messages_sudo(vals_list)
