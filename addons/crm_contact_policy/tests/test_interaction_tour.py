from datetime import date, timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import TIME_ZONE


@tagged("post_install", "-at_install", "tour")
class TestInteractionTour(HttpCase):
    def test_log_a_visit_and_book_the_next(self):
        """A salesperson, from the call list: a visit written down, the next meeting in the calendar."""
        seller = new_test_user(
            self.env, "ban.hang", groups="crm_contact_policy.group_user", tz=TIME_ZONE, email="bh@example.com"
        )
        customer = self.env["res.partner"].create({"name": "Chị Hoa", "phone": "+84 90 1000000", "tz": TIME_ZONE})
        planned = self.env["crm.interaction"].with_user(seller).create(
            {
                "partner_id": customer.id,
                "state": "planned",
                "subject": "Hẹn ghé thăm",
                "date": fields.Datetime.now() - timedelta(hours=1),
            }
        )
        self.start_tour("/odoo/calls", "contact_policy_log_visit", login="ban.hang")
        self.assertEqual((planned.state, planned.channel_code), ("done", "visit"))
        self.assertEqual((planned.cared_about, planned.asked), ("Giá và bảo hành", "Có trả góp không"))
        event = self.env["calendar.event"].search([("partner_ids", "in", customer.ids)])
        self.assertEqual(event.name, "Ký hợp đồng")
        self.assertEqual(event.start.date(), date(2037, 12, 15))
        self.assertEqual(planned.next_ids.res_id, event.id)
