"""The demo keeps its promises: a shop and a real purchase log, alive."""

import datetime as dt
from contextlib import suppress
from unittest.mock import patch

from odoo.tests import BaseCase, TransactionCase, tagged

import demo
from demo import living
from demo.cast import STORIES, cast
from demo.cdnow import read_log
from demo.ground import cdnow_company
from demo.loader import PARTS

from .common_demo import SCALE, SmallDemo

DAY = dt.date(2026, 3, 11)


@tagged("standard", "post_install", "-at_install")
class TestStories(BaseCase):
    """The stories are plain data."""

    def test_full_size(self):
        people = cast(1.0, DAY)
        self.assertEqual(len(people), sum(STORIES.values()))
        self.assertEqual(len({who.ref for who in people}), len(people))
        self.assertEqual(len({who.plate for who in people}), len(people))
        self.assertTrue(2500 < sum(len(who.orders) for who in people) < 4000)

    def test_same_every_time(self):
        self.assertEqual(cast(0.2, DAY), cast(0.2, DAY))

    def test_nobody_buys_in_the_future_or_on_a_sunday(self):
        days = [order.at.date() for who in cast(1.0, DAY) for order in who.orders]
        self.assertLess(max(days), DAY)
        self.assertNotIn(6, {day.weekday() for day in days})

    def test_log_ends_yesterday(self):
        rows, shift = read_log(DAY - dt.timedelta(days=1))
        self.assertEqual(len(rows), 69_659)
        self.assertEqual(len({row[0] for row in rows}), 23_570)
        self.assertEqual(max(row[1] for row in rows), DAY - dt.timedelta(days=1))
        self.assertEqual(dt.date(1998, 6, 30) + dt.timedelta(days=shift), DAY - dt.timedelta(days=1))


