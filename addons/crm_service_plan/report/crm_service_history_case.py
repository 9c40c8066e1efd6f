from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceHistory(models.Model):
    _inherit = "crm.service.history"

    kind = fields.Selection(selection_add=[("case", "Case")])

    @api.model
    def _sources(self):
        """Add cases on the day they were received."""
        day = SQL("(c.received_on AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", self.env.company._contact_tz())
        return [
            *super()._sources(),
            SQL(
                """SELECT c.id::bigint * 8 + 3, %s, 'case', c.name, c.asset_id, c.partner_id, c.company_id,
                          NULL::float8, c.state, 'crm.service.case', c.id, FALSE
                     FROM crm_service_case c WHERE c.partner_id IS NOT NULL AND c.state != 'cancelled'""",
                day,
            ),
        ]
