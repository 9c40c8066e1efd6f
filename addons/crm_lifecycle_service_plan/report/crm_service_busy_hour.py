from odoo import api, fields, models
from odoo.tools import SQL

from .crm_service_busy import WEEKDAYS

# The documents behind a purchase that know the hour; invoices and imported purchases know the day alone.
MOMENTS = {"sale": ("sale.order", "date_order"), "pos": ("pos.order", "date_order")}


class CrmServiceBusyHour(models.Model):
    """Each hour of a branch's days, purchases beside visits: when the till cannot keep up, and when it is idle."""

    _name = "crm.service.busy.hour"
    _description = "Busy Hours"
    _auto = False
    _order = "date desc, hour, company_id"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day", readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    hour = fields.Selection(
        [(f"{hour:02}", f"{hour:02}:00") for hour in range(24)], readonly=True, help="In the branch's time zone."
    )
    purchases = fields.Integer(readonly=True, help="Orders and sales at the counter, also those without a customer.")
    amount = fields.Monetary("Sold", readonly=True)
    visits = fields.Integer("Visits Under Way", readonly=True)

    @property
    def _table_query(self):
        self.env.flush_all()
        return SQL(
            """SELECT (company_id::bigint * 100000 + (date - DATE '2000-01-01')) * 24 + hour AS id, company_id, date,
                      to_char(date, 'ID') AS weekday, lpad(hour::text, 2, '0') AS hour,
                      sum(purchases)::int AS purchases, sum(amount) AS amount, sum(visits)::int AS visits
                 FROM (SELECT m.company_id, m.moment::date AS date, extract(hour FROM m.moment)::int AS hour,
                              m.purchases, m.amount, m.visits
                         FROM (%s) m) d
             GROUP BY company_id, date, hour""",
            SQL(" UNION ALL ").join([*self._purchases(), self._visits()]),
        )

    @api.model
    def _purchases(self):
        """:return: list of ``SQL`` selects: company, moment in its time zone, purchases, amount, visits"""
        transaction = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_anonymous=True
        )
        return [
            SQL(
                """SELECT t.company_id, %(local)s AS moment, CASE WHEN t.is_refund THEN 0 ELSE 1 END AS purchases,
                          t.amount, 0 AS visits
                     FROM (%(transactions)s) t JOIN %(document)s o ON o.id = t.res_id
                     JOIN %(zones)s ON z.id = t.company_id
                    WHERE t.source = %(source)s""",
                local=self._local(SQL.identifier("o", moment)),
                transactions=transaction._table_query,
                document=SQL.identifier(self.env[model]._table),
                zones=self._zones(),
                source=source,
            )
            for source, (model, moment) in MOMENTS.items()
            if source in transaction._documents()
        ]

    @api.model
    def _visits(self):
        """:return: ``SQL`` select of every hour a visit is planned for"""
        return SQL(
            """SELECT v.company_id, h.moment, 0, 0::float8, 1
                 FROM crm_service_visit v JOIN %(zones)s ON z.id = v.company_id
        CROSS JOIN LATERAL generate_series(date_trunc('hour', %(start)s), %(stop)s - INTERVAL '1 second',
                                           INTERVAL '1 hour') AS h(moment)
                WHERE v.state NOT IN ('cancelled', 'missed') AND v.active""",
            zones=self._zones(),
            start=self._local(SQL("v.planned_start")),
            stop=self._local(SQL("GREATEST(v.planned_stop, v.planned_start + INTERVAL '1 minute')")),
        )

    @api.model
    def _local(self, moment):
        return SQL("((%s AT TIME ZONE 'UTC') AT TIME ZONE z.name)", moment)

    @api.model
    def _zones(self):
        zones = self.env["crm.transaction"]._zones_sudo()
        return SQL("unnest(%s::int[], %s::text[]) AS z(id, name)", list(zones), list(zones.values()))
