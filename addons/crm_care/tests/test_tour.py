from odoo.tests import HttpCase, tagged

from .common import EVE, SUNDAY, CareCase


@tagged("post_install", "-at_install", "tour")
class TestTour(CareCase, HttpCase):
    def test_relative_s_birthday(self):
        """A colleague adds the birthday of a customer's child, sees the outlook, and the greeting goes."""
        self.colleague.action_id = False
        self.start_tour(
            "/odoo/action-crm_care.crm_occasion_action?view_type=list", "crm_care_relative", login="colleague"
        )
        occasion = self.env["crm.occasion"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (occasion.relative_name, occasion.relation, occasion.consent), ("Minh", "child", "representative")
        )
        self.assertEqual(occasion.user_id, self.colleague)
        occasion._set_next_date(EVE)
        self.run_at(SUNDAY)
        self.assertEqual(self.mails().mapped("subject"), ["Happy birthday to Minh!"])
