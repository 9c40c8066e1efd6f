"""The indexes that a first fill does without come back by themselves."""

from odoo.tests import tagged
from odoo.tools import sql

from ..engine import first_fill
from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestFirstFill(LifecycleCase):
    def indexes(self):
        """Return the definitions and comments of the indexes of both tables."""
        names = [name for name, _model, _index in first_fill._indexes(self.env)]
        self.assertTrue(names)
        return {name: sql.index_definition(self.env.cr, name) for name in names}

    def empty(self):
        self.env["crm.lifecycle.status"].flush_model()
        self.env.cr.execute("DELETE FROM crm_lifecycle_status")
        self.env.cr.execute("DELETE FROM crm_lifecycle_transition")

    def test_away_and_back(self):
        before = self.indexes()
        self.assertTrue(all(definition for definition, _comment in before.values()))
        self.empty()
        self.assertTrue(first_fill.put_off_indexes(self.env))
        self.assertFalse(any(definition for definition, _comment in self.indexes().values()))
        self.assertFalse(first_fill.put_off_indexes(self.env), "nothing is left to drop, so nobody is made to wait")
        self.buy(self.make_customers(1), 5)
        self.run_all(TODAY)
        self.assertEqual(self.indexes(), before)

    def test_they_stay_where_there_is_something_to_find(self):
        before = self.indexes()
        self.buy(self.make_customers(1), 5)
        self.run_all(TODAY)
        self.assertFalse(first_fill.put_off_indexes(self.env))
        self.assertEqual(self.indexes(), before)
