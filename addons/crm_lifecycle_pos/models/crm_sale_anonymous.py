from odoo import api, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    _inherit = "crm.sale.anonymous"
    _depends = {"pos.config": ["name"], "pos.order": ["config_id"]}

    @api.model
    def _places(self):
        """Add the points of sale."""
        return [*super()._places(), SQL("SELECT 'pos' AS source, c.id, c.name FROM pos_config c")]
