"""Helpers for the tests of this addon and of those that build on it."""

import os
from datetime import datetime

from hypothesis import HealthCheck, settings
from odoo.tests import TransactionCase

# A Tuesday, 10:00 in Ho Chi Minh City (UTC+7): an hour at which everybody may be contacted.
WORKDAY_MORNING = datetime(2026, 3, 3, 3, 0)
TIME_ZONE = "Asia/Ho_Chi_Minh"
# A busy machine that hands out no processor for a minute is no fault of the examples.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def examples(number):
    """How many random examples to try: all of them with SUITE_LONG=1, else a tenth, times SUITE_EXAMPLES_FACTOR."""
    factor = float(os.environ.get("SUITE_EXAMPLES_FACTOR", 1 if os.environ.get("SUITE_LONG") == "1" else 0.1))
    return max(5, int(number * factor))


class _Rollback(Exception):
    pass


class QueryCountMixin:
    """Asserts that the number of queries does not grow with the number of records."""

    def queryCount(self, function):
        """Queries ``function`` needs from cold caches, flush included; what it did is undone."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        count = 0
        try:
            with self.env.cr.savepoint(flush=False):
                function()
                self.env.flush_all()
                count = self.env.cr.sql_log_count - before
                raise _Rollback
        except _Rollback:
            self.env.invalidate_all()
        return count

    def assertSameQueryCount(self, fn_small, fn_large):
        """Assert that both functions, tried on few and on many records, need the same number of queries.

        Each runs in a savepoint that is rolled back; ``fn_small`` runs once before, to warm up.
        """
        self.queryCount(fn_small)
        self.queryCount(fn_large)
        small, large = self.queryCount(fn_small), self.queryCount(fn_large)
        self.assertEqual(small, large, f"{small} queries for few records, {large} for many")


class ContactPolicyCase(QueryCountMixin, TransactionCase):
    """A company in Ho Chi Minh City with the shipped policy, and customers who can be reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.company = cls.env["res.company"].create({"name": "Cửa hàng Sao Mai"})
        cls.company.partner_id.tz = TIME_ZONE
        cls.env.user.company_ids |= cls.company
        cls.env.user.company_id = cls.company
        cls.env = cls.env(context=dict(cls.env.context, allowed_company_ids=[cls.company.id]))
        cls.policy = cls.env.ref("crm_contact_policy.policy_default")
        cls.customer = cls.make_customers(1)

    @classmethod
    def make_customers(cls, number, **values):
        """Create customers with an e-mail address, a phone number and the company's time zone."""
        return cls.env["res.partner"].create(
            [
                {
                    "name": f"Khách {index}",
                    "email": f"khach{index}.{number}@example.com",
                    "phone": f"+84 90 {1000000 + index}",
                    "tz": TIME_ZONE,
                    **values,
                }
                for index in range(number)
            ]
        )
