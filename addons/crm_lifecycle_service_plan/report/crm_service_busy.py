from odoo import fields, models
from odoo.tools import SQL

WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]


class CrmServiceBusy(models.Model):
    """Each day of a branch: purchases beside visits. Where the till is busy, visits had better be few."""

    _name = "crm.service.busy"
    _description = "Busy Days"
    _auto = False
    _order = "date desc, company_id"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", "Branch", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date("Day", readonly=True)
    weekday = fields.Selection(WEEKDAYS, readonly=True)
    purchases = fields.Integer(readonly=True)
    amount = fields.Monetary("Sold", readonly=True)
    visits = fields.Integer(readonly=True)
    hours = fields.Float("Hours of Visits", readonly=True)

    @property
    def _table_query(self):
        transaction = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_anonymous=True
        )
        self.env.flush_all()
        return SQL(
            """SELECT company_id::bigint * 100000 + (date - DATE '2000-01-01') AS id, company_id, date,
                      to_char(date, 'ID') AS weekday, sum(purchases)::int AS purchases, sum(amount) AS amount,
                      sum(visits)::int AS visits, sum(hours) AS hours
                 FROM (SELECT company_id, date, count(*) FILTER (WHERE NOT is_refund) AS purchases,
                              sum(amount) AS amount, 0 AS visits, 0::float8 AS hours
                         FROM (%s) t GROUP BY company_id, date
                    UNION ALL
                       SELECT company_id, planned_date, 0, 0, count(*), sum(duration)
                         FROM crm_service_visit WHERE state NOT IN ('cancelled', 'missed')
                     GROUP BY company_id, planned_date) d
                WHERE date IS NOT NULL
             GROUP BY company_id, date""",
            transaction._table_query,
        )
