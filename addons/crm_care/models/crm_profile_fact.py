from odoo import models


class CrmProfileFact(models.Model):
    _inherit = "crm.profile.fact"

    def _mirror(self):
        """A usable date of birth also makes, or corrects, the customer's birthday among the occasions.

        Not where the company restricted who may see dates of birth: an occasion would show them to everybody.
        """
        result = super()._mirror()
        births = self.filtered(
            lambda fact: fact.attribute_id.code == "birth_date" and fact.value_date and fact.sensitivity == "normal"
        )
        if births:
            self.env["crm.occasion"]._follow_births_sudo(
                {fact.partner_id: fact.value_date for fact in births.sorted("collected_on")}
            )
        return result

    def _privacy_before_erase(self):
        """With the date of birth goes the birthday made of it."""
        result = super()._privacy_before_erase()
        births = self.filtered(
            lambda fact: fact.attribute_id.code == "birth_date" and fact.status in ("stated", "verified")
        )
        if births:
            self.env["crm.occasion"]._withdraw_births_sudo(births.partner_id)
        return result
