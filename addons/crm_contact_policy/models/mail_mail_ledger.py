from odoo import api, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize_all

# A person's message, one from a template, an automated one to the customer. Not: notifications of the system.
OUTGOING_TYPES = ("comment", "email", "email_outgoing", "auto_comment")


class MailMail(models.Model):
    _inherit = "mail.mail"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    @api.model_create_multi
    def create(self, vals_list):
        """E-mails that go to customers enter the ledger; the number of queries does not grow with them."""
        mails = super().create(vals_list)
        ledger = self.env["crm.interaction"]
        if ledger._ledger_suspended():
            ledger._ledger_link_sudo(
                "email",
                [(mail.message_id, mail.model, mail.res_id, mail.recipient_ids.ids) for mail in mails.sudo()],
            )
        else:
            mails._ledger_outgoing_sudo()
        return mails

    def cancel(self):
        """An e-mail that is not sent after all is no contact."""
        self._ledger_failed_sudo(self.env._("Cancelled before it was sent"))
        return super().cancel()

    def _postprocess_sent_message(self, success_pids, success_emails, failure_reason=False, failure_type=None):
        """What did not reach a customer was no contact; what did after a second try, is one."""
        mails = self.sudo()
        failed = mails if failure_type else mails.filtered(lambda mail: mail.state == "exception")
        if failed:
            error = failure_reason or failed[0].failure_reason or failure_type
            failed._ledger_failed_sudo(error, [partner.id for partner in success_pids if partner])
        self.env["crm.interaction"]._ledger_delivered_sudo((mails - failed).mapped("message_id"))
        return super()._postprocess_sent_message(
            success_pids, success_emails, failure_reason=failure_reason, failure_type=failure_type
        )

    def _ledger_failed_sudo(self, error, reached=()):
        """Tell the ledger that these e-mails did not go, except to the partners ``reached`` (ids).

        Sudo: the message may be a colleague's.
        """
        mails = self.sudo()
        addresses = [address for mail in mails for address in email_normalize_all(mail.email_to or "")]
        whose = Domain("partner_id", "in", mails.recipient_ids.ids)
        if addresses:
            whose |= Domain("partner_id.email_normalized", "in", addresses)
        self.env["crm.interaction"]._ledger_undelivered_sudo(
            mails.mapped("message_id"), error, whose & Domain("partner_id", "not in", list(reached))
        )

    def _ledger_booked(self):
        """Those of these e-mails that stand in the ledger already; bridges add theirs, as do mailings."""
        return self.filtered("mailing_id") if "mailing_id" in self._fields else self.browse()

    def _ledger_outgoing_sudo(self):
        """Record each customer among the recipients. Sudo: senders need not read recipients or ledger."""
        ledger = self.env["crm.interaction"]
        vals_list = []
        mails = self.sudo()
        mails = (mails - mails._ledger_booked()).filtered(lambda mail: mail._ledger_concerns())
        owners = mails._ledger_owners()
        for mail in mails:
            message = mail.mail_message_id
            if ledger._ledger_customers_sudo(message.author_id):  # what a customer wrote was recorded as such
                continue
            customers = ledger._ledger_customers_sudo(mail.recipient_ids).union(
                *(owners[address] for address in email_normalize_all(mail.email_to or "") if address in owners)
            )
            vals_list += [ledger._ledger_message_vals_sudo(message, customer, "email", "out") for customer in customers]
        ledger._ledger_messages_sudo(vals_list)

    def _ledger_concerns(self):
        """Whether it is a message to somebody, not a note or a notification of the system."""
        message = self.mail_message_id
        if message.message_type not in OUTGOING_TYPES or not (self.recipient_ids or self.email_to):
            return False
        return not (message.is_internal or (self.is_notification and message.subtype_id.internal))

    def _ledger_owners(self):
        """{address: customer} of the plain addresses that belong to exactly one contact, a customer."""
        addresses = {address for mail in self for address in email_normalize_all(mail.email_to or "")}
        if not addresses:
            return {}
        rows = self.env["res.partner"]._read_group(
            [("email_normalized", "in", list(addresses))], ["email_normalized"], ["id:recordset"]
        )
        ledger = self.env["crm.interaction"]
        owners = {address: partners for address, partners in rows if len(partners) == 1}
        customers = ledger._ledger_customers_sudo(self.env["res.partner"].union(*owners.values()))
        return {address: partner & customers for address, partner in owners.items()}
