from odoo import api, fields, models
from odoo.tools import SQL

FEWEST = 5
BASE_DAYS = 365


class CrmProductStep(models.Model):
    """How often buyers of one category went on to another within a year, with the count behind it."""

    _name = "crm.product.step"
    _description = "Likely Next Product"
    _order = "share desc, followers desc, id"
    _rec_name = "to_categ_id"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    from_categ_id = fields.Many2one(
        "product.category", string="Who Bought", required=True, readonly=True, ondelete="cascade"
    )
    to_categ_id = fields.Many2one(
        "product.category", string="Went on to", required=True, readonly=True, ondelete="cascade"
    )
    followers = fields.Integer(string="Went on", readonly=True)
    owners = fields.Integer(string="Of", readonly=True, help="Buyers of the first category at least a year ago.")
    share = fields.Float(readonly=True, aggregator="avg")
    base_share = fields.Float(
        string="Among All Buyers",
        readonly=True,
        aggregator="avg",
        help="Share of all buyers who ever bought the second category.",
    )
    evidence = fields.Char(compute="_compute_evidence")

    _pair_uniq = models.Constraint(
        "UNIQUE(company_id, from_categ_id, to_categ_id)", "One row for each pair of categories."
    )

    @api.depends("followers", "owners")
    @api.depends_context("lang")
    def _compute_evidence(self):
        for step in self:
            step.evidence = self.env._(
                "%(followers)s of %(owners)s went on within a year", followers=step.followers, owners=step.owners
            )

    @api.model
    def _refresh(self, company, as_of):
        """Count the steps of a company's customers anew, in one statement.

        A step is the first purchase of another category after the first purchase of this one and within a year of it;
        only customers whose first purchase lies a year back are counted, so that all had the same time. Steps that
        fewer than five customers took, or fewer than one in twenty, are left out.

        :param company: ``res.company``
        :param date as_of: later purchases are not seen
        :return: number of steps kept
        """
        self.env.flush_all()
        self.search([("company_id", "=", company.id)]).unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """WITH first AS MATERIALIZED (
                       SELECT t.commercial_partner_id AS partner_id, pt.categ_id, min(t.date) AS day
                         FROM (%(union)s) t
                         JOIN product_product pp ON pp.id = t.product_id
                         JOIN product_template pt ON pt.id = pp.product_tmpl_id
                        WHERE t.company_id = %(company)s AND t.date <= %(day)s AND NOT t.is_refund
                          AND t.commercial_partner_id IS NOT NULL AND pt.categ_id IS NOT NULL
                        GROUP BY t.commercial_partner_id, pt.categ_id),
                   buyers AS (SELECT count(DISTINCT partner_id)::float8 AS number FROM first),
                   base AS (SELECT categ_id, count(*) AS number FROM first GROUP BY categ_id),
                   owner AS (SELECT categ_id, count(*) AS number FROM first
                              WHERE day <= %(day)s - %(within)s GROUP BY categ_id),
                   step AS (SELECT a.categ_id AS from_id, b.categ_id AS to_id, count(*) AS number
                              FROM first a JOIN first b ON b.partner_id = a.partner_id
                             WHERE a.day <= %(day)s - %(within)s AND b.day > a.day AND b.day <= a.day + %(within)s
                             GROUP BY a.categ_id, b.categ_id)
                   INSERT INTO crm_product_step
                          (company_id, from_categ_id, to_categ_id, followers, owners, share, base_share)
                   SELECT %(company)s, s.from_id, s.to_id, s.number, o.number, s.number::float8 / o.number,
                          b.number / NULLIF(n.number, 0)
                     FROM step s JOIN owner o ON o.categ_id = s.from_id JOIN base b ON b.categ_id = s.to_id
                     CROSS JOIN buyers n
                    WHERE s.number >= %(fewest)s AND s.number::float8 / o.number > 0.05""",
                union=SQL(" UNION ALL ").join(self.env["crm.transaction"]._sources()),
                company=company.id,
                day=as_of,
                within=BASE_DAYS,
                fewest=FEWEST,
            )
        )
        kept = self.env.cr.rowcount
        self.invalidate_model()
        return kept

    @api.model
    def _cron_refresh(self):
        """Count the steps of every company anew."""
        self.env["res.company"]._lifecycle_each(lambda company: self._refresh(company, company._lifecycle_today()))

    @api.model
    def _for_customer_sudo(self, customer):
        """Return the ids of the steps open to a customer: from what was bought to what was not, best first."""
        # As superuser: what a customer holds is told by all its purchases, whoever may read them.
        holdings = self.env["crm.holding"].sudo().with_context(crm_holding_live=True)
        held = holdings.search([("partner_id", "in", customer.ids), ("company_id", "=", self.env.company.id)]).categ_id
        domain = [
            ("company_id", "=", self.env.company.id),
            ("from_categ_id", "in", held.ids),
            ("to_categ_id", "not in", held.ids),
        ]
        return self.sudo().search(domain).ids
