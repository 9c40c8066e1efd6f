from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleStatus(models.Model):
    _inherit = "crm.lifecycle.status"

    @api.model
    def _signs_of_life(self):
        """Add quotations: they make a prospect."""
        day = self.env["crm.transaction"]._local_date(SQL("o.date_order"), SQL("o.company_id"))
        return super()._signs_of_life() + [
            SQL(
                """SELECT p.commercial_partner_id AS partner_id, o.company_id, %s AS day, false AS alive
                     FROM sale_order o
                     JOIN res_partner p ON p.id = o.partner_id
                    WHERE o.state IN ('draft', 'sent')""",
                day,
            )
        ]
