from odoo import api, fields, models
from odoo.tools import SQL


class CrmSaleAnonymous(models.Model):
    """Every sale with the place where it was made, and whether we know who bought: how many customers do we miss?"""

    _name = "crm.sale.anonymous"
    _inherit = ["crm.purchase.window.mixin"]
    _description = "Sales without a Customer"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "place"
    _depends = {"crm.transaction": [], "res.company": ["lifecycle_walk_in_ids"]}

    source = fields.Selection(lambda self: self._source_selection(), readonly=True)
    res_id = fields.Integer(string="Document", readonly=True)
    company_id = fields.Many2one("res.company", string="Branch", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    place = fields.Char(readonly=True, help="The point of sale, sales team or journal.")
    date = fields.Date(readonly=True, help="In the company's time zone.")
    user_id = fields.Many2one("res.users", string="Sold by", readonly=True)
    is_anonymous = fields.Boolean(string="Without a Customer", readonly=True)
    amount = fields.Monetary(string="Revenue", readonly=True, help="Untaxed, in the company's currency.")
    anonymous_amount = fields.Monetary(
        string="Revenue without a Customer", readonly=True, help="Untaxed, in the company's currency."
    )
    anonymous_share = fields.Float(
        string="Share without a Customer", readonly=True, aggregator="avg", help="Of the number of sales."
    )

    @api.model
    def _source_selection(self):
        return self.env["crm.transaction"]._fields["source"]._description_selection(self.env)

    @property
    def _table_query(self):
        transactions = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_anonymous=True
        )
        return SQL(
            """SELECT d.id, d.source, d.res_id, d.company_id, d.place, d.date, d.user_id, d.unknown AS is_anonymous,
                      d.amount, CASE WHEN d.unknown THEN d.amount ELSE 0 END AS anonymous_amount,
                      d.unknown::int::float8 AS anonymous_share
                 FROM (SELECT t.*, place.name AS place,
                              t.partner_id IS NULL OR (t.company_id, t.partner_id) IN (
                                  SELECT company_id, partner_id FROM crm_lifecycle_walk_in_rel UNION
                                  SELECT w.company_id, p.id FROM crm_lifecycle_walk_in_rel w
                                    JOIN res_partner p ON p.commercial_partner_id = w.partner_id) AS unknown
                         FROM (%(union)s) t
                    LEFT JOIN (%(places)s) place ON place.source = t.source AND place.id = t.place_id
                        WHERE NOT t.is_refund) d""",
            union=SQL(" UNION ALL ").join(transactions._sources()),
            places=SQL(" UNION ALL ").join(self._places()),
        )

    @api.model
    def _places(self):
        """Return a list of ``SQL`` selects of the places of each source: ``source``, ``id``, ``name``; to be united."""
        return [SQL("SELECT NULL::varchar AS source, NULL::int AS id, NULL::varchar AS name")]

    def action_open_document(self):
        """Open the document behind the row."""
        self.ensure_one()
        model, _note = self.env["crm.transaction"]._documents()[self.source]
        return {"type": "ir.actions.act_window", "res_model": model, "res_id": self.res_id, "view_mode": "form"}
