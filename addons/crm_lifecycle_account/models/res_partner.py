import operator as compare

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

OPERATORS = {">": compare.gt, ">=": compare.ge, "<": compare.lt, "<=": compare.le}


class ResPartner(models.Model):
    """Who buys on credit: what a customer owes, for the sales people who may see the customer's figures."""

    _inherit = "res.partner"

    lifecycle_receivable = fields.Monetary(
        string="Owes",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_receivable",
        search="_search_lifecycle_receivable",
        groups="crm_lifecycle.group_user",
        help="Open receivables of the customer and its contacts in this company.",
    )
    lifecycle_overdue = fields.Monetary(
        string="Overdue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_receivable",
        search="_search_lifecycle_overdue",
        groups="crm_lifecycle.group_user",
        help="The part that should have been paid by now.",
    )

    _lifecycle_vendor_idx = models.Index("(id) WHERE supplier_rank > 0 AND customer_rank = 0")

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle_receivable(self):
        customers = self.commercial_partner_id._origin
        found = self._lifecycle_receivables_sudo((customers - customers._lifecycle_hidden_sudo()).ids)
        for partner in self:
            owes, overdue = found.get(partner.commercial_partner_id._origin.id, (0.0, 0.0))
            partner.lifecycle_receivable = owes
            partner.lifecycle_overdue = overdue

    @api.model
    def _lifecycle_receivables_sudo(self, partner_ids):
        """Return ``{customer id: (owes, overdue)}`` in the currency of the current company.

        As superuser: sales people must know who has not paid; they see the sum, not the documents.
        """
        if not partner_ids:
            return {}
        self.sudo().env.flush_all()
        query = SQL(
            """SELECT partner_id, owes, COALESCE(overdue, 0) FROM (%s) o WHERE partner_id = ANY(%s)""",
            self._lifecycle_receivable_sql(SQL("l.partner_id = ANY(%s)", partner_ids)),
            partner_ids,
        )
        rows = self.env.execute_query(query)
        return {partner_id: (float(owes), float(overdue)) for partner_id, owes, overdue in rows}

    @api.model
    def _lifecycle_receivable_sql(self, condition):
        """Return the ``SQL`` of what customers owe the current company: partner_id, owes, overdue."""
        return SQL(
            """SELECT l.partner_id, sum(l.amount_residual) AS owes,
                      sum(l.amount_residual) FILTER (WHERE COALESCE(l.date_maturity, l.date) < %s) AS overdue
                 FROM account_move_line l
                 JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
                WHERE l.company_id = %s AND l.parent_state = 'posted' AND NOT COALESCE(l.reconciled, false)
                  AND l.partner_id IS NOT NULL AND %s
                GROUP BY l.partner_id""",
            self.env.company._lifecycle_today(),
            self.env.company.id,
            condition,
        )

    @api.model
    def _search_lifecycle_receivable(self, operator, value):
        return self._lifecycle_receivable_domain("owes", operator, value)

    @api.model
    def _search_lifecycle_overdue(self, operator, value):
        return self._lifecycle_receivable_domain("overdue", operator, value)

    @api.model
    def _lifecycle_receivable_domain(self, column, operator, value):
        """Return the domain of partners whose customer owes so much; who owes nothing has no row."""
        if operator not in OPERATORS or isinstance(value, (str, bool)):
            return NotImplemented
        nothing_too = OPERATORS[operator](0, value)
        self.env["account.move.line"].flush_model()
        rows = SQL(
            "(SELECT o.partner_id FROM (%s) o WHERE %s(COALESCE(o.%s, 0) %s %s))",
            self._lifecycle_receivable_sql(SQL("TRUE")),
            SQL("NOT " if nothing_too else ""),
            SQL.identifier(column),
            SQL(operator),
            value,
        )
        domain = Domain("commercial_partner_id", "not in" if nothing_too else "in", rows)
        if not self.env["crm.lifecycle.status"]._sees_some():
            return domain
        return domain & (self._lifecycle_domain([]) | self._lifecycle_strangers_sudo())
