from odoo import fields, models
from odoo.tools import SQL


class CrmHolding(models.Model):
    """What a customer has bought so far, by product category. Read-only, from the transactions."""

    _name = "crm.holding"
    _inherit = ["crm.at.once.mixin"]
    _description = "Holding"
    _auto = False
    _order = "amount desc, id"
    _rec_name = "categ_id"
    _depends = {
        "crm.transaction": [],
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

    @property
    def _table_query(self):
        return SQL(
            """SELECT min(t.id) AS id, t.commercial_partner_id AS partner_id, t.company_id, pt.categ_id,
                      count(DISTINCT (t.source, t.res_id)) FILTER (WHERE NOT t.is_refund) AS purchases,
                      sum(t.quantity) AS quantity, sum(t.amount) AS amount,
                      min(t.date) FILTER (WHERE NOT t.is_refund) AS first_date,
                      max(t.date) FILTER (WHERE NOT t.is_refund) AS last_date
                 FROM (%s) t
                 JOIN product_product pp ON pp.id = t.product_id
                 JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE pt.categ_id IS NOT NULL
                GROUP BY t.commercial_partner_id, t.company_id, pt.categ_id""",
            SQL(" UNION ALL ").join(self.env["crm.transaction"]._sources()),
        )
