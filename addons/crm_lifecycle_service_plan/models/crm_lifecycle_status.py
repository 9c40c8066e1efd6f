from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleStatus(models.Model):
    _inherit = "crm.lifecycle.status"

    @api.model
    def _signs_of_life(self):
        """Add visits done: whoever has us come is not silent."""
        return super()._signs_of_life() + [
            SQL(
                """SELECT p.commercial_partner_id AS partner_id, v.company_id, v.done_date AS day, true AS alive
                     FROM crm_service_visit v
                     JOIN res_partner p ON p.id = v.partner_id
                    WHERE v.state = 'done' AND v.done_date IS NOT NULL"""
            )
        ]
