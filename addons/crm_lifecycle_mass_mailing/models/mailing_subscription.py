from odoo import api, models


class MailingSubscription(models.Model):
    _inherit = "mailing.subscription"

    @api.model_create_multi
    def create(self, vals_list):
        subscriptions = super().create(vals_list)
        subscriptions.filtered("opt_out")._withdraw_consent()
        return subscriptions

    def write(self, vals):
        leaving = self.filtered(lambda subscription: not subscription.opt_out)
        result = super().write(vals)
        leaving.filtered("opt_out")._withdraw_consent()
        return result

    def _withdraw_consent(self):
        """Whoever leaves a list wants no advertising any more."""
        for mailing_list, subscriptions in self.grouped("list_id").items():
            self.env["res.partner"]._contact_unsubscribe_sudo(
                subscriptions.contact_id.mapped("email_normalized"),
                self.env._("Unsubscribed from the mailing list “%(list)s”", list=mailing_list.name),
            )
