from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"pos.config": ["name"], "pos.order": ["config_id"]}

    @api.model
    def _places(self):
        """Add the point of sale."""
        name = SQL("SELECT c.name FROM pos_order o JOIN pos_config c ON c.id = o.config_id WHERE o.id = t.res_id")
        return {**super()._places(), "pos": name}
