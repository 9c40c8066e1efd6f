from odoo import api, fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _contact_by_address_sudo(self, name, values):
        """{address: partners} for normalised e-mail addresses or phone numbers, the oldest first; one query.

        :param name: email_normalized or phone_sanitized

        Sudo: who sends a mailing need not see every customer, but the customer's word binds all the same.
        """
        values = [value for value in set(values) if value]
        found = self.sudo().search([(name, "in", values)], order="id") if values else self.sudo()
        return found.grouped(name)

    @api.model
    def _contact_unsubscribe_sudo(self, values, evidence, name="email_normalized", source="web"):
        """Withdraw the marketing consent of all customers with these addresses.

        :param evidence: how they said so

        Sudo: whoever leaves a list has no access of their own; the word is theirs.
        """
        at = fields.Datetime.now()
        for partners in self._contact_by_address_sudo(name, values).values():
            for partner in partners:
                partner._contact_stop_sudo(at, evidence, purpose="marketing", source=source)
