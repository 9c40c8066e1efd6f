from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def cancel(self):
        """An e-mail of a mailing that is not sent after all did not reach anybody."""
        self.filtered(lambda mail: mail.state != "sent")._cancel_traces_sudo()
        return super().cancel()

    def _cancel_traces_sudo(self):
        """Sudo: the mailing may be a colleague's."""
        self.sudo().mailing_trace_ids.set_canceled()
