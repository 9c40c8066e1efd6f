from odoo import models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    def _booked_contacts_sudo(self):
        """A mailing's text message is known by its trace. Sudo: whoever runs the queue need not read the ledger."""
        found = super()._booked_contacts_sudo()
        for sms in self:
            if contact := sms.sudo().mailing_trace_ids.crm_interaction_id[:1]:
                found[sms] = contact
        return found
