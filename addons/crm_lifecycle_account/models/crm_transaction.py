from odoo import api, fields, models
from odoo.tools import SQL


class CrmTransaction(models.Model):
    _inherit = "crm.transaction"
    _depends = {
        "account.move": [
            "partner_id", "company_id", "date", "invoice_date", "invoice_user_id", "move_type", "state",
        ],
        "account.move.line": ["move_id", "product_id", "quantity", "balance", "display_type"],
    }

    source = fields.Selection(selection_add=[("account", "Invoice")])

    @api.model
    def _sources(self):
        """Add posted invoices and credit notes: by line for reading, by document for the engine."""
        by_document = self.env.context.get("crm_transaction_grain") == "order"
        sources = super()._sources() + [self._invoices() if by_document else self._invoice_lines()]
        if self._knows_orders() and not self.env.context.get("crm_transaction_anonymous"):
            sources.append(self._returns_of_orders(by_document))
        return sources

    @api.model
    def _knows_orders(self):
        """Whether sale orders are a source beside invoices."""
        return "lifecycle_count_sale" in self.env["res.company"]._fields

    @api.model
    def _documents(self):
        """Add invoices."""
        return {**super()._documents(), "account": ("account.move", "narration")}

    @api.model
    def _invoice_lines(self):
        """Return the ``SQL`` select of the lines that count; amounts are those booked in the company's currency."""
        return SQL(
            """SELECT l.id::bigint * 8 + 2 AS id, 'account'::varchar AS source, m.id AS res_id, l.id AS line_id,
                      m.partner_id, p.commercial_partner_id, m.company_id, COALESCE(m.invoice_date, m.date) AS date,
                      l.product_id, (l.quantity * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1 END)::float8
                      AS quantity, -l.balance::float8 AS amount, NULL::float8 AS margin, m.invoice_user_id AS user_id,
                      NULL::int AS channel_id, m.move_type = 'out_refund' AS is_refund,
                      m.journal_id AS place_id
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
                 JOIN res_partner p ON p.id = m.partner_id
                WHERE %s""",
            self._invoice_condition(SQL("l.id")),
        )

    @api.model
    def _invoices(self):
        """Return the ``SQL`` select of the documents, each with the sum of its lines that count."""
        return SQL(
            """SELECT m.id::bigint * 8 + 2 AS id, 'account'::varchar AS source, m.id AS res_id, NULL::int AS line_id,
                      m.partner_id, p.commercial_partner_id, m.company_id, COALESCE(m.invoice_date, m.date) AS date,
                      NULL::int AS product_id, NULL::float8 AS quantity, -sum(l.balance)::%s AS amount,
                      NULL::float8 AS margin, m.invoice_user_id AS user_id, NULL::int AS channel_id,
                      m.move_type = 'out_refund' AS is_refund,
                      m.journal_id AS place_id
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
                 %s res_partner p ON p.id = m.partner_id
                WHERE %s
             GROUP BY m.id, p.commercial_partner_id""",
            self._amount_type(),
            self._partner_join(),
            self._invoice_condition(SQL("m.id")),
        )

    @api.model
    def _invoice_condition(self, key):
        """Return the ``SQL`` condition on move ``m`` and line ``l``: posted sales that no other source counts.

        :param SQL key: id of the line or invoice of which the row is
        """
        conditions = [
            SQL("m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"),
            self._among(key, 2),
            self._counted("account", SQL("m.company_id")),
        ]
        conditions.append(self._within_days(SQL("COALESCE(m.invoice_date, m.date)")))
        conditions.append(self._of_partners(SQL("m.partner_id")))
        if self._knows_orders():
            conditions.append(self._not_of_an_order())
        if "lifecycle_count_pos" in self.env["res.company"]._fields:
            conditions.append(
                SQL(
                    "NOT EXISTS (SELECT 1 FROM pos_order o WHERE o.account_move = m.id AND %s)",
                    self._counted("pos", SQL("o.company_id")),
                )
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _not_of_an_order(self):
        """Return the ``SQL`` condition that no sale order counts the line already."""
        return SQL(
            """NOT EXISTS (
                   SELECT 1 FROM sale_order_line_invoice_rel r
                     JOIN sale_order_line s ON s.id = r.order_line_id
                     JOIN sale_order o ON o.id = s.order_id
                    WHERE r.invoice_line_id = l.id AND o.state = 'sale' AND %s)""",
            self._counted("sale", SQL("o.company_id")),
        )

    @api.model
    def _returns_of_orders(self, by_document):
        """Return the ``SQL`` select of credit notes on orders that count, as returns of whoever ordered.

        The order counts what was ordered, whatever was invoiced of it so far. Taken back is what was invoiced of a line
        at the most and no longer is: an invoice that was credited and made again has taken nothing back.
        """
        until = self.env.context.get("crm_transaction_until")
        one = SQL(
            """SELECT %(id)s AS id, 'account'::varchar AS source, m.id AS res_id, %(line)s AS line_id, o.partner_id,
                      p.commercial_partner_id, m.company_id, COALESCE(m.invoice_date, m.date) AS date,
                      %(product)s AS product_id, %(quantity)s AS quantity, %(amount)s AS amount, NULL::float8 AS margin,
                      m.invoice_user_id AS user_id, NULL::int AS channel_id, TRUE AS is_refund,
                      m.journal_id AS place_id""",
            **self._columns_of_returns(by_document),
        )
        return SQL(
            """%(columns)s
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
                 JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
                      AND r.order_line_id = (SELECT min(f.order_line_id) FROM sale_order_line_invoice_rel f
                                              WHERE f.invoice_line_id = l.id)
                 JOIN sale_order_line s ON s.id = r.order_line_id
                 JOIN sale_order o ON o.id = s.order_id AND o.state = 'sale'
                 JOIN res_partner p ON p.id = o.partner_id
                 JOIN LATERAL (%(share)s) returned ON returned.share > 0
                WHERE m.state = 'posted' AND m.move_type = 'out_refund' AND %(conditions)s %(grouped)s""",
            columns=one,
            share=self._share_returned(until),
            conditions=SQL(" AND ").join(
                [
                    self._returns_among(by_document),
                    self._counted("account", SQL("m.company_id")),
                    self._counted("sale", SQL("o.company_id")),
                    self._within_days(SQL("COALESCE(m.invoice_date, m.date)")),
                    self._of_partners(SQL("o.partner_id")),
                ]
            ),
            grouped=SQL("GROUP BY m.id, o.partner_id, p.commercial_partner_id") if by_document else SQL(""),
        )

    @api.model
    def _returns_among(self, by_document):
        """Return the ``SQL`` condition that a return is one of those asked for, a document by its first line."""
        if not by_document or self.env.context.get("crm_transaction_ids") is None:
            return self._among(SQL("l.id"), 4)
        return SQL("m.id IN (SELECT x.move_id FROM account_move_line x WHERE %s)", self._among(SQL("x.id"), 4))

    @api.model
    def _columns_of_returns(self, by_document):
        if by_document:
            return {
                "id": SQL("min(l.id)::bigint * 8 + 4"),
                "line": SQL("NULL::int"),
                "product": SQL("NULL::int"),
                "quantity": SQL("NULL::float8"),
                "amount": SQL("sum(-l.balance * returned.share)::float8"),
            }
        return {
            "id": SQL("l.id::bigint * 8 + 4"),
            "line": SQL("l.id"),
            "product": SQL("l.product_id"),
            "quantity": SQL("(-l.quantity * returned.share)::float8"),
            "amount": SQL("(-l.balance * returned.share)::float8"),
        }

    @api.model
    def _share_returned(self, until):
        """Return the ``SQL`` select of which share of all that was credited of order line ``s`` was taken back.

        :param until: last day that is known of, or None
        """
        return SQL(
            """SELECT LEAST(1.0, (GREATEST(0.0, max(step.invoiced))
                                  - (array_agg(step.invoiced ORDER BY step.day DESC, step.move_id DESC))[1])
                                 / NULLIF(sum(GREATEST(0.0, -step.quantity)), 0)) AS share
                 FROM (SELECT doc.*, sum(doc.quantity) OVER (ORDER BY doc.day, doc.move_id) AS invoiced
                         FROM (SELECT COALESCE(im.invoice_date, im.date) AS day, im.id AS move_id,
                                      sum(CASE im.move_type WHEN 'out_refund' THEN -il.quantity
                                                            ELSE il.quantity END) AS quantity
                                 FROM sale_order_line_invoice_rel ir
                                 JOIN account_move_line il ON il.id = ir.invoice_line_id
                                 JOIN account_move im ON im.id = il.move_id AND im.state = 'posted'
                                WHERE ir.order_line_id = s.id AND %s
                             GROUP BY im.id) doc) step""",
            SQL("COALESCE(im.invoice_date, im.date) <= %s", until) if until else SQL("TRUE"),
        )
