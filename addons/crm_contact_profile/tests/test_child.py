from datetime import date, timedelta

from odoo.addons.crm_contact_policy.tests.common import WORKDAY_MORNING, ContactPolicyCase
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged


@tagged("post_install", "-at_install")
class TestChild(ContactPolicyCase):
    """A customer under 16: nothing goes without a parent's or guardian's consent but what was asked for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attribute = cls.env["crm.profile.attribute"].search([("code", "=", "birth_date")])
        cls.born(cls.customer, date(2012, 5, 5))

    @classmethod
    def born(cls, partner, day, source="partner"):
        cls.env["crm.profile.fact"]._record(
            [{"partner_id": partner.id, "attribute_id": cls.attribute.id, "value": day, "source": source}]
        )

    def decide(self, purpose="survey", at=WORKDAY_MORNING, partner=None):
        partner = partner or self.customer
        decision = partner._contact_decisions("email", purpose, at)[partner.id]
        return decision.verdict, decision.code

    def word(self, status="given", user=None, **values):
        vals = {"partner_id": self.customer.id, "status": status, "date": WORKDAY_MORNING - timedelta(days=1)}
        return self.env["crm.contact.consent"].with_user(user or self.env.user).create({**vals, **values})

    def test_only_what_was_asked_for(self):
        for purpose in ("survey", "care", "marketing", "sale"):
            self.assertEqual(self.decide(purpose), ("deny", "consent_of_parent"))
        for purpose in ("service", "support"):
            self.assertEqual(self.decide(purpose)[0], "allow")

    def test_own_word_does_not_count(self):
        self.word(purpose="marketing")
        self.assertEqual(self.decide("marketing"), ("deny", "consent_of_parent"))

    def test_parent_agrees(self):
        word = self.word(representative="Nguyễn Thị Hoa (mẹ)", evidence="Phiếu 12")
        self.assertEqual(self.decide("survey")[0], "allow")
        self.assertEqual(self.decide("marketing")[0], "allow")
        self.assertIn("Hoa", word.representative)
        self.word("withdrawn", purpose="marketing")
        self.assertEqual(self.decide("marketing"), ("deny", "consent_withdrawn"), "a child may say no itself")

    def test_parents_no_is_not_lifted_by_the_child(self):
        self.word("withdrawn", representative="Mẹ", evidence="Điện thoại")
        self.word(source="customer")
        self.assertEqual(self.decide("survey"), ("deny", "consent_withdrawn"))

    def test_proof_is_needed(self):
        user = new_test_user(
            self.env, "child_consent", groups="crm_contact_policy.group_user,base.group_partner_manager"
        )
        with self.assertRaises(UserError):
            self.word(user=user, representative="Mẹ")
        self.word(user=user, representative="Mẹ", evidence="Phiếu 13")

    def test_grown_up(self):
        """On the sixteenth birthday nothing more is needed, and the own word counts."""
        birthday = WORKDAY_MORNING.replace(year=2028, month=5, day=5)
        self.assertEqual(self.decide("survey", birthday - timedelta(days=3))[1], "consent_of_parent")
        self.assertEqual(self.decide("survey", birthday)[0], "allow")

    def test_in_doubt_a_child(self):
        """Two dates of birth, nobody decided yet."""
        other = self.make_customers(1)
        self.born(other, date(1990, 1, 1), "employee")
        self.assertEqual(self.decide(partner=other)[0], "allow")
        self.env["crm.profile.fact"].with_user(
            new_test_user(self.env, "second_teller", groups="crm_profile.group_user,base.group_partner_manager")
        )._record(
            [
                {
                    "partner_id": other.id,
                    "attribute_id": self.attribute.id,
                    "value": date(2015, 1, 1),
                    "source": "employee",
                }
            ]
        )
        self.assertEqual(self.decide(partner=other), ("deny", "consent_of_parent"))

    def test_restricted_age_is_not_told(self):
        """Where dates of birth are restricted, the reason does not tell that the customer is a child."""
        self.attribute.sensitivity = "restricted"
        self.assertEqual(self.decide("survey"), ("deny", "consent_missing"))

    # ------------------------------------------------------------------ the customer's own page
    def page(self):
        return self.customer._contact_page_sudo(WORKDAY_MORNING)

    def save(self, **ticked):
        page = self.page()
        form = {"seen": page["seen"], "hour_from": "0", "hour_to": "24", **{f"day-{day}": "1" for day in range(7)}}
        form |= {f"ok-{purpose}-{channel}": "1" for (purpose, channel), may in page["cells"].items() if may}
        form = {name: value for name, value in (form | ticked).items() if value}
        self.customer._contact_page_save_sudo(form, WORKDAY_MORNING, "Trang lựa chọn")

    def test_page_shows_what_the_gate_does(self):
        page = self.page()
        for (purpose, channel), may in page["cells"].items():
            if channel == "email":
                self.assertEqual(may, self.decide(purpose)[0] == "allow", purpose)
        self.assertTrue(page["guarded"])
        self.assertFalse(page["silent"])
        self.save()
        self.assertFalse(self.customer.contact_consent_ids, "what is left as shown records nothing")

    def test_page_takes_no_yes_of_a_child(self):
        self.save(**{"ok-marketing-email": "1"})
        self.assertFalse(self.customer.contact_consent_ids)
        self.save(**{"ok-service-email": ""})
        self.assertEqual(self.decide("service"), ("deny", "consent_withdrawn"), "a no counts")
        self.save(**{"ok-service-email": "1"})
        self.assertEqual(self.decide("service")[0], "deny", "only a parent takes it back")
        self.assertFalse(self.page()["cells"]["service", "email"])

    def test_page_after_a_parent_agreed(self):
        self.word(representative="Nguyễn Thị Hoa (mẹ)", evidence="Phiếu 12")
        self.assertTrue(all(self.page()["cells"].values()))
        self.save(**{"ok-survey-email": ""})
        self.assertEqual(self.decide("survey"), ("deny", "consent_withdrawn"))

    def test_page_does_not_tell_a_restricted_age(self):
        plain = self.page()["guarded"]
        self.attribute.sensitivity = "restricted"
        hidden = self.page()["guarded"]
        self.assertTrue(hidden)
        self.assertNotEqual(hidden, plain)
        self.assertIn("parent", plain)
        self.assertNotIn("parent", hidden)

    def test_page_of_a_grown_up(self):
        self.assertFalse(self.make_customers(1)._contact_page_sudo(WORKDAY_MORNING)["guarded"])

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.born(partner, date(2014, 1, 1))
        self.assertSameQueryCount(
            lambda: few._contact_decisions("email", "survey", WORKDAY_MORNING),
            lambda: many._contact_decisions("email", "survey", WORKDAY_MORNING),
        )
