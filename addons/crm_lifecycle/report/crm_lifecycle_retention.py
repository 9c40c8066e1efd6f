from dateutil.relativedelta import relativedelta
from odoo import fields, models
from odoo.tools import SQL

MONTHS = 24


class CrmLifecycleRetention(models.Model):
    """Of those who first bought in a month, how many bought again in each month after it."""

    _name = "crm.lifecycle.retention"
    _description = "Retention by Month of First Purchase"
    _auto = False
    _order = "cohort desc, months_after"
    _rec_name = "cohort"

    company_id = fields.Many2one("res.company", readonly=True)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Kind", readonly=True)
    cohort = fields.Date(string="First Purchase", readonly=True)
    months_after = fields.Integer(readonly=True, aggregator=None)
    size = fields.Integer(string="New Customers", readonly=True, aggregator="max")
    buyers = fields.Integer(string="Bought Again", readonly=True)
    share = fields.Float(readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        since = fields.Date.context_today(self).replace(day=1) - relativedelta(months=MONTHS)
        sources = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_since=since
        )._sources()
        return SQL(
            """WITH first AS (
                   SELECT s.partner_id, s.company_id, s.customer_kind, date_trunc('month', s.first_date)::date AS cohort
                     FROM crm_lifecycle_status s WHERE s.first_date >= %(since)s),
               size AS (
                   SELECT company_id, customer_kind, cohort, count(*) AS number FROM first
                    GROUP BY company_id, customer_kind, cohort),
               bought AS (
                   SELECT f.company_id, f.customer_kind, f.cohort,
                          ((extract(year FROM t.date) - extract(year FROM f.cohort)) * 12
                           + extract(month FROM t.date) - extract(month FROM f.cohort))::int AS months_after,
                          count(DISTINCT f.partner_id) AS buyers, min(t.id) AS id
                     FROM (%(union)s) t
                     JOIN first f ON f.partner_id = t.commercial_partner_id AND f.company_id = t.company_id
                    WHERE t.date >= %(since)s AND NOT t.is_refund
                    GROUP BY 1, 2, 3, 4)
               SELECT b.id, b.company_id, b.customer_kind, b.cohort, b.months_after, z.number AS size, b.buyers,
                      b.buyers::float8 / z.number AS share
                 FROM bought b
                 JOIN size z ON z.company_id = b.company_id AND z.customer_kind = b.customer_kind
                            AND z.cohort = b.cohort
                WHERE b.months_after >= 0""",
            since=since,
            union=SQL(" UNION ALL ").join(sources),
        )
