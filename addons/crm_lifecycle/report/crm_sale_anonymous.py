from contextlib import contextmanager
from itertools import chain

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine.planner import few_and_long, few_groups

ALIKE = {"source", "company_id", "place", "date", "user_id", "is_anonymous"}
"""What sales may be grouped by and limited by, for groups of sales alike to be groups of sales."""
SUMMED = {
    "__count",
    "amount:sum",
    "amount:sum_currency",
    "anonymous_amount:sum",
    "anonymous_amount:sum_currency",
    "anonymous_share:avg",
    "currency_id:array_agg_distinct",
}
"""What sums of sales alike tell of sales."""


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
        return SQL(
            """SELECT d.*, place.name AS place, CASE WHEN d.is_anonymous THEN d.amount ELSE 0 END AS anonymous_amount,
                      d.is_anonymous::int::float8 AS anonymous_share
                 FROM (%(sales)s) d
            LEFT JOIN (%(places)s) place ON place.source = d.source AND place.id = d.place_id""",
            sales=self._alike() if self.env.context.get("crm_sales_alike") else self._sales(),
            places=SQL(" UNION ALL ").join(self._places()),
        )

    @api.model
    def _sales(self, **told):
        """Return the ``SQL`` select of all sales, one row each; ``told`` is more that the sources are told of."""
        transactions = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_anonymous=True, **told
        )
        return SQL(
            """SELECT t.id, t.source, t.res_id, t.company_id, t.place_id, t.date, t.user_id, t.amount, 1 AS number,
                      t.partner_id IS NULL OR (t.company_id, t.partner_id) IN (
                          SELECT company_id, partner_id FROM crm_lifecycle_walk_in_rel UNION
                          SELECT w.company_id, p.id FROM crm_lifecycle_walk_in_rel w
                            JOIN res_partner p ON p.commercial_partner_id = w.partner_id) AS is_anonymous
                 FROM (%s) t
                WHERE NOT t.is_refund""",
            SQL(" UNION ALL ").join(transactions._sources()),
        )

    @api.model
    def _alike(self):
        """Return the ``SQL`` select of sales alike in all that groups them: one row for a day, a place and a seller.

        Groups and their sums are made of these few rows: of half a million sales in the tenth part of the time.
        """
        return SQL(
            """SELECT min(s.id) AS id, s.source, s.company_id, s.place_id, s.date, s.user_id, s.is_anonymous,
                      sum(s.amount)::float8 AS amount, count(*) AS number
                 FROM (%s) s
             GROUP BY s.source, s.company_id, s.place_id, s.date, s.user_id, s.is_anonymous""",
            self._sales(crm_transaction_numeric=True),
        )

    @api.model
    def _read_group(self, domain, groupby=(), aggregates=(), having=(), offset=0, limit=None, order=None):
        """Sum up sales alike, where nothing else is asked for."""
        asked = [*aggregates, *self._terms_of(order), *(term[0] for term in having if not isinstance(term, str))]
        with self._summing(domain, groupby, asked) as model:
            return super(CrmSaleAnonymous, model)._read_group(
                domain, groupby, aggregates, having, offset, limit, order
            )

    @api.model
    def _read_grouping_sets(self, domain, grouping_sets, aggregates=(), order=None):
        """As :meth:`_read_group`."""
        with self._summing(domain, [*chain(*grouping_sets)], [*aggregates, *self._terms_of(order)]) as model:
            return super(CrmSaleAnonymous, model)._read_grouping_sets(domain, grouping_sets, aggregates, order)

    @api.model
    def _terms_of(self, order):
        """Return the groups and aggregates that are sorted by."""
        return [part.split()[0] for part in order.split(",") if part.strip()] if order else []

    @contextmanager
    def _summing(self, domain, groupby, asked):
        """Give this model, summing up sales alike if they are enough."""
        if not self._alike_are_enough(domain, groupby, asked):
            yield self
            return
        few_and_long(self.env)
        with few_groups(self.env.cr):
            yield self.with_context(crm_sales_alike=True)

    @api.model
    def _alike_are_enough(self, domain, groupby, asked):
        """Whether groups, conditions and record rules are about what sales alike share, and all else is a sum.

        :param asked: the aggregates that are shown, sorted by or compared; groups that are sorted by may be among them
        """
        limits = Domain(domain) & self.env["ir.rule"]._compute_domain(self._name)
        names = {*(spec.partition(":")[0] for spec in groupby), *(part.field_expr for part in limits.iter_conditions())}
        return names <= ALIKE and set(asked) - set(groupby) <= SUMMED

    def _read_group_select(self, aggregate_spec, query):
        """Count sales, not rows of sales alike."""
        if self.env.context.get("crm_sales_alike"):
            number = SQL.identifier(self._table, "number")
            if aggregate_spec == "__count":
                return SQL("COALESCE(sum(%s), 0)::bigint", number)
            if aggregate_spec == "anonymous_share:avg":
                share = self._field_to_sql(self._table, "anonymous_share", query)
                return SQL("sum(%s * %s) / sum(%s)", share, number, number)
        return super()._read_group_select(aggregate_spec, query)

    @api.model
    def _places(self):
        """Return a list of ``SQL`` selects of the places of each source: ``source``, ``id``, ``name``; to be united."""
        return [SQL("SELECT NULL::varchar AS source, NULL::int AS id, NULL::varchar AS name")]
