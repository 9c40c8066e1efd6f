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

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.born(partner, date(2014, 1, 1))
        self.assertSameQueryCount(
            lambda: few._contact_decisions("email", "survey", WORKDAY_MORNING),
            lambda: many._contact_decisions("email", "survey", WORKDAY_MORNING),
        )
