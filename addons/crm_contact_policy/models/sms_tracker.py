from odoo import models


class SmsTracker(models.Model):
    _inherit = "sms.tracker"

    def _update_sms_notifications(self, notification_status, failure_type=False, failure_reason=False):
        """What the operator reports later, too: a text message that did not arrive was no contact."""
        ledger, refs = self.env["crm.interaction"], self.mapped("sms_uuid")
        if notification_status in ("exception", "bounce", "canceled"):
            ledger._ledger_undelivered_sudo(refs, failure_reason or failure_type)
        elif notification_status in ("pending", "sent"):
            ledger._ledger_delivered_sudo(refs)
        return super()._update_sms_notifications(
            notification_status, failure_type=failure_type, failure_reason=failure_reason
        )
