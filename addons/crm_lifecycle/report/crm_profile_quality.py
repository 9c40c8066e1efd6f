from odoo import fields, models
from odoo.tools import SQL


class CrmProfileQuality(models.Model):
    _inherit = "crm.profile.quality"

    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)

    def _select_more(self):
        return SQL("%s, COALESCE(s.stage_id, %s) AS stage_id", super()._select_more(), self._suspect_id())

    def _from(self):
        self.env["crm.lifecycle.status"].flush_model()
        return SQL(
            """%s
            LEFT JOIN crm_lifecycle_status s ON s.partner_id = p.commercial_partner_id AND s.company_id = %s""",
            super()._from(),
            self.env.company.id,
        )

    def _suspect_id(self):
        """The stage of those without a row."""
        return self.env.ref("crm_lifecycle.stage_suspect").id
