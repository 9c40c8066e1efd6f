"""Who may create, read, write and delete what: refusals included."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase

NOTHING, READ, ALL = "", "r", "crwu"
MATRIX = {
    # model: (salesperson, sales manager, employee, portal, public)
    "crm.lifecycle.stage": (READ, "rw", READ, NOTHING, NOTHING),
    "crm.lifecycle.policy": (READ, ALL, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.fit": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.run": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.status": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.transition": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.declaration": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.dirty": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.backtest": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.backtest.month": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.backtest.cut": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.backtest.season": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.first.purchase": (ALL, ALL, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.rebuild": (NOTHING, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.rebuild.start": (NOTHING, ALL, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.as.of": (ALL, ALL, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.as.of.line": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.lifecycle.stage.set": (ALL, ALL, NOTHING, NOTHING, NOTHING),
    "crm.transaction": (READ, READ, NOTHING, NOTHING, NOTHING),
    "crm.external.transaction": (READ, ALL, NOTHING, NOTHING, NOTHING),
    "crm.external.transaction.import": (NOTHING, ALL, NOTHING, NOTHING, NOTHING),
    "crm.value.class": (READ, ALL, NOTHING, NOTHING, NOTHING),
}
ROLES = {
    "salesperson": "sales_team.group_sale_salesman",
    "manager": "sales_team.group_sale_manager",
    "employee": "base.group_user",
    "portal": "base.group_portal",
    "public": "base.group_public",
}
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}


@tagged("post_install", "-at_install")
class TestAccess(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {role: new_test_user(cls.env, f"life.{role}", group) for role, group in ROLES.items()}
        for user in cls.users.values():
            user.company_ids |= cls.company
            user.company_id = cls.company
        cls.customer = cls.make_customers(1)
        cls.buy(cls.customer, 10)
        cls.Run._execute(cls.company, TODAY)

    def test_matrix(self):
        for model, rights in MATRIX.items():
            for role, allowed in zip(ROLES, rights, strict=True):
                for letter, operation in OPERATIONS.items():
                    with self.subTest(model=model, role=role, operation=operation):
                        may = self.env[model].with_user(self.users[role]).has_access(operation)
                        self.assertEqual(may, letter in allowed)

    def test_refusals(self):
        status = self.status(self.customer)
        for role in ("salesperson", "manager"):
            with self.assertRaises(AccessError):
                status.with_user(self.users[role]).write({"order_count": 99})
            with self.assertRaises(AccessError):
                status.with_user(self.users[role]).unlink()
            with self.assertRaises(AccessError):
                self.env["crm.lifecycle.transition"].with_user(self.users[role]).create({})
        for role in ("employee", "portal", "public"):
            with self.assertRaises(AccessError):
                status.with_user(self.users[role]).read(["stage_id"])
            with self.assertRaises(AccessError):
                self.customer.with_user(self.users[role]).lifecycle_refresh()
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.run"].with_user(self.users["salesperson"]).action_run_now()

    def test_no_day_in_the_future(self):
        """Who asks for a far day would let every customer end, and be asked why."""
        seller = self.customer.with_user(self.users["salesperson"])
        for day in ("2050-01-01", "2001-01-01"):
            with self.assertRaises(AccessError):
                seller.lifecycle_refresh(day)
        self.assertTrue(seller.lifecycle_refresh())
        self.assertTrue(seller.lifecycle_refresh(self.company._lifecycle_today()))

    def test_dialogs_are_ones_own(self):
        values = {
            "partner_ids": self.customer.ids,
            "stage_id": self.env.ref("crm_lifecycle.stage_ended").id,
            "reason": "Moved away",
        }
        dialog = self.env["crm.lifecycle.stage.set"].with_user(self.users["manager"]).create(values)
        with self.assertRaises(AccessError):
            dialog.with_user(self.users["salesperson"]).read(["reason"])

    def test_another_company_stays_out_of_sight(self):
        other = self.env["res.company"].create({"name": "Công ty khác"})
        self.buy(self.customer, 10, company=other)
        self.Run._execute(other, TODAY)
        seller = self.users["manager"]
        for model in (
            "crm.lifecycle.status",
            "crm.lifecycle.transition",
            "crm.lifecycle.run",
            "crm.lifecycle.policy",
            "crm.lifecycle.fit",
            "crm.transaction",
            "crm.external.transaction",
        ):
            records = self.env[model].with_user(seller).with_context(allowed_company_ids=[self.company.id])
            self.assertEqual(records.search([]).company_id, self.company, model)
            groups = records._read_group([], ["company_id"], ["__count"])
            self.assertEqual([company for company, _count in groups], [self.company], model)

    def test_salesperson_groups_bring_the_base_addons(self):
        seller = self.users["salesperson"]
        for group in ("crm_lifecycle.group_user", "crm_contact_policy.group_user", "crm_profile.group_user"):
            self.assertTrue(seller.has_group(group), group)
        for group in ("crm_lifecycle.group_manager", "crm_contact_policy.group_manager", "crm_profile.group_manager"):
            self.assertTrue(self.users["manager"].has_group(group), group)
            self.assertFalse(seller.has_group(group), group)
