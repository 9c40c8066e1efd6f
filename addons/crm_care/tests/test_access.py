from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import EVE, SUNDAY, CareCase

MODELS = ("crm.occasion", "crm.occasion.greeting")
OPERATIONS = {"c": "create", "r": "read", "w": "write", "u": "unlink"}
MATRIX = {
    "care user": ("crm_care.group_user", {"crm.occasion": "crw", "crm.occasion.greeting": "r"}),
    "care manager": ("crm_care.group_manager", {"crm.occasion": "crwu", "crm.occasion.greeting": "r"}),
    "profile user": ("crm_profile.group_user", {"crm.occasion": "crw", "crm.occasion.greeting": "r"}),
    "profile manager": ("crm_profile.group_manager", {"crm.occasion": "crwu", "crm.occasion.greeting": "r"}),
    "contact policy user": ("crm_contact_policy.group_user", {}),
    "contact policy manager": ("crm_contact_policy.group_manager", {}),
    "employee": ("base.group_user", {}),
    "portal": ("base.group_portal", {}),
    "public": ("base.group_public", {}),
}


class TestAccess(CareCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {}
        for number, (role, (group, _rights)) in enumerate(MATRIX.items()):
            groups = group if group in ("base.group_portal", "base.group_public") else f"base.group_user,{group}"
            cls.users[role] = new_test_user(
                cls.env, login=f"care_{number}", groups=groups, company_id=cls.company.id, company_ids=cls.company.ids
            )

    def test_matrix(self):
        for role, (_group, rights) in MATRIX.items():
            for model in MODELS:
                actual = "".join(
                    letter for letter, operation in OPERATIONS.items()
                    if self.env[model].with_user(self.users[role]).has_access(operation)
                )
                with self.subTest(role=role, model=model):
                    self.assertEqual(actual, rights.get(model, ""))

    def test_refusals(self):
        occasion = self.child()
        self.run_at(SUNDAY)
        for role in ("employee", "portal", "public", "contact policy manager"):
            with self.subTest(role), self.assertRaises(AccessError):
                occasion.with_user(self.users[role]).read(["relative_name"])
        for role in ("employee", "portal"):
            with self.subTest(role), self.assertRaises(AccessError):
                self.customer.with_user(self.users[role]).read(["occasion_ids"])
        with self.assertRaises(AccessError):
            occasion.with_user(self.users["care user"]).unlink()
        with self.assertRaises(AccessError):
            occasion.greeting_ids.with_user(self.users["care manager"]).state = "planned"

    def test_user_does_the_work(self):
        """A colleague without any other group keeps an occasion and sees what will be sent and why not."""
        user = self.users["care user"]
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "purpose": "care", "status": "withdrawn", "date": EVE}
        )
        occasion = self.env["crm.occasion"].with_user(user).create(
            {"partner_id": self.customer.id, "company_id": self.company.id, "day": 8, "month": 11, "year": 1990}
        )
        self.assertEqual(occasion.user_id, user)
        self.assertIn("does not want", occasion.outlook)
        self.assertTrue(occasion.preview_body)
        occasion.sudo()._set_next_date(SUNDAY)
        self.run_at(SUNDAY)
        occasion.invalidate_recordset()
        self.assertIn("does not want", occasion.greeting_ids.reason)
        self.assertTrue(occasion.with_context(lang="vi_VN").greeting_name)

    def test_other_company(self):
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, login="stranger", groups="base.group_user,crm_care.group_manager",
            company_id=elsewhere.id, company_ids=elsewhere.ids,
        )
        occasion = self.occasion()
        theirs = self.env["crm.occasion"].with_user(stranger).with_context(allowed_company_ids=elsewhere.ids)
        self.assertFalse(theirs.search([("id", "=", occasion.id)]))
        with self.assertRaises(AccessError):
            theirs.browse(occasion.id).read(["day"])

    def test_the_day_is_worked_out(self):
        """A forged day would greet a customer as often as somebody likes."""
        user = self.users["care manager"]
        occasions = self.env["crm.occasion"].with_user(user)
        vals = {"partner_id": self.occasion().partner_id.id, "company_id": self.company.id, "day": 8, "month": 11}
        occasion = occasions.with_context(default_from_profile=True, default_error="x").create(vals)
        self.assertFalse(occasion.from_profile or occasion.error)
        for forged in ({"next_date": SUNDAY.date()}, {"next_year": 2031}, {"from_profile": True}, {"notice_on": EVE}):
            with self.subTest(forged=forged):
                with self.assertRaises(UserError), self.cr.savepoint():
                    occasion.write(forged)
                with self.assertRaises(UserError), self.cr.savepoint():
                    occasions.create({**vals, **forged})
        occasion.write({"month": 12})
        self.assertEqual(occasion.next_date.month, 12)
