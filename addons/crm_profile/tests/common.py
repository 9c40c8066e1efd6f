"""Helpers for the tests of this addon and of those that build on it."""

import os
from datetime import date

from hypothesis import HealthCheck, settings
from odoo.tests import TransactionCase

DAY = date(2026, 3, 3)
# A busy machine that hands out no processor for a minute is no fault of the examples.
settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("suite")


def examples(number):
    """How many random examples to try: all of them with SUITE_LONG=1, else a tenth, times SUITE_EXAMPLES_FACTOR."""
    factor = float(os.environ.get("SUITE_EXAMPLES_FACTOR", 1 if os.environ.get("SUITE_LONG") == "1" else 0.1))
    return max(5, int(number * factor))


class _Rollback(Exception):
    pass


class ProfileCase(TransactionCase):
    """A customer of whom nothing is known, and the shipped attributes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True, mail_create_nolog=True))
        cls.partner = cls.env["res.partner"].create({"name": "Trần Thị Bình"})

    def facts(self, code="vehicle", partner=None):
        """All facts about one attribute, the newest last."""
        return self.env["crm.profile.fact"].search(
            [("partner_id", "=", (partner or self.partner).id), ("attribute_id.code", "=", code)], order="id"
        )

    def queryCount(self, function):
        """Queries ``function`` needs from cold caches; what it did is undone."""
        self.env.flush_all()
        self.env.invalidate_all()
        before, count = self.env.cr.sql_log_count, 0
        try:
            with self.env.cr.savepoint(flush=False):
                function()
                self.env.flush_all()
                count = self.env.cr.sql_log_count - before
                raise _Rollback
        except _Rollback:
            self.env.invalidate_all()
        return count
