import secrets
import string

from odoo import api, fields, models

ALPHABET = string.ascii_letters + string.digits
LENGTH = 12
"""62^12 is about 3·10^21: nobody finds a living code by trying."""


class SurveyUserInput(models.Model):
    """A link short enough for a text message."""

    _inherit = "survey.user_input"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    crm_short_code = fields.Char(readonly=True, copy=False, groups="base.group_system")

    _crm_short_code_unique = models.UniqueIndex(
        "(crm_short_code) WHERE crm_short_code IS NOT NULL", "This short link is taken."
    )

    def _ensure_short_codes(self):
        """Give those without a short code one."""
        for user_input in self.filtered(lambda i: not i.crm_short_code):
            user_input.crm_short_code = "".join(secrets.choice(ALPHABET) for _place in range(LENGTH))

    @api.model
    def _find_by_short_code_sudo(self, code):
        """Return the participation that a short link leads to, or none.

        Sudo: whoever holds the code holds the link, as with the token of the long one.
        """
        return self.sudo().search([("crm_short_code", "=", code), ("crm_invitation_id", "!=", False)], limit=1)
