"""A segment whose criteria reach what a plain salesperson may not see is confidential."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..engine.confidential import Reach
from .common import TODAY, LifecycleCase

CLOSED = "[('signup_type', '!=', False)]"  # for those who manage access rights alone


@tagged("post_install", "-at_install")
class TestSegmentConfidential(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.make_customers(3, ref="CNF")
        for customer in cls.customers:
            cls.buy(customer, 10)
        cls.Run._execute(cls.company, TODAY)
        own = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.seller = new_test_user(cls.env, "cnf.seller", "sales_team.group_sale_salesman", **own)
        cls.manager = new_test_user(
            cls.env, "cnf.manager", "sales_team.group_sale_manager,base.group_erp_manager", **own
        )
        cls.other = new_test_user(cls.env, "cnf.other", "sales_team.group_sale_manager", **own)

    def make(self, user=None, **vals):
        vals = {"name": "S", "company_id": self.company.id, "domain": "[('ref', '=', 'CNF')]", **vals}
        return self.env["crm.segment"].with_user(user or self.manager).create(vals).sudo()

    def test_an_ordinary_condition_is_open(self):
        for domain in (
            "[('ref', '=', 'CNF')]",
            "['|', ('country_id.code', '=', 'VN'), ('child_ids.email', 'ilike', 'x')]",
            "[('opportunity_ids.stage_id.is_won', '=', True)]",
            "[('opportunity_ids', 'any', [('user_id.login', '=', 'x')])]",
            "[('profile_fact_ids.attribute_id.code', '=', 'x')]",
            "[('lifecycle_stage_id.code', '=', 'quiet'), ('create_date.month_number', '=', 3)]",
        ):
            with self.subTest(domain=domain):
                self.assertFalse(self.make(domain=domain).is_confidential)
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertFalse(self.make(domain="[('profile_fact_ids.value_text', '=', 'x')]").is_confidential)

    def test_a_closed_field_wherever_it_stands(self):
        for vals in (
            {"domain": CLOSED},
            {"domain": "['|', ('ref', '=', 'CNF'), '!', ('child_ids.signup_type', '=', 'x')]"},
            {"domain": "[('child_ids', 'any', [('parent_id', 'any', [('signup_type', '=', 'x')])])]"},
            {"metric_domain": "[('partner_id.signup_type', '=', 'x')]"},
        ):
            with self.subTest(vals=vals):
                self.assertTrue(self.make(**vals).is_confidential)
        with self.assertRaises(AccessError):
            self.make(user=self.other, domain=CLOSED)

    def test_records_closed_by_a_rule_for_those_who_see_them(self):
        """Restricted facts are reached from a fact by way of its contact only within the record rules."""
        domain = "[('lifecycle_segment_ids.name', '=', 'x')]"
        self.assertFalse(self.make(domain=domain).is_confidential)
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertTrue(self.make(domain=domain).is_confidential)

    def test_a_model_closed_to_salespeople(self):
        reach = Reach(self.env, self.manager, {})
        self.assertTrue(reach.of("res.partner", [("user_ids.log_ids.create_date", "!=", False)]))
        self.assertFalse(reach.of("res.partner", [("user_ids.login", "!=", False)]))

    def test_its_author_sees_it_and_salespeople_do_not(self):
        self.customers[0].sudo().signup_type = "signup"
        segment = self.make(domain=CLOSED)
        segment._refresh(TODAY)
        segment._snapshot_sudo()
        self.assertEqual(segment._partners(), self.customers[0])
        mine = {"crm.segment": "id", "crm.segment.member": "segment_id", "crm.segment.snapshot": "segment_id",
                "crm.segment.snapshot.line": "snapshot_id.segment_id"}  # fmt: skip
        for model, path in mine.items():
            for user, seen in ((self.manager, True), (self.seller, False), (self.other, False)):
                with self.subTest(model=model, user=user.login):
                    found = self.env[model].with_user(user).search([(path, "=", segment.id)])
                    self.assertEqual(bool(found), seen)

    def test_once_filled_it_stays_so(self):
        segment = self.make(domain=CLOSED)
        segment.with_user(self.manager).domain = "[]"
        self.assertFalse(segment.is_confidential, "nothing is kept of it yet")
        segment.with_user(self.manager).domain = CLOSED
        segment._refresh(TODAY)
        segment.with_user(self.manager).domain = "[]"
        self.assertTrue(segment.is_confidential)

    def test_a_refresh_notices_new_rights(self):
        domain = "[('lifecycle_segment_ids.name', '=', 'x')]"
        segment = self.make(domain=domain)
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        segment._refresh(TODAY)
        self.assertTrue(segment.is_confidential)
