"""The demo keeps its promises: a shop and a real purchase log, alive."""

import datetime as dt
from contextlib import suppress
from unittest.mock import patch

from odoo.tests import BaseCase, TransactionCase, tagged

import demo
from demo import keeping, living, market, workshop
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

    def test_best_customers_are_called(self):
        program = self.own("crm.survey.program", ("trigger", "=", "class"))
        self.assertEqual((program.state, len(program.quota_ids)), ("running", 2))
        self.assertTrue(program.answered_count and program.spent_hours and program.spent_amount)
        calls = self.own("crm.survey.attempt", ("program_id", "=", program.id), ("disposition", "!=", "sent"))
        self.assertTrue({"completed", "call_back", "no_answer"} <= set(calls.mapped("disposition")))
        self.assertEqual(calls.user_id.mapped("login"), ["interviewer"])
        self.assertLess(max(calls.mapped("date")).date(), self.today)
        promised = program.invitation_ids.filtered("call_back_on")
        self.assertIn(self.today, [moment.date() for moment in promised.mapped("call_back_on")])

    def test_answers_have_consequences(self):
        follow_ups = self.own("crm.survey.follow.up")
        self.assertEqual(set(follow_ups.mapped("state")), {"open", "done"})
        self.assertTrue(all(one.what_done for one in follow_ups.filtered(lambda one: one.state == "done")))
        self.assertTrue(self.env["survey.user_input"].search([("quality_state", "=", "flagged")]))
        self.assertTrue(self.env["survey.user_input.line"].search([("tag_ids", "!=", False)]))
        leads = self.env["crm.lead"].search([("qualified_on", "!=", False)])
        self.assertTrue(all(lead.qualification_need and lead.qualification_when for lead in leads))
        self.assertTrue(leads)

    def test_who_left_was_heard_and_one_came_back(self):
        interviews = self.own("crm.churn.interview")
        self.assertTrue(interviews.filtered(lambda one: one.state == "done" and one.primary_reason_id))
        self.assertTrue(interviews.filtered("salesperson_reason_id"))
        self.assertIn("won", interviews.lead_id.mapped("won_status"))

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

    def own(self, model, *domain):
        """The shop's records of ``model``."""
        return self.env[model].search([("company_id", "=", self.shop.id), *domain])

    def test_segments_agree_with_their_members(self):
        segments = self.own("crm.segment")
        self.assertGreater(len(segments.filtered("member_count")), 3)
        self.assertFalse(segments.filtered("error"))
        self.assertTrue(all(segment.refreshed_on == self.today for segment in segments))
        for segment in segments:
            self.assertEqual(segment.member_count, len(segment._partners()), segment.name)
        fleet = segments.filtered(lambda segment: segment.name == market.SEGMENTS[2][0])
        self.assertTrue(all(fleet._partners().mapped("is_company")))

    def test_a_campaign_was_measured(self):
        campaign = self.own("crm.segment.campaign", ("name", "=", market.CAMPAIGN))
        self.assertEqual(campaign.state, "done")
        states = [line.state for line in campaign.line_ids]
        self.assertTrue({"addressed", "control"} <= set(states))
        self.assertEqual((campaign.treated_count, campaign.control_count),
                         (states.count("addressed"), states.count("control")))
        addressed = campaign.line_ids.filtered(lambda line: line.state == "addressed").partner_id
        orders = self.env["sale.order"].search([("partner_id", "in", addressed.ids), ("state", "=", "sale")])
        buyers = orders.filtered(
            lambda order: campaign.start_on <= (order.date_order + dt.timedelta(hours=7)).date() <= campaign.end_on
        ).partner_id
        self.assertAlmostEqual(campaign.treated_share, len(buyers) / len(addressed), 4)
        self.assertTrue(campaign.verdict)

    def test_calls_made_planned_and_forgotten(self):
        running = self.own("crm.segment.campaign", ("name", "=", market.CALLS))
        self.assertEqual(running.state, "running")
        entries = running.line_ids.activity_id.crm_interaction_id
        planned = self.own("crm.interaction", ("state", "=", "planned"), ("channel_id.code", "=", "phone"))
        self.assertTrue(entries | planned)
        late = [call for call in planned if call.date.date() < self.today]
        self.assertTrue(late)
        self.assertTrue([call for call in planned if call.date.date() >= self.today])

    def test_leads_are_judged(self):
        profile = self.own("crm.target.profile", ("state", "=", "running"))
        self.assertEqual(len(profile), 1)
        leads = self.env["crm.lead"].search([("fit_profile_id", "=", profile.id)])
        self.assertEqual(profile.lead_count, len(leads))
        self.assertTrue(leads.filtered(lambda lead: lead.fit_score >= profile.threshold))
        self.assertTrue(leads.filtered("fit_reason"))

    def test_who_is_cared_for_and_how(self):
        policies = self.own("crm.care.policy")
        self.assertEqual(policies.mapped("name"), [name for name, *_rest in keeping.CARE])
        statuses = self.own("crm.lifecycle.status")
        self.assertEqual(sum(policies.mapped("customer_count")), len(statuses), "each has one policy")
        referrals = self.own("crm.referral")
        self.assertTrue(referrals)
        self.assertTrue(all(referrals.mapped("amount")))
        self.assertEqual(len(self.own("crm.lifecycle.playbook")), len(keeping.PLAYBOOKS))
        for run in self.own("crm.lifecycle.playbook.run"):
            self.assertEqual(run.state, "proposed")

    def test_portfolios_hold_what_the_sellers_have(self):
        statuses = self.own("crm.lifecycle.status", ("stage_id.code", "!=", "ended"))
        for portfolio in self.own("crm.portfolio"):
            mine = statuses.filtered(
                lambda status, portfolio=portfolio: status.partner_id.user_id == portfolio.user_id
                and status.customer_kind == portfolio.customer_kind
            )
            self.assertEqual(portfolio.load, len(mine))

    def test_market(self):
        self.assertEqual(set(market.RIVALS), set(self.own("crm.competitor").mapped("name")) & set(market.RIVALS))
        self.assertTrue(self.own("crm.competitor").mapped("offer_ids"))
        self.assertTrue(self.env["crm.competitor.assessment"].search([]).filtered("rating_average"))
        self.assertEqual(len(self.own("crm.mention")), len(market.MENTIONS))
        self.assertEqual(len(self.own("crm.market.figure")), len(market.FIGURES))

    def test_facts_to_decide_and_finds_to_review(self):
        conflicts = self.env["crm.profile.conflict"].search([])
        self.assertTrue(conflicts)
        self.assertTrue(all(conflict.left_id and conflict.right_id for conflict in conflicts[:3]))
        self.assertTrue(self.env["crm.profile.intake"].search([]))
        plan = self.own("crm.collection.plan")
        self.assertTrue(plan)
        self.assertTrue(0 < plan[0].coverage < 1, plan[0].coverage)
        self.assertTrue(self.env["crm.contact.preference"].search([]).filtered("paused_until"))
        self.assertTrue({"given", "withdrawn"} <= set(self.env["crm.contact.consent"].search([]).mapped("status")))

    def test_cases(self):
        cases = self.own("crm.service.case")
        self.assertEqual(len(cases), len(workshop.CASES))
        self.assertTrue({"new", "assigned", "waiting", "solved", "closed"} <= set(cases.mapped("state")))
        self.assertTrue(cases.filtered(lambda case: case.solve_state == "breached" and not case.solved_on))
        self.assertEqual(cases.filtered(lambda case: case.state == "waiting").solve_state, "hold")
        self.assertTrue(all(case.solution and case.solved_by_id for case in cases.filtered("solved_on")))
        self.assertTrue(cases.visit_ids)
        answers = self.own("crm.service.answer")
        self.assertEqual(set(answers.mapped("state")), {"published"})
        self.assertTrue(cases.filtered("answer_id"))
        calls = self.env["crm.interaction"].search([("res_model", "=", "crm.service.case")])
        self.assertEqual(set(calls.mapped("res_id")), set(cases.ids))

    def test_contracts(self):
        contracts = self.own("crm.service.contract")
        self.assertTrue({"running", "to_renew"} <= set(contracts.mapped("state")), contracts.mapped("state"))
        self.assertTrue(all(contracts.filtered(lambda one: one.state == "to_renew").mapped("renewal_lead_id")))
        for contract in contracts:
            covered = contract.visit_ids.filtered(lambda visit: visit.covered == "yes")
            self.assertEqual(contract.used_visits, len(covered))
        self.assertTrue(sum(contracts.mapped("used_visits")))

    def test_nobody_is_booked_twice(self):
        staff = self.own("crm.service.staff")
        self.assertEqual(set(staff.user_id.mapped("login")), {"tech", "service"})
        self.assertTrue(self.env["resource.resource"].search([("service_type_id", "!=", False)]))
        visits = self.own("crm.service.visit", ("state", "=", "scheduled"))
        self.assertTrue(all(visit.booking_ids for visit in visits))
        bookings = visits.booking_ids.filtered("user_id").sorted(lambda one: (one.user_id.id, one.start))
        for one, two in zip(bookings, bookings[1:], strict=False):
            self.assertTrue(one.user_id != two.user_id or one.stop <= two.start)

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
        for words in ("Customers by stage", "Fell quiet lately at Xe Máy", "Survey invitations", "Service visits",
                      "Segments:", "Campaign “", "Cases:", "Contracts:", "Where to look first"):
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
