from datetime import date, datetime

from freezegun import freeze_time
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form

from .common import EVE, SUNDAY, CareCase


class TestOccasion(CareCase):
    def test_next_date_is_local(self):
        """At 20:00 in Los Angeles it is tomorrow in Saigon; each customer has a day of their own."""
        abroad = self.make_customers(1, tz="America/Los_Angeles", email="la@example.com")
        moment = datetime(2026, 11, 9, 4, 0)
        self.assertEqual(self.occasion(abroad, at=moment).next_date, date(2026, 11, 8))
        self.assertEqual(self.occasion(at=moment).next_date, date(2027, 11, 8))

    def test_planned_at_the_civil_hour(self):
        occasion = self.occasion()
        self.assertEqual(occasion.planned_at, datetime(2026, 11, 8, 1, 30))
        self.company.care_hour = 9.25
        self.assertEqual(occasion.planned_at, datetime(2026, 11, 8, 2, 15))

    def test_daylight_saving(self):
        """8:30 is 8:30 on the day the clocks change."""
        abroad = self.make_customers(1, tz="America/New_York", email="ny@example.com")
        occasion = self.occasion(abroad, day=1, month=11, at=datetime(2026, 10, 1))
        self.assertEqual(occasion.planned_at, datetime(2026, 11, 1, 13, 30))

    def test_leap_day_setting(self):
        occasion = self.occasion(day=29, month=2, year=2020)
        self.assertEqual(occasion.next_date, date(2027, 2, 28))
        self.company.care_leap_day = "mar1"
        self.assertEqual((occasion.next_date.month, occasion.next_date.day), (3, 1))

    def test_lunar(self):
        occasion = self.occasion(day=30, month=12, calendar="lunar", at=datetime(2029, 12, 1))
        self.assertEqual((occasion.next_date, occasion.next_year), (date(2030, 2, 1), 2029))

    def test_refusals(self):
        with self.assertRaises(ValidationError):
            self.occasion(day=31, month=4)
        with self.assertRaises(ValidationError):
            self.occasion(day=29, month=2, year=2023)
        with self.assertRaises(ValidationError):
            self.occasion(kind="other")
        with self.assertRaises(ValidationError):
            self.occasion(kind="memorial")
        with self.assertRaises(ValidationError):
            self.company.care_hour = 3

    def test_relatives_need_consent(self):
        with self.assertRaisesRegex(ValidationError, "child"):
            self.child(consent="own")
        with self.assertRaisesRegex(ValidationError, "agreed"):
            self.child(relation="spouse", consent="none")
        with self.assertRaises(ValidationError):
            self.child(relative_name=" ")
        self.assertTrue(self.child().is_child)

    @freeze_time("2026-11-07 13:00:00")
    def test_grown_up_child_decides(self):
        self.assertTrue(self.child(year=2015).is_child)
        self.assertFalse(self.child(year=1990, consent="own").is_child)

    @freeze_time("2026-11-07 13:00:00")
    def test_form(self):
        form = Form(self.env["crm.occasion"].with_context(default_company_id=self.company.id))
        form.partner_id = self.customer
        form.kind = "memorial"
        self.assertEqual(form.action, "activity")
        form.whose, form.relative_name, form.relation = "relative", "Ông Ba", "grandparent"
        form.consent = "own"
        form.calendar, form.day, form.month = "lunar", 10, 10
        self.assertEqual(form.save().next_date, date(2026, 11, 18))

    @freeze_time("2026-11-07 13:00:00")
    def test_import(self):
        """Odoo's own import: good lines in, each bad one with its reason."""
        fields = ["partner_id/.id", "kind", "date", "day", "month", "whose", "relative_name", "relation", "consent"]
        customer = str(self.customer.id)
        result = self.env["crm.occasion"].load(
            fields, [[customer, "Birthday", "1990-11-08", "", "", "self", "", "", "none"],
                     [customer, "wedding", "", "20", "6", "self", "", "", "none"],
                     [customer, "birthday", "", "3", "5", "relative", "Minh", "Child", "representative"]]
        )
        self.assertFalse(result["messages"])
        occasions = self.env["crm.occasion"].browse(result["ids"])
        self.assertEqual(occasions.mapped("next_date"), [date(2026, 11, 8), date(2027, 6, 20), date(2027, 5, 3)])
        self.assertEqual(occasions[0].years, 36)
        bad = self.env["crm.occasion"].load(fields, [[customer, "birthday", "", "31", "2", "self", "", "", "none"]])
        self.assertFalse(bad["ids"])
        self.assertIn("31", bad["messages"][0]["message"])

    def test_words(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        occasion = self.child()
        self.assertEqual(occasion.display_name, "Nguyễn Thị Lan – Birthday of Minh (child)")
        self.customer._profile_record({"salutation": "chi"}, source="partner")
        self.assertEqual(occasion.with_context(lang="vi_VN").greeting_name, "chị Nguyễn Thị Lan")
        self.assertEqual(occasion.with_context(lang="en_US").greeting_name, "Nguyễn Thị Lan")

    def test_profile(self):
        """A date of birth in the profile makes the birthday, a corrected one moves it."""
        self.customer._profile_record({"birth_date": "1990-11-08"}, source="partner", collected_on="2026-01-01")
        occasion = self.env["crm.occasion"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((occasion.day, occasion.month, occasion.year, occasion.from_profile), (8, 11, 1990, True))
        self.customer._profile_record({"birth_date": "1990-11-18"}, source="partner", collected_on="2026-02-01")
        self.assertEqual(len(occasion.search([("partner_id", "=", self.customer.id)])), 1)
        self.assertEqual(occasion.day, 18)
        self.company.care_from_profile = False
        other = self.make_customers(1, email="other@example.com")
        other._profile_record({"birth_date": "1990-11-08"}, source="partner")
        self.assertFalse(other.occasion_ids)

    def test_restricted_profile_stays_secret(self):
        """Where dates of birth are restricted, they make no occasion for everybody to see."""
        self.env["crm.profile.attribute"].search([("code", "=", "birth_date")]).sensitivity = "restricted"
        self.customer._profile_record({"birth_date": "1990-11-08"}, source="partner")
        self.assertFalse(self.customer.occasion_ids)

    def test_outlook(self):
        """The preview says what goes when, or why nothing will."""
        occasion = self.occasion()
        self.assertIn("08:30", occasion.outlook)
        self.assertIn("Happy birthday", occasion.preview_subject)
        self.assertIn("Nguyễn Thị Lan", occasion.preview_body)
        self.run_at(SUNDAY)
        occasion.invalidate_recordset()
        self.assertIn("Sent", occasion.outlook)
        silent = self.occasion(self.make_customers(1, email=False))
        self.assertIn("e-mail address", silent.outlook)
        self.assertIn("remember", self.occasion(action="none").outlook)
        self.assertIn("activity", self.occasion(action="activity", user_id=self.env.uid).outlook)

    def test_lines_stay(self):
        occasion = self.occasion()
        self.run_at(SUNDAY)
        with self.assertRaises(UserError):
            occasion.greeting_ids.unlink()
        occasion.unlink()
        self.assertFalse(self.env["crm.occasion.greeting"].search([("partner_id", "=", self.customer.id)]))

    def test_eve_is_a_saturday(self):
        self.assertEqual((EVE.weekday(), SUNDAY.weekday()), (5, 6))
