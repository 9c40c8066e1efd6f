from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .test_calls import CallCase


@tagged("post_install", "-at_install", "tour")
class TestCallTour(CallCase, HttpCase):
    """An interviewer makes three attempts from the menu: nobody answers, calls back, completes the questionnaire."""

    def test_three_attempts(self):
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        self.policy.write(
            {
                "hours_ids": [(5, 0), (0, 0, {"hour_from": 0, "hour_to": 24})],
                **{f"off_{day}": False for day in days},
            }
        )
        self.ann.password = "ann_of_the_phone"
        names = ("Nobody There", "Busy Bee", "Talks Gladly")
        customers = self.env["res.partner"]
        for name in names:
            customers |= self.make_customers(1, name=name, lang="en_US")
        now = fields.Datetime.now()
        invitations = self.env["crm.survey.invitation"]
        for number, partner in enumerate(customers):
            invitations |= self.queue(partner, at=now - timedelta(hours=3 - number))
        self.start_tour("/odoo", "crm_survey_interviewer", login="ann")
        invitations.invalidate_recordset()
        first, second, third = invitations
        self.assertEqual(first.attempt_ids.mapped("disposition"), ["no_answer"])
        self.assertEqual(second.attempt_ids.mapped("disposition"), ["call_back"])
        self.assertGreater(second.call_back_on, now)
        self.assertEqual(self.activities(second.partner_id).user_id, self.ann)
        self.assertEqual(third.attempt_ids.mapped("disposition"), ["completed"])
        self.assertEqual((third.state, third.final_disposition), ("done", "1.1"))
        self.assertEqual(third.user_input_id.interviewer_id, self.ann)
        self.assertEqual(invitations.attempt_ids.user_id, self.ann)
        lines = third.user_input_id.user_input_line_ids.filtered("value_text_box")
        self.assertIn("Good craftsmen", lines.mapped("value_text_box"))
