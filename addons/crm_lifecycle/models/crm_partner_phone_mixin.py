import re

from odoo import api, fields, models
from odoo.fields import Domain

MIN_DIGITS = 6
LIKE_PHONE = re.compile(r"[\d\s+().\-/]+")


class CrmPartnerPhoneMixin(models.AbstractModel):
    """Contacts are found by phone however it is written: “0901 234 567” finds “+84 901-234-567”."""

    _name = "crm.partner.phone.mixin"
    _description = "Search of Contacts by Phone"

    _lifecycle_phone_idx = models.Index("(phone_sanitized) WHERE phone_sanitized IS NOT NULL")

    phone_key = fields.Char(string="Phone as Typed", store=False, search="_search_phone_key")

    @api.model
    def _search_phone_key(self, operator, value):
        """Find by a whole phone number; any other text finds nobody."""
        if operator == "in":
            return Domain.OR([self._phone_key_domain(item) for item in value])
        if operator not in ("ilike", "like", "=ilike", "=like"):
            return NotImplemented
        return self._phone_key_domain(value)

    @api.model
    def _phone_key_domain(self, value):
        """Return the domain of contacts with the phone number ``value``, in whichever form.

        As a subquery of its own, which the index on the number answers.
        """
        number = self._phone_key(value)
        if not number:
            return Domain.FALSE
        return Domain("id", "in", self.with_context(active_test=False)._search([("phone_sanitized", "=", number)]))

    @api.model
    def _phone_key(self, text):
        """Return the number in ``text`` in the international form, as the company's country writes it; or False."""
        text = text.strip("% \t\n") if isinstance(text, str) else ""  # the point of sale asks for “0901…%”
        if not LIKE_PHONE.fullmatch(text) or sum(char.isdigit() for char in text) < MIN_DIGITS:
            return False
        return self.env.company.partner_id._phone_format(number=text, country=self.env.company.country_id)

    def _search_phone_mobile_search(self, operator, value):
        """Find the number also in another form; the point of sale and the search bar of contacts look here."""
        domain = super()._search_phone_mobile_search(operator, value)
        if operator in ("ilike", "like", "=") and isinstance(value, str) and self._phone_key(value):
            return domain | self._phone_key_domain(value)
        return domain

    def action_lifecycle_open(self):
        """Open the contact."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }
