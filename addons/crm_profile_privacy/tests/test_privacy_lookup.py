from odoo.exceptions import RedirectWarning, UserError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestPrivacyLookup(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.person = cls.env["res.partner"].create(
            {"name": "Rintin Tin", "email": "rintin.tin@example.com", "phone": "0912345678"}
        )
        cls.other = cls.env["res.partner"].create({"name": "Lassie", "email": "lassie@example.com"})
        for partner in (cls.person, cls.other):
            partner._profile_record({"vehicle": "Honda", "income_band": "10m_20m"}, "survey")
        cls.competitor = cls.env["crm.competitor"].create({"name": "Đối thủ"})
        cls.env["crm.competitor.assessment"].create({"partner_id": cls.person.id, "competitor_id": cls.competitor.id})
        cls.facts = cls.env["crm.profile.fact"].search([("partner_id", "=", cls.person.id)])

    def look_up(self):
        wizard = self.env["privacy.lookup.wizard"].create({"name": self.person.name, "email": self.person.email})
        wizard.action_lookup()
        return wizard

    def test_finds_everything_once(self):
        lines = self.look_up().line_ids
        found = [(line.res_model, line.res_id) for line in lines]
        self.assertEqual(len(found), len(set(found)))
        for fact in self.facts:
            self.assertIn(("crm.profile.fact", fact.id), found)
        self.assertIn("crm.competitor.assessment", lines.mapped("res_model"))
        foreign = self.env["crm.profile.fact"].search([("partner_id", "=", self.other.id)])
        self.assertFalse({("crm.profile.fact", fact.id) for fact in foreign} & set(found))

    def test_erases_everything(self):
        wizard = self.look_up()
        wizard.line_ids.action_unlink_all()
        self.assertTrue(all(wizard.line_ids.mapped("is_unlinked")))
        self.assertFalse(self.facts.exists())
        self.assertFalse(self.person.exists())
        self.assertEqual(self.env["crm.profile.fact"].search_count([("partner_id", "=", self.other.id)]), 2)
        counted = self.env["crm.profile.purge.log"].search([("how", "=", "erased"), ("model", "=", "crm.profile.fact")])
        self.assertEqual(sum(counted.mapped("number")), 2)
        self.assertNotIn("Honda", wizard.execution_details)

    def test_one_line(self):
        line = self.look_up().line_ids.filtered(
            lambda line: line.res_id == self.facts[0].id and "fact" in line.res_model
        )
        line.action_unlink()
        self.assertFalse(self.facts[0].exists())
        self.assertTrue(self.facts[1].exists())
        with self.assertRaises(UserError):
            line.action_unlink()

    def test_contact_the_books_need(self):
        """Something refuses to let the contact go: what tells who it is goes instead."""
        self.env.cr.execute("CREATE TABLE privacy_book (partner_id int REFERENCES res_partner ON DELETE RESTRICT)")
        self.env.cr.execute("INSERT INTO privacy_book VALUES (%s)", [self.person.id])
        self.look_up().line_ids.action_unlink_all()
        self.assertTrue(self.person.exists())
        self.assertFalse(self.person.active or self.person.email or self.person.phone)
        self.assertNotIn("Rintin", self.person.name)
        self.assertFalse(self.facts.exists())

    def test_portal_customer(self):
        """A customer with a portal login loses both."""
        user = new_test_user(self.env, "rintin", groups="base.group_portal")
        user.partner_id.write({"name": "Rintin Tin", "email": "rintin.tin@example.com"})
        self.look_up().line_ids.filtered(lambda line: line.res_id == user.partner_id.id).filtered(
            lambda line: line.res_model == "res.partner"
        ).action_unlink()
        self.assertFalse(user.active or user.partner_id.email)

    def test_colleagues_are_not_erased_by_the_way(self):
        user = self.env["res.users"].create(
            {"name": "Rintin Tin", "login": "rintin", "email": "rintin.tin@example.com"}
        )
        line = self.look_up().line_ids.filtered(
            lambda line: line.res_id == user.partner_id.id and line.res_model == "res.partner"
        )
        with self.assertRaises(RedirectWarning):
            line.action_unlink()
        self.assertTrue(user.partner_id.active)
