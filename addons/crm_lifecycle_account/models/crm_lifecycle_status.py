from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleStatus(models.Model):
    _inherit = "crm.lifecycle.status"

    @api.model
    def _pure_vendor(self, customer):
        """Whoever we have bills of and no invoice to; a lead or a quotation makes a prospect of them all the same."""
        ranks = [self.env["res.partner"]._fields[name] for name in ("supplier_rank", "customer_rank")]
        return SQL(
            "EXISTS (SELECT 1 FROM res_partner v WHERE v.id = %s AND %s > 0 AND %s = 0)",
            customer,
            *(SQL.identifier("v", field.name, to_flush=field) for field in ranks),
        )
