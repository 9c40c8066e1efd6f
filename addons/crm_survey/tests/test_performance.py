from unittest.mock import patch

from odoo import fields
from odoo.addons.base.models.ir_qweb import IrQweb
from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestPerformance(CustomerSurveyCase):
    """The number of queries does not grow with the number of customers."""

    def _plan(self, customers):
        return self.program._invite({partner.id: (self.at, False) for partner in customers}, self.at)

    def test_collect(self):
        few, many = self.make_customers(10), self.make_customers(90)
        self.program._activate(self.at)
        self.move(few, "quiet", self.later(hours=1))
        small, large = self.later(hours=1), self.later(hours=3)

        def collect(at, customers):
            if not self.env["crm.lifecycle.transition"].search_count([("partner_id", "in", customers.ids)]):
                self.move(customers, "quiet", self.later(hours=2))
            self.env.flush_all()
            self.program._collect(at)

        self.move(many, "quiet", self.later(hours=2))
        self.assertSameQueryCount(lambda: collect(small, few), lambda: collect(large, few))

    def test_send(self):
        few, many = self._plan(self.make_customers(10)), self._plan(self.make_customers(40))
        self.assertSameQueryCount(lambda: few._contact_next(self.at), lambda: many._contact_next(self.at))

    def test_text_compiled_once(self):
        """The texts of the messages are compiled once a language, not once a customer."""
        compiling, numbers = IrQweb._generate_code_uncached, []
        self._plan(self.make_customers(1))._contact_next(self.at)  # warm up: the layout, a view, is kept by Odoo
        for size in (2, 6):
            invitations = self._plan(self.make_customers(size))
            with patch.object(IrQweb, "_generate_code_uncached", autospec=True, side_effect=compiling) as spy:
                invitations._contact_next(self.at)
            self.assertEqual(set(invitations.mapped("state")), {"sent"})
            numbers.append(spy.call_count)
        self.assertEqual(numbers, [1, 1])

    def _answered(self, number):
        # One answer for each: the ORM inserts a hundred rows a statement, which must not be mistaken for growth.
        invitations = self.invite(self.make_customers(number))
        self.env["survey.user_input.line"].create(
            [
                {
                    "user_input_id": invitation.user_input_id.id,
                    "question_id": self.question(self.quiet_survey, "recommend").id,
                    "answer_type": "scale",
                    "value_scale": 8,
                }
                for invitation in invitations
            ]
        )
        invitations.write({"state": "done", "writeback_state": "queued", "done_on": fields.Datetime.now()})
        return invitations

    def test_write_back(self):
        few, many = self._answered(10), self._answered(100)
        self.assertSameQueryCount(few._write_back, many._write_back)

    def test_expire(self):
        few, many = self.invite(self.make_customers(10)), self.invite(self.make_customers(100))
        self.assertSameQueryCount(few._expire, many._expire)
