from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """An e-mail that came back was no contact."""
        result = super()._routing_handle_bounce(email_message, message_dict)
        whose = Domain.TRUE
        if address := message_dict.get("bounced_email"):
            whose = Domain("partner_id.email_normalized", "=", address)
        if partner := message_dict.get("bounced_partner"):
            whose |= Domain("partner_id", "in", partner.ids)
        self.env["crm.interaction"]._ledger_undelivered_sudo(
            message_dict.get("bounced_msg_ids") or (), html2plaintext(message_dict.get("body") or ""), whose
        )
        return result
