from datetime import datetime

from odoo.tests import tagged

from ..domain.holidays_vn import HUNG_KINGS, TET, public_holidays
from .common import ContactPolicyCase


@tagged("post_install", "-at_install")
class TestHolidays(ContactPolicyCase):
    def test_table(self):
        """Ten years of lunar dates; Tết falls between 21 January and 20 February."""
        self.assertEqual(set(TET), set(HUNG_KINGS))
        self.assertTrue(all((1, 21) <= day <= (2, 20) for day in TET.values()))
        self.assertEqual(TET[2030], (2, 2))
        self.assertEqual(len(public_holidays(2040)), 5)

    def test_load_is_idempotent(self):
        self.company.resource_calendar_id.tz = "Asia/Ho_Chi_Minh"
        first = self.company._load_vietnam_holidays_sudo([2026, 2027])
        self.assertEqual(first, 14)
        self.assertEqual(self.company._load_vietnam_holidays_sudo([2026, 2027, 2028]), 7)
        leave = self.env["resource.calendar.leaves"].search(
            [("calendar_id", "=", self.company.resource_calendar_id.id), ("name", "=", "Quốc khánh")], limit=1
        )
        self.assertEqual((leave.date_from, leave.date_to), (datetime(2026, 9, 1, 17), datetime(2026, 9, 2, 16, 59, 59)))

    def test_settings_button(self):
        settings = self.env["res.config.settings"].create({"company_id": self.company.id})
        self.assertEqual(settings.action_load_vietnam_holidays()["tag"], "display_notification")
        self.assertEqual(settings.contact_held_count, 0)
