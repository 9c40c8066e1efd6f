from datetime import timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .test_calls import MONDAY, CallCase


@tagged("post_install", "-at_install")
class TestProductivity(CallCase):
    """Calls, contacts, interviews, hours and what an answer costs."""

    def setUp(self):
        super().setUp()
        self.company.crm_survey_hourly_cost = 60
        self.ben.crm_survey_hourly_cost = 120
        customers = self.queue(self.make_customers(5))
        moment = MONDAY
        plan = [(self.ann, "no_answer", 6), (self.ann, "completed", 24), (self.ann, "completed", 30)]
        plan += [(self.ben, "refused", 12), (self.ben, "completed", 18)]
        for invitation, (user, outcome, minutes) in zip(customers, plan, strict=True):
            with freeze_time(moment):
                dialog = self.dialog(invitation, user)
            moment += timedelta(minutes=minutes)
            with freeze_time(moment):
                if outcome == "completed":
                    user_input = invitation.user_input_id.with_user(user).sudo()
                    user_input._mark_in_progress()
                    user_input._mark_done()
                else:
                    self.log(dialog, outcome)

    def figures(self, *groupby):
        measures = ["calls", "contacts", "completes", "hours", "cost"]
        ratios = ["completes_per_hour", "cost_per_answer", "contact_rate"]
        return self.env["crm.survey.productivity"]._read_group(
            [("program_id", "=", self.program.id)],
            list(groupby),
            [f"{name}:sum" for name in measures] + [f"{name}:avg" for name in ratios],
        )

    def test_by_interviewer(self):
        found = {row[0]: [round(value, 4) for value in row[1:]] for row in self.figures("user_id")}
        # One hour of Ann's at 60, half an hour of Ben's at 120.
        self.assertEqual(found[self.ann], [3, 2, 2, 1.0, 60.0, 2.0, 30.0, 0.6667])
        self.assertEqual(found[self.ben], [2, 2, 1, 0.5, 60.0, 2.0, 60.0, 1.0])

    def test_quotients_of_sums(self):
        """Three interviews in one and a half hours for 120, not the mean of the interviewers' means."""
        (row,) = self.figures()
        self.assertEqual([round(value, 4) for value in row], [5, 4, 3, 1.5, 120.0, 2.0, 40.0, 0.8])

    def test_nothing_is_divided_by_nothing(self):
        none = self.env["crm.survey.productivity"]._read_group(
            [("id", "=", 0)], [], ["completes_per_hour:avg", "cost_per_answer:avg"]
        )
        self.assertEqual([tuple(value or 0 for value in row) for row in none], [(0, 0)])

    def test_past_costs_stay(self):
        self.company.crm_survey_hourly_cost = 600
        (row,) = self.figures()
        self.assertEqual(row[4], 120)

    def test_budget(self):
        if "budget_amount" not in self.program._fields:
            self.skipTest("programs have no budget")
        self.program.write({"budget_amount": 240, "budget_hours": 3})
        self.env.flush_all()
        rows = self.env["crm.survey.productivity"]._read_group(
            [("program_id", "=", self.program.id)], [], ["budget_share:sum", "hours_share:sum"]
        )
        self.assertEqual([round(value, 6) for value in rows[0]], [0.5, 0.5])
