from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

MONTHS = 24


class CrmLifecycleRetention(models.Model):
    """Of those who first bought in a month, how many bought again in each month after it.

    A row for each month up to today, also where nobody bought: shares of several rows weigh every new customer alike.
    """

    _name = "crm.lifecycle.retention"
    _inherit = ["crm.at.once.mixin"]
    _description = "Retention by Month of First Purchase"
    _auto = False
    _order = "cohort desc, months_after, id"
    _rec_name = "cohort"
    _depends = {
        "crm.transaction": [],
        "crm.lifecycle.status": ["partner_id", "company_id", "customer_kind", "first_date"],
        "res.partner": ["state_id", "user_id"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Kind", readonly=True)
    state_id = fields.Many2one("res.country.state", string="Province", readonly=True)
    cohort = fields.Date(string="First Purchase", readonly=True)
    months_after = fields.Integer(readonly=True, aggregator=None)
    size = fields.Integer(string="New Customers", readonly=True, aggregator="max")
    buyers = fields.Integer(string="Bought Again", readonly=True)
    share = fields.Float(readonly=True, aggregator="avg")
    counted_on = fields.Date(readonly=True, help="Where there are very many customers they are counted at night.")

    @property
    def _table_query(self):
        days = self.env["res.company"]._lifecycle_days_sudo()
        counted = self.env["crm.lifecycle.retention.cell"]._counted_companies()
        rest = [company_id for company_id in days if company_id not in counted]
        counts = [SQL("(%s)", self._count_query(rest))] if rest else []
        counts += [SQL("crm_lifecycle_retention_cell")] if counted else []
        return SQL(" UNION ALL ").join(
            SQL(
                """SELECT c.series::bigint * 32 + c.months_after AS id, c.company_id, c.user_id, c.customer_kind,
                          c.state_id, c.cohort, c.months_after, c.size, c.buyers, c.buyers::float8 / c.size AS share,
                          c.counted_on
                     FROM %s c""",
                count,
            )
            for count in counts
        )

    @api.model
    def _count_query(self, company_ids):
        """Return ``SQL`` that counts the customers of these companies from their purchases.

        Columns: ``series`` (an id of the new customers counted together), company, salesperson, kind, province, cohort,
        months after, size, buyers, and the day it is.
        """
        days = self.env["res.company"]._lifecycle_days_sudo().values()
        sources = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_since=min(days).replace(day=1) - relativedelta(months=MONTHS)
        )._sources()
        return SQL(
            """WITH first AS (
                   SELECT s.partner_id, s.company_id, s.customer_kind, p.state_id, p.user_id, d.today,
                          date_trunc('month', s.first_date)::date AS cohort,
                          min(s.id) OVER (PARTITION BY s.company_id, s.customer_kind, p.state_id, p.user_id,
                                                       date_trunc('month', s.first_date)) AS series
                     FROM crm_lifecycle_status s
                     JOIN %(days)s d (company_id, today) ON d.company_id = s.company_id
                     JOIN res_partner p ON p.id = s.partner_id
                    WHERE s.first_date >= date_trunc('month', d.today) - make_interval(months => %(months)s)
                      AND s.first_date <= d.today AND s.company_id = ANY(%(companies)s)),
               size AS (
                   SELECT series, company_id, customer_kind, state_id, user_id, cohort, today, count(*) AS number,
                          %(after_today)s AS last
                     FROM first f GROUP BY series, company_id, customer_kind, state_id, user_id, cohort, today),
               bought AS (
                   SELECT f.series, %(after)s AS months_after, count(DISTINCT f.partner_id) AS buyers
                     FROM (%(union)s) t
                     JOIN first f ON f.partner_id = t.commercial_partner_id AND f.company_id = t.company_id
                    WHERE t.date >= f.cohort AND NOT t.is_refund
                    GROUP BY 1, 2)
               SELECT z.series, z.company_id, z.user_id, z.customer_kind, z.state_id, z.cohort, m.months_after,
                      z.number AS size, COALESCE(b.buyers, 0) AS buyers, z.today AS counted_on
                 FROM size z
                CROSS JOIN LATERAL generate_series(0, z.last) AS m (months_after)
                 LEFT JOIN bought b ON b.series = z.series AND b.months_after = m.months_after""",
            days=self.env["res.company"]._lifecycle_days(),
            months=MONTHS,
            companies=company_ids,
            after=self._months_after(SQL("t.date")),
            after_today=self._months_after(SQL("f.today")),
            union=SQL(" UNION ALL ").join(sources),
        )

    def _months_after(self, day):
        """Return ``SQL`` of the number of months from the first purchase to the month of a day."""
        return SQL(
            """((extract(year FROM %(day)s) - extract(year FROM f.cohort)) * 12
                + extract(month FROM %(day)s) - extract(month FROM f.cohort))::int""",
            day=day,
        )

    def _read_group_select(self, aggregate_spec, query):
        """Sum up over kinds and provinces: every new customer once, and shares by their number."""
        size, buyers, after = (
            self._field_to_sql(self._table, name, query) for name in ("size", "buyers", "months_after")
        )
        if aggregate_spec == "size:max":
            return SQL("sum(%s) / NULLIF(count(DISTINCT %s), 0)", size, after)
        if aggregate_spec == "share:avg":
            return SQL("sum(%s)::float8 / NULLIF(sum(%s), 0)", buyers, size)
        return super()._read_group_select(aggregate_spec, query)
