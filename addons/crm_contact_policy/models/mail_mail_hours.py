from odoo import fields, models


class MailMail(models.Model):
    """Quiet hours are asked again when an e-mail leaves: the queue may have kept it until they began."""

    _name = "mail.mail"
    _inherit = ["mail.mail", "crm.queue.hours.mixin"]

    _queue_channel = "email"
    _queue_field = "scheduled_date"
    _queue_cron = "mail.ir_cron_mail_scheduler_action"

    def send(self, *args, **kwargs):
        """What was booked in time, but would leave when the customer must not be disturbed, waits in the queue."""
        waiting = self._wait_for_hours_sudo(fields.Datetime.now())
        return super(MailMail, self - waiting).send(*args, **kwargs)

    def _booked_contacts_sudo(self):
        """{e-mail: the contact it was booked as}; bridges add theirs. Sudo: as for the hours."""
        booked = super()._booked_contacts_sudo()
        by_ref = {mail.message_id: mail for mail in self if mail.message_id}
        found = self.env["crm.interaction"].sudo().search([("delivery_ref", "in", list(by_ref))])
        return booked | {by_ref[contact.delivery_ref]: contact for contact in found}
