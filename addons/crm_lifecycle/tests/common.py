"""Helpers for the tests of this addon and of its bridges."""

from datetime import date, timedelta

from odoo.addons.crm_contact_policy.tests.common import QueryCountMixin
from odoo.tests import TransactionCase
from odoo.tools import SQL

TODAY = date(2026, 6, 1)
ROW = (
    "stage_id",
    "since",
    "reason_code",
    "reason_params",
    "first_date",
    "last_date",
    "order_count",
    "amount_total",
    "mean_gap_days",
    "recency_score",
    "frequency_score",
    "monetary_score",
    "quiet_on",
    "next_change_on",
    "is_manual",
    "engine_stage_id",
)


class LifecycleCase(QueryCountMixin, TransactionCase):
    """A company in Ho Chi Minh City with plain-gap policies: quiet after 90 days, ended 180 days later."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.company = cls.env["res.company"].create({"name": "Xe máy Sao Mai"})
        cls.company.partner_id.tz = "Asia/Ho_Chi_Minh"
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=[cls.company.id]))
        cls.company = cls.env["res.company"].browse(cls.company.id)
        cls.policies = cls.env["crm.lifecycle.policy"].search([("company_id", "=", cls.company.id)])
        cls.policies.write(
            {"gap_days": 90, "ended_days": 180, "established_orders": 3, "established_days": 60, "min_silence_days": 14}
        )
        cls.policy = cls.policies.filtered(lambda policy: policy.customer_kind == "person")
        cls.stages = cls.env["crm.lifecycle.stage"]._by_code()
        cls.Run = cls.env["crm.lifecycle.run"]
        cls.sequence = 0

    @classmethod
    def make_customers(cls, number, **values):
        """Create persons."""
        return cls.env["res.partner"].create([{"name": f"Khách {index}", **values} for index in range(number)])

    @classmethod
    def buy(cls, partner, *days, amount=100.0, company=None):
        """Record purchases of ``partner``, each ``days`` before TODAY (a number) or on a date."""
        vals = []
        for day in days:
            cls.sequence += 1
            vals.append(
                {
                    "external_ref": f"T{cls.sequence}",
                    "partner_id": partner.id,
                    "company_id": (company or cls.company).id,
                    "date": day if isinstance(day, date) else TODAY - timedelta(days=day),
                    "amount": amount,
                }
            )
        return cls.env["crm.external.transaction"].create(vals)

    def run_all(self, as_of=TODAY, **kwargs):
        """Look at everyone."""
        return self.Run._execute(self.company, as_of, **kwargs)

    def status(self, partner):
        """Return the status of ``partner`` in the company."""
        return self.env["crm.lifecycle.status"].search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def stage(self, partner):
        """Return the code of the stage of ``partner`` as read on the partner."""
        self.env.invalidate_all()
        return partner.lifecycle_stage_id.code

    def transitions(self, partner):
        """Return the history of ``partner``, oldest first, as (from, to)."""
        found = self.env["crm.lifecycle.transition"].search([("partner_id", "=", partner.id)], order="id")
        return [(line.from_stage_id.code, line.to_stage_id.code) for line in found]

    def rows(self, names=ROW):
        """Return what the engine keeps, by customer."""
        self.env.invalidate_all()
        statuses = self.env["crm.lifecycle.status"].search([("company_id", "=", self.company.id)])
        return {
            status.partner_id.id: {name: status[name].id if "stage_id" in name else status[name] for name in names}
            for status in statuses
        }

    def assert_read_by_id(self):
        """Check that each purchase of the company read by its id alone is what it is among all; return how many."""
        self.env.flush_all()
        purchases, number = self.env["crm.transaction"].sudo(), 0
        for model in (
            purchases,
            purchases.with_context(crm_transaction_grain="order"),
            self.env["crm.sale.anonymous"].sudo(),
        ):
            rows = [row for row in self.rows_of(model) if row["company_id"] == self.company.id]
            number += len(rows)
            for row in rows:
                self.assertEqual(self.rows_of(model.with_context(crm_transaction_ids=[row["id"]])), [row])
        return number

    def rows_of(self, model):
        """Return the rows of a model that is a query, as the database gives them."""
        self.env.cr.execute(SQL("SELECT * FROM (%s) q", model._table_query))
        return self.env.cr.dictfetchall()
