from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmMarketReport(models.Model):
    """Our own customers by stage: a row for each figure and stage."""

    _inherit = "crm.market.report"

    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)

    def _row_id(self):
        # A figure without any customer has one row without a stage.
        return SQL("f.id::bigint * 100 + COALESCE(%s, 0)", self._stage())

    def _stage(self):
        suspect = self.env.ref("crm_lifecycle.stage_suspect").id
        return SQL("CASE WHEN p.id IS NOT NULL THEN COALESCE(s.stage_id, %s) END", suspect)

    def _select(self):
        return SQL("%s, %s AS stage_id", super()._select(), self._stage())

    def _from(self):
        self.env["crm.lifecycle.status"].flush_model()
        return SQL(
            "%s LEFT JOIN crm_lifecycle_status s ON s.partner_id = p.id AND s.company_id = %s",
            super()._from(),
            self.env.company.id,
        )

    def _group_by(self):
        return SQL("%s, %s", super()._group_by(), self._stage())

    def _get_customer_domain(self):
        domain = super()._get_customer_domain()
        if not self.stage_id:
            return domain & Domain.FALSE
        return domain & self.env["crm.collection.plan"]._get_stage_domain(self.stage_id, self.env.company)
