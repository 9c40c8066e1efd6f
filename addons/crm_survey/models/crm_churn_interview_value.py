from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

YEAR = timedelta(days=365)


class CrmChurnInterview(models.Model):
    """What the end costs: what the customer bought in the last year, and what was still expected of them."""

    _inherit = "crm.churn.interview"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    value_lost = fields.Monetary(
        compute="_compute_value_lost",
        store=True,
        readonly=False,
        help="What the customer bought in the last 12 months.",
    )
    value_expected = fields.Monetary(
        string="Still expected",
        compute="_compute_value_expected",
        store=True,
        help="What the forecast expected of the customer within its horizon when the interview was opened.",
    )

    @api.depends("partner_id", "ended_on", "company_id")
    def _compute_value_lost(self):
        seen = self._filter_seen()
        totals = seen._get_last_year()
        for interview in seen:
            interview.value_lost = totals.get((interview.company_id, interview.partner_id.commercial_partner_id), 0.0)
        for interview in self - seen:
            # What was noted stays, as far as it may be read.
            interview.value_lost = interview._origin.sudo(False)._filtered_access("read").value_lost

    @api.depends("partner_id", "company_id")
    def _compute_value_expected(self):
        """As it was: not a figure that follows the forecast afterwards."""
        mine = self._filter_seen()
        statuses = self.env["crm.lifecycle.status"].search_fetch(
            Domain("partner_id", "in", mine.partner_id.commercial_partner_id.ids)
            & Domain("company_id", "in", mine.company_id.ids),
            ["partner_id", "company_id", "expected_amount"],
        )
        expected = {(status.company_id, status.partner_id): status.expected_amount for status in statuses}
        for interview in self:
            key = (interview.company_id, interview.partner_id.commercial_partner_id)
            interview.value_expected = expected.get(key, 0.0)

    def _filter_seen(self):
        """Return those of customers whose figures the user may see, in companies the user works in.

        Stored values are computed as superuser, in forms, too, that are not saved yet, and whoever opens an interview
        in his own name passes its rules: no rule keeps him from naming another company or a colleague's customer.
        """
        env = self.sudo(False).env
        if env.su:
            return self
        if not env["crm.lifecycle.status"].has_access("read"):
            return self.browse()
        mine = self.filtered(lambda interview: interview.company_id in env.companies)
        hidden = {
            (company, customer)
            for company, interviews in mine.grouped("company_id").items()
            for customer in interviews._customers().with_env(env).with_company(company)._lifecycle_hidden_sudo().ids
        }
        return mine.filtered(lambda interview: (interview.company_id, interview._customers().id) not in hidden)

    def _customers(self):
        """Return the customers as they are saved."""
        return self.partner_id.commercial_partner_id._origin

    def _get_last_year(self):
        """Return {(company, customer): sales in company currency in the 12 months up to the last transaction}.

        A fixed number of queries for each company.
        """
        result = {}
        Transaction = self.env["crm.transaction"]
        for company, interviews in self.grouped("company_id").items():
            mine = Domain("commercial_partner_id", "in", interviews.partner_id.commercial_partner_id.ids) & Domain(
                "company_id", "=", company.id
            )
            last = Transaction._read_group(mine, ["commercial_partner_id"], ["date:max"])
            since = {partner: day - YEAR for partner, day in last}
            if not since:
                continue
            rows = Transaction._read_group(
                mine & Domain("date", ">", min(since.values())), ["commercial_partner_id", "date:day"], ["amount:sum"]
            )
            for partner, day, amount in rows:
                if fields.Date.to_date(day) > since[partner]:
                    result[company, partner] = result.get((company, partner), 0.0) + amount
        return result
