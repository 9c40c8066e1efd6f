from odoo import api, fields, models
from odoo.tools import SQL


class CrmTransaction(models.Model):
    _inherit = "crm.transaction"

    source = fields.Selection(selection_add=[("account", "Invoice")])

    @api.model
    def _sources(self):
        """Add posted invoices and credit notes: by line for reading, by document for the engine."""
        by_document = self.env.context.get("crm_transaction_grain") == "order"
        return super()._sources() + [self._invoices() if by_document else self._invoice_lines()]

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
                      NULL::int AS channel_id, m.move_type = 'out_refund' AS is_refund
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
                 JOIN res_partner p ON p.id = m.partner_id
                WHERE %s""",
            self._invoice_condition(),
        )

    @api.model
    def _invoices(self):
        """Return the ``SQL`` select of the documents, each with the sum of its lines that count."""
        return SQL(
            """SELECT m.id::bigint * 8 + 2 AS id, 'account'::varchar AS source, m.id AS res_id, NULL::int AS line_id,
                      m.partner_id, p.commercial_partner_id, m.company_id, COALESCE(m.invoice_date, m.date) AS date,
                      NULL::int AS product_id, NULL::float8 AS quantity, -sum(l.balance)::float8 AS amount,
                      NULL::float8 AS margin, m.invoice_user_id AS user_id, NULL::int AS channel_id,
                      m.move_type = 'out_refund' AS is_refund
                 FROM account_move m
                 JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
                 %s res_partner p ON p.id = m.partner_id
                WHERE %s
             GROUP BY m.id, p.commercial_partner_id""",
            self._partner_join(),
            self._invoice_condition(),
        )

    @api.model
    def _invoice_condition(self):
        """Return the ``SQL`` condition on move ``m`` and line ``l``: posted sales that no other source counts."""
        conditions = [
            SQL("m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')"),
            self._counted("account", SQL("m.company_id")),
        ]
        conditions.append(self._within_days(SQL("COALESCE(m.invoice_date, m.date)")))
        conditions.append(self._of_partners(SQL("m.partner_id")))
        known = self.env["res.company"]._fields
        if "lifecycle_count_sale" in known:
            conditions.append(self._not_of_an_order())
        if "lifecycle_count_pos" in known:
            conditions.append(
                SQL(
                    "NOT EXISTS (SELECT 1 FROM pos_order o WHERE o.account_move = m.id AND %s)",
                    self._counted("pos", SQL("o.company_id")),
                )
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _not_of_an_order(self):
        """Return the ``SQL`` condition that no sale order counts the line already.

        A credit note on a line of an order counts as a return while less is invoiced than was ordered: an invoice
        that was credited and made again has taken nothing back.
        """
        return SQL(
            """NOT EXISTS (
                   SELECT 1 FROM sale_order_line_invoice_rel r
                     JOIN sale_order_line s ON s.id = r.order_line_id
                     JOIN sale_order o ON o.id = s.order_id
                    WHERE r.invoice_line_id = l.id AND o.state = 'sale' AND %s
                      AND NOT (m.move_type = 'out_refund' AND s.qty_invoiced < s.product_uom_qty))""",
            self._counted("sale", SQL("o.company_id")),
        )
