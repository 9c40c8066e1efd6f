from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"crm.team": ["name"], "sale.order": ["team_id"]}

    @api.model
    def _places(self):
        """Add the sales teams."""
        names = SQL(
            "SELECT 'sale' AS source, c.id, COALESCE(c.name->>%s, c.name->>'en_US') AS name FROM crm_team c",
            self.env.lang or "en_US",
        )
        return [*super()._places(), names]
