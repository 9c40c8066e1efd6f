from odoo import fields, models
from odoo.tools import SQL


class CrmHolding(models.Model):
    """What a customer has bought so far, by product category. Read-only, from the transactions.

    Where there are very many customers, as of last night; with ``crm_holding_live`` in the context as of now, which is
    quick for the customers of a condition on ``partner_id``.
    """

    _name = "crm.holding"
    _inherit = ["crm.at.once.mixin", "crm.company.currency.mixin"]
    _description = "Holding"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "categ_id"
    _depends = {
        "crm.transaction": [],
        "crm.holding.cell": [],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    categ_id = fields.Many2one("product.category", string="Category", readonly=True)
    purchases = fields.Integer(readonly=True)
    quantity = fields.Float(readonly=True)
    amount = fields.Monetary(readonly=True, help="Untaxed, in the company's currency.")
    state_id = fields.Many2one(related="partner_id.state_id", string="Province")
    first_date = fields.Date(string="First Purchase", readonly=True)
    last_date = fields.Date(string="Last Purchase", readonly=True)
    counted_on = fields.Date(readonly=True, help="Where there are very many customers they are counted at night.")

    @property
    def _table_query(self):
        days = self.env["res.company"]._lifecycle_days_sudo()
        counted = {} if self.env.context.get("crm_holding_live") else self.env["crm.holding.cell"]._counted_sudo()
        queries = [self._kept_query(sorted(counted))] if counted else []
        if days.keys() - counted.keys():
            others = SQL("t.company_id != ALL(%s)", sorted(counted)) if counted else SQL("TRUE")
            queries.append(
                SQL(
                    "SELECT h.*, d.today AS counted_on FROM (%s) h JOIN %s d (company_id, today) USING (company_id)",
                    self._count_query(others),
                    self.env["res.company"]._lifecycle_days(),
                )
            )
        return SQL(" UNION ALL ").join(queries)

    def _kept_query(self, company_ids):
        """Return ``SQL`` of the holdings counted at night; the source of a transaction never gives such an id."""
        return SQL(
            """SELECT c.id::bigint * 8 + 7 AS id, c.partner_id, c.company_id, c.categ_id, c.purchases, c.quantity,
                      c.amount, c.first_date, c.last_date, o.lifecycle_holdings_on AS counted_on
                 FROM crm_holding_cell c
                 JOIN res_company o ON o.id = c.company_id
                WHERE c.company_id = ANY(%s)""",
            company_ids,
        )

    def _count_query(self, condition):
        """Return ``SQL`` that counts the holdings from the transactions ``t`` that meet a condition."""
        return SQL(
            """SELECT min(t.id) AS id, t.commercial_partner_id AS partner_id, t.company_id, pt.categ_id,
                      count(DISTINCT (t.source, t.res_id)) FILTER (WHERE NOT t.is_refund) AS purchases,
                      sum(t.quantity) AS quantity, sum(t.amount)::numeric AS amount,
                      min(t.date) FILTER (WHERE NOT t.is_refund) AS first_date,
                      max(t.date) FILTER (WHERE NOT t.is_refund) AS last_date
                 FROM (%s) t
                 JOIN product_product pp ON pp.id = t.product_id
                 JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE pt.categ_id IS NOT NULL AND %s
                GROUP BY t.commercial_partner_id, t.company_id, pt.categ_id""",
            SQL(" UNION ALL ").join(self.env["crm.transaction"]._sources()),
            condition,
        )
