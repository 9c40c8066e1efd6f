"""The stage on contacts and leads: read, search, group."""

from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestPartner(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.suspect, cls.new, cls.quiet = cls.make_customers(3, ref="LIFE")
        cls.buy(cls.new, 5)
        cls.buy(cls.quiet, 120)
        cls.Run._execute(cls.company, TODAY)

    def _found(self, domain):
        return self.env["res.partner"].search([("ref", "=", "LIFE"), *domain])

    def test_search_by_stage(self):
        self.assertEqual(self._found([("lifecycle_stage_id", "=", self.stages["quiet"].id)]), self.quiet)
        self.assertEqual(self._found([("lifecycle_stage_id.code", "=", "new")]), self.new)
        self.assertEqual(self._found([("lifecycle_stage_id.code", "=", "suspect")]), self.suspect)
        self.assertEqual(
            self._found([("lifecycle_stage_id", "in", [self.stages["suspect"].id, self.stages["new"].id])]),
            self.suspect | self.new,
        )
        self.assertEqual(self._found([("lifecycle_stage_id", "!=", self.stages["new"].id)]), self.suspect | self.quiet)
        self.assertEqual(self._found([("lifecycle_stage_id", "ilike", "quiet")]), self.quiet)
        self.assertEqual(self._found([("lifecycle_order_count", ">=", 1)]), self.new | self.quiet)

    def test_group_by_stage(self):
        groups = self.env["res.partner"]._read_group([("ref", "=", "LIFE")], ["lifecycle_stage_id"], ["__count"])
        self.assertEqual({stage.code: count for stage, count in groups}, {"suspect": 1, "new": 1, "quiet": 1})

    def test_lead_shows_the_stage_of_its_customer(self):
        leads = self.env["crm.lead"].create(
            [
                {"name": "Khách cũ", "partner_id": self.quiet.id},
                {"name": "Người lạ"},
                {"name": "x", "partner_id": self.suspect.id},
            ]
        )
        self.assertEqual(leads.mapped("lifecycle_stage_id.code"), ["quiet", "prospect"])
        self.assertEqual(leads[2].lifecycle_stage_id.code, "prospect")

    def test_queries_do_not_grow(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.assertSameQueryCount(
            lambda: few.mapped("lifecycle_stage_code"),
            lambda: many.mapped("lifecycle_stage_code"),
        )

    def test_employee_without_sales_reads_contacts_without_stages(self):
        clerk = new_test_user(self.env, "clerk.lifecycle", "base.group_user")
        clerk.company_ids |= self.company
        fields = self.env["res.partner"].with_user(clerk).fields_get()
        self.assertNotIn("lifecycle_stage_id", fields)
        self.assertTrue(self.new.with_user(clerk).read(["name"]))

    def test_value_class_of_the_company(self):
        gold, silver = self.env["crm.value.class"].create(
            [{"name": "Vàng", "sequence": 1, "min_amount": 1000}, {"name": "Bạc", "sequence": 2, "min_orders": 1}]
        )
        self.buy(self.new, 3, amount=2000)
        self.Run._execute(self.company, TODAY)
        self.assertEqual(self.status(self.new).value_class_id, gold)
        self.assertEqual(self.status(self.quiet).value_class_id, silver)
        silver.unlink()
        self.assertFalse(self.status(self.quiet).value_class_id)

    def test_a_company_takes_its_rows_along(self):
        other = self.env["res.company"].create({"name": "Tạm thời"})
        self.buy(self.new, 3, company=other)
        self.Run._execute(other, TODAY)
        other_id = other.id
        self.env["crm.external.transaction"].search([("company_id", "=", other_id)]).unlink()
        self.env.flush_all()
        other._unlink_lifecycle_history()
        for table in ("crm_lifecycle_status", "crm_lifecycle_transition"):
            self.env.cr.execute(SQL("SELECT count(*) FROM %s WHERE company_id = %s", SQL.identifier(table), other_id))
            self.assertEqual(self.env.cr.fetchone()[0], 0)
