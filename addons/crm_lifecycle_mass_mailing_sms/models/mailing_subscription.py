from odoo import models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    def _withdraw_consent(self):
        """Whoever leaves a list by SMS is known by their number."""
        result = super()._withdraw_consent()
        for mailing_list, subscriptions in self.grouped("list_id").items():
            self.env["res.partner"]._contact_unsubscribe_sudo(
                subscriptions.contact_id.mapped("phone_sanitized"),
                self.env._("Unsubscribed from the mailing list “%(list)s”", list=mailing_list.name),
                name="phone_sanitized",
            )
        return result
