from datetime import datetime

from .common import SUNDAY, CareCase


class TestGate(CareCase):
    """Every greeting passes the contact gate, whose rule for care differs from selling's."""

    def test_sunday(self):
        self.occasion()
        self.run_at(SUNDAY)
        self.assertEqual(len(self.mails()), 1)

    def test_public_holiday(self):
        """Tết: selling waits, a wish goes on the day, at a civil hour."""
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Tết", "calendar_id": self.company.resource_calendar_id.id, "company_id": self.company.id,
                "date_from": datetime(2027, 2, 4, 17, 0), "date_to": datetime(2027, 2, 10, 16, 59),
                "resource_id": False,
            }
        )
        self.occasion(day=6, month=2, at=datetime(2027, 2, 1))
        moment = datetime(2027, 2, 6, 1, 30)
        self.assertEqual(self.customer._contact_decisions("email", "sale", moment)[self.customer.id].verdict, "hold")
        self.run_at(moment)
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(self.customer.occasion_ids.last_sent, moment)

    def test_opted_out(self):
        self.env["crm.contact.consent"].create(
            {"partner_id": self.customer.id, "purpose": "care", "status": "withdrawn", "date": datetime(2026, 1, 1)}
        )
        occasion = self.occasion()
        self.assertIn("No greeting will go", occasion.outlook)
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertEqual(occasion.greeting_ids.state, "denied")
        self.assertIn("does not want", occasion.greeting_ids.reason)
        self.assertFalse(occasion.activity_ids)

    def test_no_address(self):
        partner = self.make_customers(1, email=False)
        occasion = self.occasion(partner)
        self.run_at(SUNDAY)
        self.assertIn("e-mail", occasion.greeting_ids.reason)

    def test_blacklisted(self):
        self.env["mail.blacklist"]._add(self.customer.email)
        occasion = self.occasion()
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertIn("blacklisted", occasion.greeting_ids.reason)

    def test_relative_with_own_contact(self):
        """The wife has a contact of her own: the greeting goes to her, and her word counts."""
        wife = self.make_customers(1, email="vo@example.com", name="Mai", lang="en_US")
        self.child(relation="spouse", relative_name="Mai", consent="own", recipient_id=wife.id, is_child=False)
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertIn("Mai", self.mails(wife).subject)

    def test_held_within_the_day(self):
        """The policy opens at nine on Sundays: the greeting waits for it and goes the same day."""
        self.policy.hours_ids = [(0, 0, {"weekday": "6", "hour_from": 9.0, "hour_to": 20.0})]
        occasion = self.occasion()
        self.run_at(SUNDAY)
        self.assertFalse(self.mails())
        self.assertEqual(occasion.greeting_ids.state, "held")
        self.assertTrue(occasion.greeting_ids.reason)
        self.env["crm.interaction"]._release_held(datetime(2026, 11, 8, 2, 0))
        self.assertEqual(len(self.mails()), 1)
        self.assertEqual(occasion.greeting_ids.state, "sent")
        self.run_at(datetime(2026, 11, 9, 2, 0))
        self.assertEqual(occasion.greeting_ids.state, "sent")

    def test_released_too_late(self):
        """The server was down from the hold until the next day: the late release sends nothing."""
        self.policy.hours_ids = [(0, 0, {"weekday": "6", "hour_from": 9.0, "hour_to": 20.0})]
        occasion = self.occasion()
        self.run_at(SUNDAY)
        self.env["crm.interaction"]._release_held(datetime(2026, 11, 9, 2, 0))
        self.assertFalse(self.mails())
        self.run_at(datetime(2026, 11, 9, 2, 15))
        self.assertIn(occasion.greeting_ids.state, ("missed", "failed"))
        self.assertIn(occasion.greeting_ids.interaction_id.state, ("cancelled", "denied"))

    def test_companies(self):
        """Each company greets its own occasions under its own rules."""
        other = self.env["res.company"].create({"name": "Other"})
        other.partner_id.tz = "Asia/Ho_Chi_Minh"
        self.env.user.company_ids |= other
        partner = self.make_customers(1, email="two@example.com")
        occasion = self.occasion(partner, company_id=other.id)
        self.run_at(SUNDAY)
        self.assertEqual(occasion.greeting_ids.interaction_id.company_id, other)
