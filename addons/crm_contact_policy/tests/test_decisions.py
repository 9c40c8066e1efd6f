import random
import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..domain.memory import Memory
from ..models.crm_contact_gate import CrmContactGate as Gate
from .common import TIME_ZONE, WORKDAY_MORNING, ContactPolicyCase

NIGHT = datetime(2026, 3, 3, 15, 0)  # 22:00 in Ho Chi Minh City
SUNDAY = datetime(2026, 3, 8, 3, 0)
LONG_AGO = datetime(2000, 1, 1)


@tagged("post_install", "-at_install")
class TestDecisions(ContactPolicyCase):
    def decide(self, channel="email", purpose="survey", at=WORKDAY_MORNING, partner=None):
        partner = partner or self.customer
        return partner._contact_decisions(channel, purpose, at)[partner.id]

    def test_default_policy(self):
        self.assertEqual(self.decide().verdict, "allow")
        decision = self.decide(at=NIGHT)
        self.assertEqual(
            (decision.verdict, decision.at, decision.code), ("hold", datetime(2026, 3, 4, 1, 0), "quiet_hours")
        )
        self.assertIn("Quiet hours", decision.reason)
        decision = self.decide(at=SUNDAY)
        self.assertEqual((decision.code, decision.at), ("day_off", datetime(2026, 3, 9, 1, 0)))
        self.assertEqual(self.decide(purpose="care", at=SUNDAY).verdict, "allow")

    def test_reason_in_readers_language(self):
        for lang in ("en_US", "fr_FR"):
            self.env["res.lang"]._activate_lang(lang)
        reasons = [
            self.env["crm.contact.gate"]
            .with_context(lang=lang, tz=TIME_ZONE)
            ._reason_text("quiet_hours", {"until": "2026-03-04 01:00:00"})
            for lang in ("en_US", "fr_FR")
        ]
        self.assertNotEqual(*reasons)
        self.assertIn("8:00", reasons[0])
        self.assertIn("04/03", reasons[1])

    def test_unreachable(self):
        self.customer.write({"email": False, "phone": False})
        self.assertEqual(self.decide().code, "no_email")
        self.assertEqual(self.decide("sms").code, "no_phone")
        self.assertEqual(self.decide("post").code, "no_address")
        self.assertEqual(self.decide("visit").verdict, "allow")
        self.customer.street = "12 Lê Lợi"
        self.assertEqual(self.decide("post").verdict, "allow")

    def test_archived(self):
        self.customer.active = False
        self.assertEqual(self.decide().code, "archived")

    def test_blacklists(self):
        self.env["mail.blacklist"]._add(self.customer.email)
        self.env["phone.blacklist"]._add([self.customer.phone_sanitized])
        self.assertEqual(self.decide().code, "email_blacklisted")
        self.assertEqual(self.decide("phone").code, "phone_blacklisted")
        self.env["mail.blacklist"]._remove(self.customer.email)
        self.assertEqual(self.decide().verdict, "allow")

    def test_unknown_codes(self):
        with self.assertRaises(ValueError):
            self.decide("pigeon")
        with self.assertRaises(ValueError):
            self.decide(purpose="fun")

    def test_unknown_time_zone(self):
        """Without a zone the company's clock counts; by policy that of a country with one zone."""
        self.customer.tz = False
        self.assertEqual(self.decide(at=NIGHT).at, datetime(2026, 3, 4, 1, 0))
        self.customer.country_id = self.env.ref("base.jp")
        self.assertEqual(self.decide(at=NIGHT).at, datetime(2026, 3, 4, 1, 0))
        self.policy.unknown_tz = "country"
        self.assertEqual(self.decide(at=NIGHT).at, datetime(2026, 3, 3, 23, 0))
        self.customer.country_id = self.env.ref("base.us")
        self.assertEqual(self.decide(at=NIGHT).at, datetime(2026, 3, 4, 1, 0))
        self.company.partner_id.tz = False
        self.company.resource_calendar_id.tz = "Europe/Paris"
        self.assertEqual(self.company._contact_tz(), "Europe/Paris")
        self.assertEqual(self.decide(at=NIGHT).verdict, "allow")

    def test_cap_counts_only_own_company(self):
        other = self.env["res.company"].create({"name": "Chi nhánh khác"})
        values = {"channel_id": self.env.ref("crm_contact_policy.channel_email").id, "purpose": "survey"}
        self.env["crm.interaction"].create(
            {
                **values,
                "partner_id": self.customer.id,
                "company_id": other.id,
                "date": WORKDAY_MORNING - timedelta(days=2),
            }
        )
        self.assertEqual(self.decide().verdict, "allow")
        contact = self.env["crm.interaction"].create(
            {**values, "partner_id": self.customer.id, "date": WORKDAY_MORNING - timedelta(days=2)}
        )
        self.assertEqual(self.decide().verdict, "hold")
        contact.state = "cancelled"
        self.assertEqual(self.decide().verdict, "allow")

    def test_incoming_takes_no_place_but_refusal_cools(self):
        contact = self.env["crm.interaction"].create(
            {
                "partner_id": self.customer.id,
                "channel_id": self.env.ref("crm_contact_policy.channel_web").id,
                "purpose": "survey",
                "direction": "in",
                "date": WORKDAY_MORNING - timedelta(days=2),
            }
        )
        self.assertEqual(self.decide().verdict, "allow")
        contact.state = "refused"
        self.assertEqual((self.decide().verdict, self.decide().code), ("hold", "cooldown"))

    def test_own_policy_before_shared_one(self):
        """The company's own policy for the customer's kind comes first, then its general one, then the shared one."""
        own = self.env["crm.contact.policy"].create(
            {"name": "VIP", "company_id": self.company.id, "domain": "[('name', '=', 'VIP')]", "sequence": 1}
        )
        vip = self.make_customers(1, name="VIP")
        found = self.env["crm.contact.policy"]._for_partners(self.customer | vip, self.company)
        self.assertEqual(found, {self.customer.id: self.policy, vip.id: own})
        general = own.copy({"domain": "[]", "sequence": 500})
        found = self.env["crm.contact.policy"]._for_partners(self.customer | vip, self.company)
        self.assertEqual(found, {self.customer.id: general, vip.id: own})
        other = self.env["res.company"].create({"name": "Khác"})
        self.assertEqual(self.env["crm.contact.policy"]._for_partners(vip, other), {vip.id: self.policy})

    def test_without_policy(self):
        """No policy at all: 08–20, Sunday off, marketing needs consent."""
        self.policy.active = False
        self.assertEqual(self.decide().verdict, "allow")
        self.assertEqual(self.decide(at=NIGHT).verdict, "hold")
        self.assertEqual(self.decide(at=SUNDAY).verdict, "hold")
        self.assertEqual(self.decide(purpose="marketing").verdict, "deny")

    def test_holiday_of_calendar(self):
        self.company._load_vietnam_holidays_sudo([2026])
        tet = datetime(2026, 2, 17, 3, 0)
        decision = self.decide(at=tet)
        self.assertEqual((decision.code, decision.at), ("holiday", datetime(2026, 2, 21, 1, 0)))
        self.assertIn("Tết", decision.reason)
        self.assertEqual(self.decide(purpose="service", at=tet).verdict, "allow")
        calendar = self.env["resource.calendar"].create(
            {"name": "Không lễ", "company_id": self.company.id, "tz": TIME_ZONE}
        )
        self.policy.copy({"company_id": self.company.id, "calendar_id": calendar.id})
        self.assertEqual(self.decide(at=tet).verdict, "allow")

    def test_closed_channel(self):
        sms = self.env.ref("crm_contact_policy.channel_sms")
        self.policy.hours_ids = [Command.create({"channel_id": sms.id, "hour_from": 0, "hour_to": 0})]
        self.assertEqual(self.decide("sms").code, "never_open")
        self.assertEqual(self.decide("email").verdict, "allow")

    def test_only_reads(self):
        before = self.env["crm.interaction"].search_count([])
        self.decide()
        self.assertEqual(self.env["crm.interaction"].search_count([]), before)

    def test_query_count(self):
        few, many = self.make_customers(10), self.make_customers(100)
        (few | many)._contact_book("email", "sale", WORKDAY_MORNING)
        self.assertSameQueryCount(
            lambda: few._contact_decisions("email", "survey", WORKDAY_MORNING),
            lambda: many._contact_decisions("email", "survey", WORKDAY_MORNING),
        )

    def test_thousand_are_quick(self):
        """1,000 partners with some history: well under a second even on a busy machine (target 0.2 s)."""
        partners = self.make_customers(1000)
        partners._contact_book("email", "sale", WORKDAY_MORNING)
        durations = []
        for _attempt in range(3):
            self.env.invalidate_all()
            start = time.perf_counter()
            partners._contact_decisions("email", "survey", WORKDAY_MORNING)
            durations.append(time.perf_counter() - start)
        self.assertLess(min(durations), 1.0)

    def test_reading_less_changes_nothing(self):
        """The ledger is read only as far back as the rules look: decisions are those made from all of it."""
        dice = random.Random(7)
        people = self.make_customers(40)
        self.policy.purpose_ids.filtered(lambda line: line.purpose == "survey").cooldown_days = 90
        ways = [self.env.ref(f"crm_contact_policy.channel_{code}").id for code in ("email", "sms", "phone")]
        self.env["crm.interaction"].create(
            [
                {
                    "partner_id": dice.choice(people).id,
                    "company_id": self.company.id,
                    "direction": dice.choice(("in", "out", "out")),
                    "channel_id": dice.choice(ways),
                    "purpose": dice.choice(("survey", "marketing", "sale", "support")),
                    "state": dice.choice(("done", "done", "cancelled")),
                    "date": WORKDAY_MORNING - timedelta(hours=dice.randint(1, 24 * 120)),
                    "refused_on": dice.choice((False, WORKDAY_MORNING - timedelta(days=dice.randint(0, 120)))),
                }
                for _number in range(400)
            ]
        )
        for channel, purpose in (("email", "survey"), ("phone", "sale"), ("sms", "marketing"), ("email", "support")):
            short = people._contact_decisions(channel, purpose, WORKDAY_MORNING)
            with patch(f"{Gate.__module__}.memory", lambda *_args, of=purpose: Memory(of, LONG_AGO, LONG_AGO)):
                whole = people._contact_decisions(channel, purpose, WORKDAY_MORNING)
            self.assertEqual(short, whole)
            if purpose == "survey":
                self.assertGreater(len({decision.verdict for decision in whole.values()}), 1)
