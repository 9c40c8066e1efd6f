from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"crm.team": ["name"], "sale.order": ["team_id"]}

    @api.model
    def _places(self):
        """Add the sales team."""
        name = SQL(
            """SELECT COALESCE(c.name->>%s, c.name->>'en_US') FROM sale_order o
                 JOIN crm_team c ON c.id = o.team_id WHERE o.id = t.res_id""",
            self.env.lang or "en_US",
        )
        return {**super()._places(), "sale": name}