@tagged("standard", "post_install", "-at_install")
class TestDemo(SmallDemo, TransactionCase):
    """What a stranger finds after the first start."""

    def test_every_step_says_so(self):
        steps = [title for part in PARTS.values() for title, _step in part]
        self.assertEqual([line.split(" …")[0] for line in self.lines], [f"step {title}" for title in steps])

    def test_shop(self):
        self.assertEqual(self.shop.name, "Xe Máy Sài Gòn")
        self.assertEqual(self.shop.currency_id.name, "VND")
        self.assertEqual(self.shop._contact_tz(), "Asia/Ho_Chi_Minh")
        self.assertNotIn("6", self.shop.resource_calendar_id.attendance_ids.mapped("dayofweek"))
        people = cast(SCALE, self.today)
        orders = self.env["sale.order"].search([("state", "=", "sale"), ("company_id", "=", self.shop.id)])
        self.assertEqual(len(orders), sum(len(who.orders) for who in people))
        self.assertLess(max(orders.mapped("date_order")).date(), self.today)
        self.assertEqual(orders.currency_id.mapped("name"), ["VND"])
        self.assertTrue(all(order.amount_total > 0 for order in orders))

    def test_stages(self):
        statuses = self.env["crm.lifecycle.status"].search([("company_id", "=", self.shop.id)])
        self.assertTrue({"prospect", "new", "established", "quiet", "ended"} <= set(statuses.stage_id.mapped("code")))
        by_ref = {status.partner_id.ref: status.stage_id.code for status in statuses}
        firms = [by_ref[who.ref] for who in cast(SCALE, self.today) if who.story == "firm"]
        self.assertEqual(set(firms), {"established"})
        left = [by_ref[who.ref] for who in cast(SCALE, self.today) if who.story == "left"]
        self.assertEqual(set(left), {"ended"})

    def test_customers_fall_quiet_by_rule_with_a_reason(self):
        moves = self.env["crm.lifecycle.transition"].search(
            [("company_id", "=", self.shop.id), ("to_stage_id.code", "=", "quiet"), ("trigger", "=", "rule")]
        )
        self.assertTrue(moves)
        for move in moves:
            self.assertLessEqual(move.effective_on, self.today)
            self.assertIn("since the last order", move.with_context(lang="en_US").reason)

    def test_invitations_follow_the_gate(self):
        invitations = self.env["crm.survey.invitation"].search([("company_id", "=", self.shop.id)])
        states = set(invitations.mapped("state"))
        self.assertTrue(states & {"sent", "done"}, states)
        for invitation in invitations.filtered(lambda i: i.state in ("held", "denied")):
            self.assertTrue(invitation.contact_reason)
        booked = self.env["crm.interaction"].search(
            [("purpose", "=", "survey"), ("direction", "=", "out"), ("res_model", "=", "crm.survey.invitation")]
        )
        self.assertTrue(set(invitations.filtered("sent_on").ids) <= set(booked.mapped("res_id")))
        self.assertFalse(invitations.filtered(lambda i: i.writeback_state in ("queued", "error")))

    def test_answers_are_facts(self):
        facts = self.env["crm.profile.fact"].search([("source", "=", "survey")])
        answered = self.env["crm.survey.invitation"].search([("state", "=", "done")])
        self.assertTrue(answered)
        self.assertTrue(facts.partner_id <= (answered.partner_id | answered.recipient_id))

    def test_visits_come_round(self):
        visits = self.env["crm.service.visit"].search([("company_id", "=", self.shop.id)])
        done = visits.filtered(lambda visit: visit.state == "done")
        self.assertTrue(done)
        self.assertTrue(all(visit.hours > 0 and visit.done_date <= self.today for visit in done))
        followed = done.filtered("next_due")
        self.assertTrue(followed)
        self.assertTrue(visits.filtered(lambda visit: visit.state in ("due", "reminded", "confirmed", "scheduled")))
        self.assertTrue(visits.reminder_log_ids.filtered(lambda log: log.state == "sent"))

    def test_cdnow(self):
        company = cdnow_company(self.env)
        self.assertEqual(company.currency_id.name, "USD")
        ledger = self.env["crm.external.transaction"].search([("company_id", "=", company.id)])
        rows, _shift = read_log(self.today - dt.timedelta(days=1), SCALE)
        self.assertEqual(len(ledger), len(rows))
        self.assertAlmostEqual(sum(ledger.mapped("amount")), sum(row[3] for row in rows), 2)
        runs = self.env["crm.lifecycle.run"].search([("company_id", "=", company.id)])
        self.assertTrue(all("CDNOW" in (run.note or "") for run in runs.filtered(lambda run: run.kind != "refresh")))

    def test_logins(self):
        for login in ("manager", "sales", "sales2", "interviewer", "service", "tech"):
            self.assertTrue(self.user(login)._is_internal(), login)
        self.assertTrue(self.user("customer")._is_portal())
        self.assertEqual(self.user("sales").company_ids, self.shop)

    def test_salesperson_sees_the_loop(self):
        env = self.env(user=self.user("sales"))
        quiet = env["crm.lifecycle.status"].search([("stage_id.code", "=", "quiet")], limit=1)
        self.assertTrue(quiet.reason)
        self.assertEqual(quiet.partner_id.lifecycle_stage_code, "quiet")
        self.assertFalse(env["crm.lifecycle.status"].search([("company_id", "!=", self.shop.id)]))
        self.assertTrue(env["crm.survey.invitation"].search_count([]))

    def test_nothing_waits_to_leave_from_the_past(self):
        old = [("state", "=", "outgoing"), ("date", "<", dt.datetime.combine(self.today, dt.time.min))]
        self.assertFalse(self.env["mail.mail"].search(old))

    def test_second_load_does_nothing(self):
        lines = []
        self.assertEqual(demo.load(self.env, self.today, commit=False, say=lines.append), {})
        self.assertEqual(lines, [])

    def test_summary(self):
        text = demo.summary(self.env)
        for words in ("Customers by stage", "Fell quiet lately at Xe Máy", "Survey invitations", "Service visits"):
            self.assertIn(words, text)
        self.assertRegex(text, r"since the last order")


@tagged("standard", "post_install", "-at_install")
class TestInterruptedLoad(TransactionCase):
    """A load that was killed goes on where it stopped, with the day it was begun with."""

    def test_resume(self):
        parts, lines = ("ground", "shop", "service", "living"), []
        options = {"parts": parts, "commit": False, "say": lines.append}
        broken = [(title, step) for title, step in PARTS["living"]]
        broken[1] = (broken[1][0], self._fail)
        # Odoo's assertRaises would roll back all steps, a kill only the one that was under way.
        with patch.dict(PARTS, {"living": broken}), suppress(ZeroDivisionError):
            demo.load(self.env, DAY, scale=0.02, **options)
        before = self.env["sale.order"].search_count([])
        done = len(lines)
        demo.load(self.env, DAY + dt.timedelta(days=3), scale=1.0, **options)
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        self.assertEqual(len(lines), sum(len(PARTS[part]) for part in parts))
        self.assertEqual(lines[done].split(" …")[0], f"step {PARTS['living'][1][0]}")
        last = self.env["crm.lifecycle.run"].search([("kind", "=", "daily")], order="as_of desc", limit=1)
        self.assertEqual(last.as_of, DAY)
        self.assertEqual(PARTS["living"][1][1], living.programs)

    @staticmethod
    def _fail(load):
        raise ZeroDivisionError(load.today)
