"""A database of the first version gets what later versions count on."""

import importlib.util
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .test_booking import StaffCase


@tagged("post_install", "-at_install")
class TestMigration(StaffCase):
    def migrate(self, script="19.0.1.1.0/post-history.py"):
        path = Path(__file__).parents[1] / "migrations" / script
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

    def test_rule_and_text_message(self):
        """What was shipped is brought up to date, in each language; what somebody changed stays."""
        self.env["res.lang"]._activate_lang("vi_VN")
        rule = self.env.ref("crm_service_plan.crm_service_visit_rule_health")
        template = self.env.ref("crm_service_plan.sms_template_visit_reminder")
        new = rule.domain_force
        own = "('partner_id', '=', user.partner_id.id if user.share else 0)"
        rule.domain_force = f"[(1, '=', 1)] if user.has_group('x') else ['|', ('is_sensitive', '=', False), {own}]"
        template.with_context(lang="en_US").body = "Your service is due."
        template.with_context(lang="vi_VN").body = "Xe đến hạn."
        for _twice in range(2):
            self.migrate("19.0.1.2.0/post-family.py")
        self.assertEqual(rule.domain_force, new)
        link = "{{ object._short_url() }}"
        bodies = [template.with_context(lang=code).body for code in ("en_US", "vi_VN")]
        self.assertEqual(bodies[0], f"Your service is due. See and confirm: {link}")
        self.assertEqual(bodies[1], f"Xe đến hạn. Xem và xác nhận: {link}")
        rule.domain_force = "[('is_sensitive', '=', False)]"
        template.with_context(lang="en_US").body = "{{ object.get_base_url() }}?access_token=1"
        self.migrate("19.0.1.2.0/post-family.py")
        self.assertEqual(rule.domain_force, "[('is_sensitive', '=', False)]")
        self.assertNotIn("short", template.with_context(lang="en_US").body)
