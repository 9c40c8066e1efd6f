from odoo import api, models
from odoo.tools import SQL


class CrmServiceCostReport(models.Model):
    _inherit = "crm.service.cost.report"

    @api.model
    def _upsell(self):
        """Credit what was ordered, not what was hoped for: untaxed, at the orders' rates."""
        return SQL(
            """SELECT sum(o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1)) AS amount
                 FROM crm_lead l JOIN sale_order o ON o.opportunity_id = l.id
                WHERE l.service_visit_id = v.id AND o.state = 'sale'"""
        )
