from datetime import date

from freezegun import freeze_time
from odoo.exceptions import ValidationError

from .common import EVE, SUNDAY, CareCase


@freeze_time(EVE)
class TestChild(CareCase):
    """A year of birth says who is a child, whether it stands in the profile or only in an occasion."""

    def decide(self, partner=None, purpose="care"):
        partner = partner or self.customer
        decision = partner._contact_decisions("email", purpose, SUNDAY)[partner.id]
        return decision.verdict, decision.code

    def agree(self, partner=None):
        vals = {"partner_id": (partner or self.customer).id, "status": "given", "date": EVE}
        self.env["crm.contact.consent"].create({**vals, "representative": "Nguyễn Thị Hoa (mẹ)", "evidence": "Phiếu 7"})

    def test_own_birthday_of_a_child(self):
        occasion = self.occasion(year=2012)
        self.assertTrue(occasion.is_child)
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertEqual(occasion.greeting_ids.state, "denied")
        self.assertIn("parent", occasion.greeting_ids.reason)
        for purpose in ("survey", "sale"):
            self.assertEqual(self.decide(purpose=purpose), ("deny", "consent_of_parent"))
        self.assertEqual(self.decide(purpose="service")[0], "allow")

    def test_a_parent_agreed(self):
        self.occasion(year=2012)
        self.agree()
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)

    def test_grown_up(self):
        """Sixteen on the very day; no year, another kind of occasion: nothing is said of the age."""
        self.assertTrue(self.occasion(year=2010).is_child, "until tomorrow")
        self.occasion(kind="first_purchase", year=2025)
        self.occasion(self.make_customers(1, email="noyear@example.com"))
        self.assertEqual(self.decide()[0], "allow")

    def test_put_away(self):
        self.occasion(year=2012).active = False
        self.assertEqual(self.decide(), ("deny", "consent_of_parent"))

    def test_relative_with_own_contact(self):
        """The son has an address of his own: his age binds whatever is sent to it."""
        son = self.make_customers(1, email="con@example.com", name="Minh")
        self.child(year=2012, recipient_id=son.id)
        self.run_at(SUNDAY)
        self.assertFalse(self.mails(son))
        self.assertEqual(self.decide(son), ("deny", "consent_of_parent"))
        self.assertEqual(self.decide()[0], "allow", "his mother is none")
        daughter = self.make_customers(1, email="con2@example.com", name="Mai")
        self.child(relative_name="Mai", recipient_id=daughter.id)
        self.assertEqual(self.decide(daughter)[0], "deny", "the year is not known: a child until it is")
        grown = self.make_customers(1, email="con3@example.com", name="Nam")
        self.child(relative_name="Nam", year=1999, consent="own", recipient_id=grown.id)
        self.assertEqual(self.decide(grown)[0], "allow")

    def test_age_is_not_told(self):
        """Neither where dates of birth are restricted, nor to another company."""
        other = self.env["res.company"].create({"name": "Other"})
        self.env.user.company_ids |= other
        self.occasion(year=2012)
        self.assertEqual(self.decide(self.customer.with_company(other)), ("deny", "consent_missing"))
        self.env["crm.profile.attribute"].search([("code", "=", "birth_date")]).sensitivity = "restricted"
        self.assertEqual(self.decide(), ("deny", "consent_missing"))

    def test_nobody_unticks_a_year(self):
        son = self.child(year=2015)
        with self.assertRaisesRegex(ValidationError, "under 16"):
            son.is_child = False
        with self.assertRaisesRegex(ValidationError, "guardian"):
            son.write({"consent": "own"})
        with self.assertRaisesRegex(ValidationError, "under 16"):
            self.child(year=2015, is_child=False, consent="own")
        with self.assertRaisesRegex(ValidationError, "under 16"):
            self.occasion(year=2015).is_child = False
        grown = self.child(year=1990, consent="own")
        with self.assertRaisesRegex(ValidationError, "guardian"):
            grown.year = 2015

    def test_lunar_year(self):
        """The twelfth month of the lunar year 2010 lies in 2011 of ours."""
        self.assertTrue(self.occasion(day=10, month=12, year=2010, calendar="lunar").is_child)
        self.assertFalse(self.occasion(day=10, month=1, year=2010, calendar="lunar").is_child)
        self.assertEqual(EVE.date(), date(2026, 11, 7))

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.occasion(partner, year=2014)
        self.assertSameQueryCount(
            lambda: few._contact_decisions("email", "survey", SUNDAY),
            lambda: many._contact_decisions("email", "survey", SUNDAY),
        )
