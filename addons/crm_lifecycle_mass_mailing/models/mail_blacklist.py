from odoo import models


class MailBlacklist(models.Model):
    _inherit = "mail.blacklist"

    def _add(self, email, message=None):
        """Whoever blocks an address wants no advertising any more, by no other address or channel either."""
        result = super()._add(email, message=message)
        evidence = self.env._("Blocked e-mail address")
        self.env["res.partner"]._contact_unsubscribe_sudo(result.mapped("email"), evidence, source="other")
        return result
