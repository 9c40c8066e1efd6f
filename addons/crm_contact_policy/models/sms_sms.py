from odoo import api, fields, models

from ..domain.sources import purpose_of


class SmsSms(models.Model):
    _inherit = "sms.sms"

    @api.model_create_multi
    def create(self, vals_list):
        """Text messages to customers enter the ledger; the number of queries does not grow with them."""
        messages = super().create(vals_list)
        if not self.env["crm.interaction"]._ledger_suspended():
            messages._ledger_outgoing_sudo()
        return messages

    def _ledger_booked(self):
        """Those that stand in the ledger already; bridges add theirs, as do mailings."""
        return self.filtered("mailing_id") if "mailing_id" in self._fields else self.browse()

    def _ledger_outgoing_sudo(self):
        """Record each customer. Sudo: senders need not read recipients or ledger."""
        ledger = self.env["crm.interaction"]
        vals_list = []
        sent = self.sudo()
        for sms in (sent - sent._ledger_booked()).filtered(lambda s: s.state not in ("canceled", "error")):
            if not ledger._ledger_customers_sudo(sms.partner_id):
                continue
            if message := sms.mail_message_id:
                vals = ledger._ledger_message_vals_sudo(message, sms.partner_id, "sms", "out")
            else:
                vals = {
                    "partner_id": sms.partner_id.id,
                    "channel": "sms",
                    "purpose": purpose_of("res.partner"),
                    "date": fields.Datetime.now(),
                    "user_id": self.env.uid,
                }
            vals_list.append(vals)
        ledger._ledger_messages_sudo(vals_list)
