from odoo import api, fields, models
from odoo.tools import SQL


class CrmTransaction(models.Model):
    _inherit = "crm.transaction"

    source = fields.Selection(selection_add=[("sale", "Sale order")])

    @api.model
    def _sources(self):
        """Add confirmed sale orders: by line for reading, by order for the engine."""
        grain = self.env.context.get("crm_transaction_grain")
        return super()._sources() + [self._sale_orders() if grain == "order" else self._sale_order_lines()]

    @api.model
    def _sale_orders(self):
        since = self.env.context.get("crm_transaction_since")
        margin = SQL("o.margin" if "margin" in self.env["sale.order"]._fields else "NULL::float8")
        return SQL(
            """SELECT o.id::bigint * 8 + 1 AS id, 'sale'::varchar AS source, o.id AS res_id, NULL::int AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, NULL::int AS product_id,
                      NULL::float8 AS quantity,
                      (o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount,
                      (%(margin)s / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS margin,
                      o.user_id, NULL::int AS channel_id, o.amount_untaxed < 0 AS is_refund
                 FROM sale_order o
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.state = 'sale' AND %(counted)s %(since)s""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            margin=margin,
            counted=self._counted("sale", SQL("o.company_id")),
            since=SQL("AND o.date_order >= %s::date - 1", since) if since else SQL(),
        )

    @api.model
    def _sale_order_lines(self):
        since = self.env.context.get("crm_transaction_since")
        margin = SQL("l.margin" if "margin" in self.env["sale.order.line"]._fields else "NULL::float8")
        return SQL(
            """SELECT l.id::bigint * 8 + 1 AS id, 'sale'::varchar AS source, o.id AS res_id, l.id AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, l.product_id,
                      l.product_uom_qty::float8 AS quantity,
                      (l.price_subtotal / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS amount,
                      (%(margin)s / COALESCE(NULLIF(o.currency_rate, 0), 1))::float8 AS margin,
                      o.user_id, NULL::int AS channel_id, l.price_subtotal < 0 AS is_refund
                 FROM sale_order_line l
                 JOIN sale_order o ON o.id = l.order_id
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE o.state = 'sale' AND l.display_type IS NULL AND NOT COALESCE(l.is_downpayment, false)
                  AND %(counted)s %(since)s""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            margin=margin,
            counted=self._counted("sale", SQL("o.company_id")),
            since=SQL("AND o.date_order >= %s::date - 1", since) if since else SQL(),
        )

    @api.model
    def _documents(self):
        """Add sale orders."""
        return {**super()._documents(), "sale": ("sale.order", "note")}
