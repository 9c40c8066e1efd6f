from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"account.journal": ["name"], "account.move": ["journal_id"]}

    @api.model
    def _places(self):
        """Add the journals."""
        names = SQL(
            "SELECT 'account' AS source, j.id, COALESCE(j.name->>%s, j.name->>'en_US') AS name FROM account_journal j",
            self.env.lang or "en_US",
        )
        return [*super()._places(), names]
