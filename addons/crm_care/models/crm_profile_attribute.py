from odoo import models


class CrmProfileAttribute(models.Model):
    _inherit = "crm.profile.attribute"

    def _withdraw_sudo(self):
        """Dates of birth made restricted leave no birthdays for everybody to see."""
        result = super()._withdraw_sudo()
        births = self.filtered(lambda attribute: attribute.code == "birth_date")
        if births:
            self.env["crm.occasion"]._withdraw_births_sudo(births._usable_facts_sudo().partner_id)
        return result
