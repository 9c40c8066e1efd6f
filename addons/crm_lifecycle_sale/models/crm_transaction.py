from odoo import api, fields, models
from odoo.tools import SQL


class CrmTransaction(models.Model):
    _inherit = "crm.transaction"
    _depends = {
        "sale.order": [
            "partner_id", "company_id", "date_order", "state", "amount_untaxed", "currency_rate", "user_id",
        ],
        "sale.order.line": [
            "order_id", "product_id", "product_uom_qty", "price_subtotal", "display_type", "is_downpayment",
        ],
    }

    source = fields.Selection(selection_add=[("sale", "Sale order")])

    @api.model
    def _sources(self):
        """Add confirmed sale orders: by line for reading, by order for the engine."""
        grain = self.env.context.get("crm_transaction_grain")
        return super()._sources() + [self._sale_orders() if grain == "order" else self._sale_order_lines()]

    @api.model
    def _sale_orders(self):
        margin = self._sale_margin("o", "sale.order")
        return SQL(
            """SELECT o.id::bigint * 8 + 1 AS id, 'sale'::varchar AS source, o.id AS res_id, NULL::int AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, NULL::int AS product_id,
                      NULL::float8 AS quantity,
                      (%(amount)s)::%(type)s AS amount, (%(margin)s)::float8 AS margin,
                      o.user_id, NULL::int AS channel_id, o.amount_untaxed < 0 AS is_refund,
                      o.team_id AS place_id
                 FROM sale_order o
                 %(join)s res_partner p ON p.id = o.partner_id
                WHERE o.state = 'sale' AND %(among)s AND %(counted)s AND %(within)s AND %(partners)s""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            among=self._among(SQL("o.id"), 1),
            amount=self._at_rate(SQL("o.amount_untaxed"), SQL("o.currency_rate")),
            margin=self._at_rate(margin, SQL("o.currency_rate")),
            type=self._amount_type(),
            counted=self._counted("sale", SQL("o.company_id")),
            within=self._within_moments(SQL("o.date_order"), SQL("o.company_id")),
            partners=self._of_partners(SQL("o.partner_id")),
            join=self._partner_join(),
        )

    @api.model
    def _sale_order_lines(self):
        margin = self._sale_margin("l", "sale.order.line")
        return SQL(
            """SELECT l.id::bigint * 8 + 1 AS id, 'sale'::varchar AS source, o.id AS res_id, l.id AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, l.product_id,
                      l.product_uom_qty::float8 AS quantity,
                      (%(amount)s)::%(type)s AS amount, (%(margin)s)::float8 AS margin,
                      o.user_id, NULL::int AS channel_id, l.price_subtotal < 0 AS is_refund,
                      o.team_id AS place_id
                 FROM sale_order_line l
                 JOIN sale_order o ON o.id = l.order_id
            LEFT JOIN res_partner p ON p.id = o.partner_id  -- each has one: left, it is not read where only counted
                WHERE o.state = 'sale' AND l.display_type IS NULL AND l.is_downpayment IS NOT TRUE
                  AND %(among)s AND %(counted)s AND %(within)s AND %(partners)s""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            among=self._among(SQL("l.id"), 1),
            amount=self._at_rate(SQL("l.price_subtotal"), SQL("o.currency_rate")),
            margin=self._at_rate(margin, SQL("o.currency_rate")),
            type=self._amount_type(),
            counted=self._counted("sale", SQL("o.company_id")),
            within=self._within_moments(SQL("o.date_order"), SQL("o.company_id")),
            partners=self._of_partners(SQL("o.partner_id")),
        )

    @api.model
    def _sale_margin(self, alias, model):
        """Return the ``SQL`` of the margin of an order or line; null where no module keeps it."""
        field = self.env[model]._fields.get("margin")
        return SQL.identifier(alias, "margin", to_flush=field) if field else SQL("NULL::numeric")

    @api.model
    def _documents(self):
        """Add sale orders."""
        return {**super()._documents(), "sale": ("sale.order", "note")}
