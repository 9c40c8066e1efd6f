from odoo import api, fields, models
from odoo.tools import SQL

from ..engine.planner import few_and_long

LIVE = 10_000
"""Buyers of a company up to whom its holdings are counted when somebody looks.

Those of a million customers with five million purchases took 25 seconds.
"""
KEY = ("partner_id", "company_id", "categ_id")
FIGURES = ("purchases", "quantity", "amount", "first_date", "last_date")
DIFFERENCE = SQL("pg_temp.crm_holding_difference")


class CrmHoldingCell(models.Model):
    """What the customers of a company with very many of them had bought by last night; holdings are read from here."""

    _name = "crm.holding.cell"
    _description = "Holding Counted at Night"
    _log_access = False
    _order = "amount desc, id"
    _rec_name = "categ_id"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(related="company_id.currency_id")
    categ_id = fields.Many2one(
        "product.category", string="Category", required=True, readonly=True, index=True, ondelete="cascade"
    )
    purchases = fields.Integer(readonly=True)
    quantity = fields.Float(readonly=True)
    amount = fields.Monetary(readonly=True, help="Untaxed, in the company's currency.")
    first_date = fields.Date(string="First Purchase", readonly=True)
    last_date = fields.Date(string="Last Purchase", readonly=True)

    _amount_idx = models.Index("(amount DESC)")

    @api.model
    def _counted_sudo(self):
        """Return ``{company id: day}`` of the companies whose holdings were counted, and when."""
        # As superuser: where holdings are read from is the same for every reader.
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        counted = companies.search([("lifecycle_holdings_on", "!=", False)])
        return {company.id: company.lifecycle_holdings_on for company in counted}

    @api.model
    def _cron_count(self):
        """Count anew the holdings of every company with very many customers."""
        self.env["res.company"]._lifecycle_each(lambda company: self._count(company, LIVE))

    @api.model
    def _count(self, company, live):
        """Keep the holdings of ``company``, or nothing where at most ``live`` buyers are counted at once."""
        self.env.flush_all()
        buyers = [("company_id", "=", company.id), ("order_count", ">", 0)]
        if self.env["crm.lifecycle.status"].search_count(buyers, limit=live + 1) > live:
            self._keep(company)
            company.lifecycle_holdings_on = company._lifecycle_today()
        elif company.lifecycle_holdings_on:
            self.env.cr.execute(SQL("DELETE FROM crm_holding_cell WHERE company_id = %s", company.id))
            company.lifecycle_holdings_on = False
        self.invalidate_model()

    def _keep(self, company):
        """Write the rows that differ from what is counted now; most nights that is one in a hundred."""
        few_and_long(self.env)
        columns = (*KEY, *FIGURES)
        self.env.cr.execute(SQL("DROP TABLE IF EXISTS %s", DIFFERENCE))
        self.env.cr.execute(
            SQL(
                # A full join is done by hashes or sorted, whatever the statistics say: never in a loop.
                """CREATE TEMPORARY TABLE crm_holding_difference ON COMMIT DROP AS
                   SELECT c.id AS cell_id, %(columns)s
                     FROM (%(counted)s) n
                FULL JOIN (SELECT * FROM crm_holding_cell WHERE company_id = %(company)s) c ON %(key)s
                    WHERE c.id IS NULL OR n.partner_id IS NULL OR (%(old)s) IS DISTINCT FROM (%(new)s)""",
                columns=_columns("n", columns),
                counted=self.env["crm.holding"]._count_query(SQL("t.company_id = %s", company.id)),
                company=company.id,
                key=SQL(" AND ").join(SQL("c.%(name)s = n.%(name)s", name=SQL.identifier(name)) for name in KEY),
                old=_columns("c", FIGURES),
                new=_columns("n", FIGURES),
            )
        )
        self.env.cr.execute(
            SQL("DELETE FROM crm_holding_cell WHERE id IN (SELECT cell_id FROM %s)", DIFFERENCE)
        )
        self.env.cr.execute(
            SQL(
                "INSERT INTO crm_holding_cell (%s) SELECT %s FROM %s d WHERE d.partner_id IS NOT NULL",
                SQL(", ").join(map(SQL.identifier, columns)),
                _columns("d", columns),
                DIFFERENCE,
            )
        )


def _columns(alias, names):
    return SQL(", ").join(SQL.identifier(alias, name) for name in names)
