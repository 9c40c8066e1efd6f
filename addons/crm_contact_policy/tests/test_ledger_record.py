from datetime import timedelta

from odoo.tests import new_test_user, tagged

from .common import WORKDAY_MORNING, ContactPolicyCase


@tagged("post_install", "-at_install")
class TestLedgerRecord(ContactPolicyCase):
    def record(self, *vals_list, **options):
        base = {"partner_id": self.customer.id, "channel": "visit", "purpose": "service", "date": WORKDAY_MORNING}
        return self.env["crm.interaction"]._ledger_record([dict(base, **vals) for vals in vals_list], **options)

    def test_defaults(self):
        entry = self.record({})
        self.assertRecordValues(
            entry,
            [
                {
                    "partner_id": self.customer.id,
                    "state": "done",
                    "direction": "out",
                    "channel_code": "visit",
                    "company_id": self.company.id,
                    "user_id": self.env.uid,
                    "date": WORKDAY_MORNING,
                }
            ],
        )

    def test_order_and_no_partner(self):
        first, second = self.record({"subject": "A"}, {"partner_id": False}, {"subject": "B"})
        self.assertEqual((first.subject, second.subject), ("A", "B"))

    def test_same_contact_once(self):
        """Recorded again – later, or twice in one call – it is one entry, brought up to date."""
        about = {"res_model": "res.partner", "res_id": self.customer.id}
        entry = self.record(dict(about, state="planned", duration=1))
        again = self.record(dict(about, state="done", duration=2, is_complaint=True), dict(about, note="x"))
        self.assertEqual(again, entry + entry)
        self.assertEqual((entry.state, entry.duration, entry.is_complaint, entry.note), ("done", 2, True, "x"))
        self.assertNotEqual(self.record(dict(about, channel="phone")), entry)
        self.assertNotEqual(self.record(dict(about, direction="in")), entry)
        twice = self.record(*[dict(about, channel="chat")] * 2)
        self.assertEqual(len(twice), 2)
        self.assertEqual(twice[0], twice[1])

    def test_unchanged_is_not_rewritten(self):
        about = {"res_model": "res.partner", "res_id": self.customer.id, "note": "x", "next_date": False}
        entry = self.record(about)
        self.env.flush_all()
        self.env.cr.execute("SELECT xmin FROM crm_interaction WHERE id = %s", [entry.id])
        before = self.env.cr.fetchone()
        self.env.cr.execute("SAVEPOINT another")
        self.record(about)
        self.env.flush_all()
        self.env.cr.execute("SELECT xmin FROM crm_interaction WHERE id = %s", [entry.id])
        self.assertEqual(self.env.cr.fetchone(), before)

    def test_several_customers_one_meeting(self):
        others = self.make_customers(2)
        about = {"res_model": "res.company", "res_id": self.company.id}
        entries = self.record(*[dict(about, partner_id=p.id) for p in others], per_partner=True)
        self.assertEqual(entries.partner_id, others)
        self.assertEqual(self.record(dict(about, partner_id=others[1].id), per_partner=True), entries[1])

    def test_booked_stays(self):
        """A contact the gate booked is the one; it is not rewritten."""
        booked = self.customer._contact_book(
            "email", "service", WORKDAY_MORNING, targets={self.customer.id: self.company}
        )
        same = self.record(
            {"channel": "email", "res_model": "res.company", "res_id": self.company.id, "date": "2020-01-01 00:00:00"}
        )
        self.assertEqual(same, booked)
        self.assertEqual((same.date, same.state), (WORKDAY_MORNING, "planned"))

    def test_refusal_stays(self):
        about = {"res_model": "res.partner", "res_id": self.customer.id}
        entry = self.record(dict(about, outcome_id=self.env.ref("crm_contact_policy.outcome_refused").id))
        self.assertEqual(entry.state, "refused")
        self.record(dict(about, state="done"))
        self.assertEqual(entry.state, "refused")

    def test_next_date_plans(self):
        entry = self.record({"next_date": WORKDAY_MORNING + timedelta(days=30)})
        self.assertEqual(entry.next_ids.state, "planned")

    def test_whoever_acts(self):
        """Who has no right on the ledger still leaves a trace in it; it is theirs, and read by those who may."""
        user = new_test_user(self.env, "tho.may", groups="base.group_user")
        entry = self.env["crm.interaction"].with_user(user)._ledger_record(
            [{"partner_id": self.customer.id, "channel": "visit", "purpose": "service", "date": WORKDAY_MORNING}]
        )
        self.assertEqual(entry.sudo().user_id, user)
        self.assertFalse(entry.env.su)

    def test_queries_do_not_grow(self):
        customers = self.make_customers(60)
        ids = customers.ids

        def book(number):
            self.record(
                *[{"partner_id": pid, "res_model": "res.partner", "res_id": pid} for pid in ids[:number]]
            )

        self.assertSameQueryCount(lambda: book(10), lambda: book(60))
