"""Promised hours: arithmetic against a naive reference, and the ledger on real calendars."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from odoo.addons.crm_contact_policy.tests.common import examples
from odoo.tests import tagged
from odoo.tests.common import BaseCase, new_test_user

from ..domain.sla import moment_after, verdict, worked
from .common import ServicePlanCase

BASE = datetime(2026, 3, 2)


def minute(number):
    return BASE + timedelta(minutes=number)


@st.composite
def work_days(draw):
    """Ordered intervals, whole minutes, with gaps."""
    intervals, at = [], 0
    for gap, length in draw(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 60)), max_size=6)):
        intervals.append((minute(at + gap), minute(at + gap + length)))
        at += gap + length
    return intervals


def naive_minutes(work, start, stop):
    """Minute by minute."""
    count, at = 0, start
    while at < stop:
        count += any(begin <= at < end for begin, end in work)
        at += timedelta(minutes=1)
    return count


@tagged("post_install", "-at_install", "pure")
class TestSlaArithmetic(BaseCase):
    @settings(max_examples=examples(2000), deadline=None)
    @given(work_days(), st.integers(0, 300), st.integers(0, 300))
    def test_worked_is_what_minutes_say(self, work, start, stop):
        self.assertAlmostEqual(
            worked(work, minute(start), minute(stop)) * 60, naive_minutes(work, minute(start), minute(stop))
        )

    @settings(max_examples=examples(2000), deadline=None)
    @given(work_days(), st.integers(0, 300), st.integers(1, 200))
    def test_deadline_is_the_first_moment(self, work, start, minutes):
        start = minute(start)
        found = moment_after(work, start, minutes / 60)
        if found is None:
            self.assertLess(naive_minutes(work, start, minute(1000)), minutes)
            return
        self.assertEqual(naive_minutes(work, start, found), minutes)
        self.assertEqual(naive_minutes(work, start, found - timedelta(minutes=1)), minutes - 1)

    @settings(max_examples=examples(1000), deadline=None)
    @given(work_days(), st.lists(st.integers(0, 300), min_size=2, max_size=6))
    def test_cut_into_spans_nothing_is_lost(self, work, cuts):
        cuts = sorted(cuts)
        parts = sum(worked(work, minute(a), minute(b)) for a, b in zip(cuts, cuts[1:], strict=False))
        self.assertAlmostEqual(parts, worked(work, minute(cuts[0]), minute(cuts[-1])))

    def test_verdicts(self):
        self.assertEqual(verdict(0, 100, True, False, 80), "none")
        self.assertEqual(verdict(8, 8, True, False, 80), "warned")
        self.assertEqual(verdict(8, 8, False, True, 80), "met")
        self.assertEqual(verdict(8, 8.01, True, False, 80), "breached")


class SlaCase(ServicePlanCase):
    """8:00–12:00 and 13:00–17:00 in Ho Chi Minh City, Monday to Friday: 1:00–5:00 and 6:00–10:00 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.make_calendar("Office", range(5))
        cls.company.resource_calendar_id = cls.calendar
        cls.leader, cls.worker = (
            new_test_user(
                cls.env,
                login,
                groups="crm_service_plan.group_user",
                email=f"{login}@example.com",
                company_id=cls.company.id,
                company_ids=[(6, 0, cls.company.ids)],
            )
            for login in ("sla_leader", "sla_worker")
        )
        cls.team = cls.env["crm.service.team"].create(
            {"name": "Workshop", "user_id": cls.leader.id, "company_id": cls.company.id}
        )
        cls.sla = cls.env["crm.service.sla"].create(
            {"name": "Eight hours", "response_hours": 2, "solve_hours": 8, "company_id": cls.company.id}
        )

    @classmethod
    def make_calendar(cls, name, days):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "Asia/Ho_Chi_Minh",
                "company_id": cls.company.id,
                "attendance_ids": [(5, 0, 0)]
                + [
                    (0, 0, {"name": "w", "dayofweek": str(day), "hour_from": a, "hour_to": b})
                    for day in days
                    for a, b in ((8, 12), (13, 17))
                ],
            }
        )

    def at(self, case, moment):
        return case.with_context(service_at=moment)

    def make_case(self, moment, **vals):
        return (
            self.env["crm.service.case"]
            .with_context(service_at=moment)
            .create(
                {
                    "name": "Engine does not start",
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "received_on": moment,
                    "team_id": self.team.id,
                    **vals,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestSlaLedger(SlaCase):
    def test_deadline_in_working_hours(self):
        case = self.make_case(datetime(2026, 3, 6, 8, 0))  # Friday 15:00 here: two hours today
        self.assertEqual(case.response_deadline, datetime(2026, 3, 6, 10, 0))
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 9, 8, 0), "Monday, six hours later, lunch left out")

    def test_holiday(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 8, 17, 0),
                "date_to": datetime(2026, 3, 9, 16, 59),
            }
        )
        case = self.make_case(datetime(2026, 3, 6, 8, 0))
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 10, 8, 0))

    def test_waiting_does_not_count(self):
        case = self.make_case(datetime(2026, 3, 3, 1, 0), user_id=self.worker.id)
        self.at(case, datetime(2026, 3, 3, 2, 0)).action_wait()
        self.assertEqual((case.solve_state, case.solve_deadline), ("hold", False))
        self.assertEqual((case.response_state, case.response_used), ("met", 1.0))
        self.at(case, datetime(2026, 3, 5, 2, 0)).action_resume()
        self.assertEqual(case.solve_used, 1.0)
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 5, 10, 0))
        case.solution = "New plug"
        self.at(case, datetime(2026, 3, 5, 4, 0)).action_solve()
        self.assertEqual((case.solve_state, case.solve_used), ("met", 3.0))
        self.assertEqual(sum(case.span_ids.mapped("hours")), 3.0)
        self.at(case, datetime(2026, 3, 6, 1, 0)).action_reopen()
        self.assertEqual(case.solve_state, "running")
        self.at(case, datetime(2026, 3, 6, 10, 0)).action_solve()
        self.assertEqual((case.solve_state, case.solve_used), ("breached", 11.0))

    def test_other_team_other_hours(self):
        weekend = self.make_calendar("Weekend, too", range(7))
        other = self.env["crm.service.team"].create(
            {"name": "Night", "company_id": self.company.id, "calendar_id": weekend.id}
        )
        case = self.make_case(datetime(2026, 3, 6, 8, 0))
        self.at(case, datetime(2026, 3, 6, 9, 0)).team_id = other
        self.assertEqual(case.solve_used, 1.0, "what was used up stays")
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 7, 8, 0), "Saturday counts for the other team")
        self.at(other, datetime(2026, 3, 6, 10, 0)).calendar_id = self.calendar
        self.assertEqual(case.solve_used, 2.0)
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 9, 8, 0))

    def test_the_promise_that_fits(self):
        urgent = self.sla.copy({"name": "Urgent", "priority": "3", "solve_hours": 4, "sequence": 1})
        gold = self.sla.copy({"name": "Gold", "for_contracts": True, "solve_hours": 1, "sequence": 2})
        case = self.make_case(datetime(2026, 3, 3, 1, 0))
        self.assertEqual(case.sla_id, self.sla)
        case.priority = "3"
        self.assertEqual((case.sla_id, case.solve_hours), (urgent, 4))
        contract = self.env["crm.service.contract"].create(
            {
                "name": "Gold",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "sla_ids": [(6, 0, gold.ids)],
            }
        )
        contract.action_start()
        case.contract_id = contract
        self.assertEqual(case.sla_id, gold)
        self.sla.solve_hours = 100
        self.assertEqual(case.solve_hours, 1, "a promise changed later changes no case")

    def _mails(self, case):
        return self.env["mail.mail"].search([("model", "=", "crm.service.case"), ("res_id", "=", case.id)])

    def run_sla(self, moment):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.service.case"].with_context(service_at=moment)._cron_sla()
        self.env.invalidate_all()

    def test_warned_then_told_once(self):
        case = self.make_case(datetime(2026, 3, 3, 1, 0), user_id=self.worker.id)
        case.action_respond()
        self.assertEqual(case.alarm_on, datetime(2026, 3, 3, 8, 24), "80 % of eight hours, lunch left out")
        self.run_sla(datetime(2026, 3, 3, 8, 0))
        self.assertFalse(self._mails(case))
        self.run_sla(datetime(2026, 3, 3, 8, 30))
        self.assertEqual(case.solve_state, "warned")
        self.assertEqual(
            set(self._mails(case).mapped("email_to")), {self.leader.email_formatted, self.worker.email_formatted}
        )
        self.assertEqual(case.activity_ids.user_id, self.worker)
        self.run_sla(datetime(2026, 3, 3, 9, 0))
        self.assertEqual(len(self._mails(case)), 2, "once")
        self.run_sla(datetime(2026, 3, 3, 10, 1))
        self.assertEqual(len(self._mails(case)), 2, "the day is over, not the promise")
        self.assertEqual(case.alarm_on, datetime(2026, 3, 4, 1, 0, 1))
        self.run_sla(datetime(2026, 3, 4, 1, 1))
        self.assertEqual((case.solve_state, len(self._mails(case))), ("breached", 4))
        self.run_sla(datetime(2026, 3, 5, 1, 1))
        self.assertEqual((len(self._mails(case)), case.alarm_on), (4, False))

    def test_holiday_entered_later(self):
        case = self.make_case(datetime(2026, 3, 6, 8, 0))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "company_id": self.company.id,
                "date_from": datetime(2026, 3, 8, 17, 0),
                "date_to": datetime(2026, 3, 9, 16, 59),
            }
        )
        self.run_sla(datetime(2026, 3, 6, 8, 30))
        self.assertEqual(case.solve_deadline, datetime(2026, 3, 10, 8, 0))

    def test_one_bad_case_silences_no_other(self):
        good, bad = (self.make_case(datetime(2026, 3, 3, 1, 0), user_id=self.worker.id) for __ in range(2))
        Case = type(self.env["crm.service.case"])
        tell = Case._tell_late_sudo

        def broken(case, promise, state):
            if case.id == bad.id:
                raise ValueError("no such template")
            return tell(case, promise, state)

        self.patch(Case, "_tell_late_sudo", broken)
        with self.assertLogs("odoo.addons.crm_service_plan.tools", "ERROR"):
            self.run_sla(datetime(2026, 3, 6, 8, 0))
        self.assertEqual(bad.alarm_error, "no such template")
        self.assertTrue(self._mails(good))
        self.assertEqual(good.solve_told, "breached")

    def test_queries_do_not_grow(self):
        few = self.env["crm.service.case"].union(*(self.make_case(datetime(2026, 3, 3, 1, 0)) for __ in range(2)))
        many = self.env["crm.service.case"].union(*(self.make_case(datetime(2026, 3, 3, 1, 0)) for __ in range(12)))
        later = datetime(2026, 3, 3, 1, 30)
        self.assertSameQueryCount(
            lambda: self.at(few, later)._clock_update(), lambda: self.at(many, later)._clock_update()
        )
