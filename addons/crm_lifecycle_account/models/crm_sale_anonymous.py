from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"account.journal": ["name"], "account.move": ["journal_id"]}

    @api.model
    def _places(self):
        """Add the journal."""
        name = SQL(
            """SELECT COALESCE(j.name->>%s, j.name->>'en_US') FROM account_move m
                 JOIN account_journal j ON j.id = m.journal_id WHERE m.id = t.res_id""",
            self.env.lang or "en_US",
        )
        return {**super()._places(), "account": name}
