from odoo import api, models


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.model_create_multi
    def create(self, vals_list):
        """What a customer writes – by the mail gateway, or on a portal page – enters the ledger.

        Every message passes here: notes, system notifications and messages of colleagues cost no query.
        """
        messages = super().create(vals_list)
        wanted = {"email": "email"} if self.env.user._is_internal() else {"email": "email", "comment": "web"}
        incoming = [
            (message, wanted[vals.get("message_type")])
            for message, vals in zip(messages, vals_list, strict=True)
            if vals.get("message_type") in wanted and vals.get("model")
        ]
        if incoming:
            self._ledger_incoming_sudo(incoming)
        return messages

    @api.model
    def _ledger_incoming_sudo(self, incoming):
        """Record messages of customers. Sudo: the mail gateway and portal users do not read the ledger.

        :param incoming: [(message, channel code)]
        """
        ledger = self.env["crm.interaction"]
        vals_list = []
        for message, channel in incoming:
            message = message.sudo()
            author = message.author_id
            if not author and message.email_from:
                author = ledger._ledger_document_partner_sudo(message.model, message.res_id)
            if customer := ledger._ledger_customers_sudo(author):
                vals_list.append(ledger._ledger_message_vals_sudo(message, customer, channel, "in"))
        ledger._ledger_messages_sudo(vals_list)
