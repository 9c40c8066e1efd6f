from odoo import models


class PhoneBlacklist(models.Model):
    _inherit = "phone.blacklist"

    def _add(self, numbers, message=None):
        """Whoever blocks a number wants no advertising any more, by no other number or channel either."""
        result = super()._add(numbers, message=message)
        self.env["res.partner"]._contact_unsubscribe_sudo(
            result.mapped("number"), self.env._("Blocked phone number"), name="phone_sanitized", source="other"
        )
        return result
