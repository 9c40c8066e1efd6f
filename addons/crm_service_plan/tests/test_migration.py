"""A database of the first version gets what later versions count on."""

import importlib.util
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .test_booking import StaffCase


@tagged("post_install", "-at_install")
class TestMigration(StaffCase):
    def migrate(self):
        path = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0" / "post-history.py"
        spec = importlib.util.spec_from_file_location("post_history", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_services_owners_bookings(self):
        subscription = self.subscribe(self.asset)
        self.run_planner(date(2026, 4, 6))
        done = subscription.occurrence_ids.sorted("seq")[0]
        done.visit_id.line_ids.is_done = True
        done.visit_id._finish(date(2026, 4, 6))
        before = (done.compliance, done.done_by_id, done.series_id.last_done, done.series_id.last_seq)
        self.assertTrue(all(before))
        booked = self.make_visit(8)
        booked._move({"state": "scheduled"})
        clash = self.make_visit(13)
        clash._move({"state": "scheduled"})
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("UPDATE crm_service_occurrence SET compliance = NULL, done_by_id = NULL")
        cr.execute("UPDATE crm_service_series SET last_done = NULL, last_seq = 0")
        cr.execute("DELETE FROM crm_service_asset_owner")
        cr.execute("DELETE FROM crm_service_booking")
        cr.execute(
            """UPDATE crm_service_visit c SET planned_start = b.planned_start, planned_stop = b.planned_stop
                 FROM crm_service_visit b WHERE b.id = %s AND c.id = %s""",
            (booked.id, clash.id),
        )
        self.env.invalidate_all()
        for _twice in range(2):
            self.migrate()
        self.assertEqual((done.compliance, done.done_by_id, done.series_id.last_done, done.series_id.last_seq), before)
        self.assertEqual(self.asset.owner_ids.partner_id, self.asset.partner_id)
        self.assertEqual(len(self.asset.owner_ids), 1)
        self.assertEqual(booked.booking_ids.user_id, booked.user_id)
        self.assertFalse(clash.booking_ids, "the second of two at one time holds none")
        self.assertEqual(clash.state, "scheduled")
