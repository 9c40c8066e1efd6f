from odoo import api, fields, models

FAILURES = {
    "phone_blacklisted": "sms_blacklist",
    "no_phone": "sms_number_missing",
    "consent_withdrawn": "sms_optout",
    "control_group": "control_group",
}


class MailingMailing(models.Model):
    _inherit = "mailing.mailing"

    @api.model
    def _release_substance(self):
        return super()._release_substance() | {"body_plaintext", "sms_template_id"}

    def action_send_sms(self, res_ids=None):
        """Send to those who may be contacted now; the others wait in the queue, or are left out."""
        for mailing in self:
            recipients = res_ids or mailing._get_remaining_recipients()
            allowed = mailing._contact_gate(recipients, "sms", fields.Datetime.now())
            if allowed:
                super(MailingMailing, mailing).action_send_sms(res_ids=allowed)
            if mailing.contact_next_on or not allowed:
                mailing._contact_sent()
        return True

    def _prepare_denied_trace_vals(self, record, channel, decision):
        vals = super()._prepare_denied_trace_vals(record, channel, decision)
        if channel != "sms":
            return vals
        number = record["phone_sanitized"] if "phone_sanitized" in record._fields else False
        failure = FAILURES.get(decision.code, "contact_policy")
        return vals | {"trace_type": "sms", "sms_number": number, "email": False, "failure_type": failure}
