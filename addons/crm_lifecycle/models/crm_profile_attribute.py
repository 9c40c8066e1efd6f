from odoo import models


class CrmProfileAttribute(models.Model):
    _inherit = "crm.profile.attribute"

    def _withdraw_sudo(self):
        """A score everybody sees must not give away what became restricted: its criteria go, leads are judged anew."""
        result = super()._withdraw_sudo()
        self.env["crm.target.criterion"].sudo().search([("attribute_id", "in", self.ids)]).unlink()
        return result
