from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

from ..models.loose_many2one import LooseMany2one
from .crm_lifecycle_retention import MONTHS

LIVE = 50_000
"""New customers of the months shown up to which they are counted when somebody looks.

Counting those of two years among a million customers with five million orders took 42 seconds on a busy machine.
"""
COLUMNS = (
    "series", "company_id", "user_id", "customer_kind", "state_id", "cohort", "months_after", "size", "buyers",
    "counted_on",
)


class CrmLifecycleRetentionCell(models.Model):
    """What the retention of a company with very many customers was last night; the report reads it from here."""

    _name = "crm.lifecycle.retention.cell"
    _description = "Retention Counted at Night"
    _log_access = False
    _order = "cohort desc, months_after, id"
    _rec_name = "cohort"

    series = fields.Integer(required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    user_id = LooseMany2one("res.users", string="Salesperson", readonly=True)
    customer_kind = fields.Selection([("person", "Persons"), ("company", "Companies")], string="Kind", readonly=True)
    state_id = LooseMany2one("res.country.state", string="Province", readonly=True)
    cohort = fields.Date(string="First Purchase", required=True, readonly=True)
    months_after = fields.Integer(required=True, readonly=True, aggregator=None)
    size = fields.Integer(string="New Customers", required=True, readonly=True, aggregator="max")
    buyers = fields.Integer(string="Bought Again", required=True, readonly=True)
    counted_on = fields.Date(required=True, readonly=True)

    @api.model
    def _counted_companies(self):
        """Return the ids of the companies whose retention is counted at night."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM res_company c WHERE EXISTS (SELECT FROM %s k WHERE k.company_id = c.id)",
                SQL.identifier(self._table),
            )
        )
        return {company_id for (company_id,) in rows}

    @api.model
    def _cron_count(self):
        """Count anew the retention of every company with very many new customers."""
        self.env["res.company"]._lifecycle_each(lambda company: self._count(company, LIVE))

    @api.model
    def _count(self, company, live):
        """Keep the retention of ``company``, or nothing where at most ``live`` new customers are counted at once."""
        self.env.flush_all()
        self.env.cr.execute(SQL("DELETE FROM %s WHERE company_id = %s", SQL.identifier(self._table), company.id))
        since = company._lifecycle_today().replace(day=1) - relativedelta(months=MONTHS)
        new = [("company_id", "=", company.id), ("first_date", ">=", since)]
        if self.env["crm.lifecycle.status"].search_count(new, limit=live + 1) > live:
            columns = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
            self.env.cr.execute(
                SQL(
                    "INSERT INTO %(table)s (%(columns)s) SELECT %(columns)s FROM (%(query)s) q",
                    table=SQL.identifier(self._table),
                    columns=columns,
                    query=self.env["crm.lifecycle.retention"]._count_query([company.id]),
                )
            )
        self.invalidate_model()
