from dateutil.relativedelta import relativedelta
from odoo import api, fields, models
from odoo.tools import SQL

SHOWN = 10


class CrmLifecycleSummary(models.TransientModel):
    """What a manager should know this month, on one page."""

    _name = "crm.lifecycle.summary"
    _description = "Lifecycle on One Page"

    company_id = fields.Many2one("res.company", required=True, default=lambda self: self.env.company, readonly=True)
    day = fields.Date(required=True, default=lambda self: self.env.company._lifecycle_today(), readonly=True)

    @api.depends("company_id", "day")
    def _compute_display_name(self):
        for summary in self:
            summary.display_name = f"{summary.company_id.name} {summary.day}"

    def action_print(self):
        """Print the page."""
        self.ensure_one()
        return self.env.ref("crm_lifecycle.crm_lifecycle_summary_report").report_action(self)

    @api.model
    def action_open(self):
        """Print the page of the current company (managers)."""
        self.env["crm.lifecycle.run"].check_access("read")
        return self.create({}).action_print()

    def _stages(self):
        """Return a row for each stage: customers, a month ago, revenue, expected revenue.

        A month ago is counted back from today by the moves since.
        """
        start = self.day - relativedelta(months=1)
        domain = [("company_id", "=", self.company_id.id)]
        now = {
            stage: row
            for stage, *row in self.env["crm.lifecycle.status"]._read_group(
                domain, ["stage_id"], ["__count", "amount_total:sum", "expected_amount:sum"]
            )
        }
        moved = self.env["crm.lifecycle.transition"]
        since = [*domain, ("effective_on", ">", start), ("effective_on", "<=", self.day), ("is_current", "=", True)]
        came = dict(moved._read_group(since, ["to_stage_id"], ["__count"]))
        went = dict(moved._read_group(since, ["from_stage_id"], ["__count"]))
        rows = []
        for stage in self.env["crm.lifecycle.stage"].search([("code", "!=", "suspect")]):
            count, amount, expected = now.get(stage, (0, 0.0, 0.0))
            before = max(0, count - came.get(stage, 0) + went.get(stage, 0))
            rows.append(
                {
                    "stage": stage,
                    "count": count,
                    "before": before,
                    "change": count - before,
                    "amount": amount,
                    "expected": expected,
                }
            )
        return rows

    def _moves(self):
        """Return the most frequent moves of this month against last month up to the same day."""
        return self.env["crm.lifecycle.flow"].search([("company_id", "=", self.company_id.id)], limit=SHOWN)

    def _gone_quiet(self):
        """Return those who fell quiet within the month, the most valuable first."""
        return self.env["crm.lifecycle.status"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("stage_id.code", "=", "quiet"),
                ("since", ">", self.day - relativedelta(months=1)),
            ],
            order="amount_total desc",
            limit=SHOWN,
        )

    def _turning_quiet(self):
        """Return those who turn quiet within a month if nothing happens, the most valuable first."""
        return self.env["crm.lifecycle.status"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("stage_id.code", "in", ["new", "established"]),
                ("quiet_on", "<=", self.day + relativedelta(months=1)),
            ],
            order="amount_total desc",
            limit=SHOWN,
        )

    def _revenue(self):
        """Return revenue and margin of the last twelve months and of the twelve before."""
        self.check_access("read")
        return self._revenue_sudo()

    def _revenue_sudo(self):
        # As superuser: the page is for managers, who see all purchases of their company.
        self.env.flush_all()
        year = relativedelta(years=1)
        sources = self.env["crm.transaction"].with_context(
            crm_transaction_grain="order", crm_transaction_since=self.day - 2 * year
        )._sources()
        now, before, margin = self.env.execute_query(
            SQL(
                """SELECT COALESCE(sum(t.amount) FILTER (WHERE t.date > %(year)s), 0),
                          COALESCE(sum(t.amount) FILTER (WHERE t.date <= %(year)s), 0),
                          COALESCE(sum(t.margin) FILTER (WHERE t.date > %(year)s), 0)
                     FROM (%(union)s) t
                    WHERE t.company_id = %(company)s AND t.date > %(two)s AND t.date <= %(day)s""",
                union=SQL(" UNION ALL ").join(sources),
                company=self.company_id.id,
                day=self.day,
                year=self.day - year,
                two=self.day - 2 * year,
            )
        )[0]
        return {"now": now, "before": before, "margin": margin}

    def _segments(self):
        """Return the largest segments by revenue."""
        return self.env["crm.segment"].search(
            [("company_id", "=", self.company_id.id), ("member_count", ">", 0)], order="amount_total desc", limit=5
        )
