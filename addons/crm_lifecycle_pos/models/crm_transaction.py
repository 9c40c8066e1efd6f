from odoo import api, fields, models
from odoo.tools import SQL

# The lines of a refund are positive or negative, depending on where it was made; the order's total is always negative.
SIGN = SQL(
    """CASE WHEN o.amount_total < 0
                 AND (SELECT sum(x.price_subtotal) FROM pos_order_line x WHERE x.order_id = o.id) > 0
            THEN -1 ELSE 1 END"""
)
RATE = SQL("COALESCE(NULLIF(o.currency_rate, 0), 1)")


class CrmTransaction(models.Model):
    _inherit = "crm.transaction"
    _depends = {
        "pos.order": ["partner_id", "company_id", "date_order", "state", "amount_total", "currency_rate", "user_id"],
        "pos.order.line": [
            "order_id", "product_id", "qty", "price_subtotal", "total_cost", "is_total_cost_computed",
        ],
    }

    source = fields.Selection(selection_add=[("pos", "Point of sale")])

    @api.model
    def _sources(self):
        """Add paid orders and refunds: by line for reading, by order for the engine."""
        by_order = self.env.context.get("crm_transaction_grain") == "order"
        return super()._sources() + [self._pos_orders() if by_order else self._pos_lines()]

    @api.model
    def _documents(self):
        """Add orders at the counter."""
        return {**super()._documents(), "pos": ("pos.order", "general_customer_note")}

    @api.model
    def _pos_lines(self):
        """Return the ``SQL`` select of the lines that count."""
        amount = SQL("(l.price_subtotal * %s / %s)::float8", SIGN, RATE)
        return SQL(
            """SELECT l.id::bigint * 8 + 3 AS id, 'pos'::varchar AS source, o.id AS res_id, l.id AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, l.product_id,
                      l.qty::float8 AS quantity,
                      %(amount)s AS amount,
                      CASE WHEN l.is_total_cost_computed
                           THEN %(amount)s - (l.total_cost / %(rate)s)::float8 END AS margin,
                      o.user_id, NULL::int AS channel_id, o.amount_total < 0 OR l.qty < 0 AS is_refund,
                      o.config_id AS place_id
                 FROM pos_order_line l
                 JOIN pos_order o ON o.id = l.order_id
                 JOIN res_partner p ON p.id = o.partner_id
                WHERE %(condition)s""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            amount=amount,
            rate=RATE,
            condition=self._pos_condition(SQL("l.id")),
        )

    @api.model
    def _pos_orders(self):
        """Return the ``SQL`` select of the orders, each with the sum of its lines that count."""
        return SQL(
            """SELECT o.id::bigint * 8 + 3 AS id, 'pos'::varchar AS source, o.id AS res_id, NULL::int AS line_id,
                      o.partner_id, p.commercial_partner_id, o.company_id, %(day)s AS date, NULL::int AS product_id,
                      NULL::float8 AS quantity, (sum(l.price_subtotal) * %(sign)s / %(rate)s)::%(type)s AS amount,
                      CASE WHEN bool_and(COALESCE(l.is_total_cost_computed, false)) THEN
                          ((sum(l.price_subtotal) * %(sign)s - sum(l.total_cost)) / %(rate)s)::float8 END AS margin,
                      o.user_id, NULL::int AS channel_id, o.amount_total < 0 AS is_refund,
                      o.config_id AS place_id
                 FROM pos_order o
                 JOIN pos_order_line l ON l.order_id = o.id
                 %(join)s res_partner p ON p.id = o.partner_id
                WHERE %(condition)s
             GROUP BY o.id, p.commercial_partner_id""",
            day=self._local_date(SQL("o.date_order"), SQL("o.company_id")),
            sign=SIGN,
            type=self._amount_type(),
            rate=RATE,
            join=self._partner_join(),
            condition=self._pos_condition(SQL("o.id")),
        )

    @api.model
    def _pos_condition(self, key):
        """Return the ``SQL`` condition on order ``o`` and line ``l``: paid, and counted by no sale order.

        :param SQL key: id of the line or order of which the row is
        """
        conditions = [SQL("o.state IN ('paid', 'done')"), self._among(key, 3)]
        conditions.append(self._counted("pos", SQL("o.company_id")))
        conditions.append(self._within_moments(SQL("o.date_order"), SQL("o.company_id")))
        conditions.append(self._of_partners(SQL("o.partner_id")))
        settles = self.env["pos.order.line"]._fields.get("sale_order_origin_id")
        if settles and "lifecycle_count_sale" in self.env["res.company"]._fields:
            conditions.append(
                SQL(
                    """NOT EXISTS (SELECT 1 FROM sale_order s
                                    WHERE s.id = l.sale_order_origin_id AND s.state = 'sale' AND %s)""",
                    self._counted("sale", SQL("s.company_id")),
                )
            )
        return SQL(" AND ").join(conditions)
