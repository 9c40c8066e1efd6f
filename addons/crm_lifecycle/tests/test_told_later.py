"""What is told later than it happened: one day counts, in every report, and the month that changed says so."""

from datetime import date, datetime, timedelta

from freezegun import freeze_time
from odoo.tests import tagged

from .common import LifecycleCase

MARCH, APRIL, NOON = date(2026, 3, 20), date(2026, 4, 2), datetime(2026, 4, 2, 5)


@tagged("post_install", "-at_install")
class TestToldLater(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner, cls.other = cls.make_customers(2)
        for partner in cls.partner | cls.other:
            cls.buy(partner, date(2025, 12, 1))
        cls.Run._execute(cls.company, date(2026, 1, 5))

    def lines(self, partner, **kwargs):
        return self.env["crm.lifecycle.transition"].search([("partner_id", "=", partner.id)], **kwargs)

    def tell(self, partner, on, moment=NOON):
        """Declare at a moment (naive UTC) that the customer ended on a day; return the line."""
        with freeze_time(moment):
            partner._lifecycle_declare("ended", "Chuyển nhà", on=on)
        line = self.lines(partner, order="id desc", limit=1)
        self.env.cr.execute("UPDATE crm_lifecycle_transition SET recorded_on = %s WHERE id = %s", [moment, line.id])
        line.invalidate_recordset(["recorded_on"])
        return line

    def late(self):
        domain = [("is_late", "=", True), ("company_id", "=", self.company.id)]
        return self.env["crm.lifecycle.transition"].search(domain, order="id")

    def flow(self, code):
        """Return what the report of April says of a stage: this month, last month, of these noticed later."""
        self.env.invalidate_all()
        names = ["this_month", "last_month", "noticed_later"]
        with freeze_time(NOON):
            rows = self.env["crm.lifecycle.flow"].search_read(
                [("company_id", "=", self.company.id), ("to_stage_id.code", "=", code)], names
            )
        return [tuple(row[name] for name in names) for row in rows]

    def test_a_closed_month_changes_and_says_so(self):
        one = self.tell(self.partner, date(2026, 2, 10))
        self.assertFalse(self.flow("ended"), "February is out of the report")
        two = self.tell(self.other, date(2026, 3, 10))
        self.assertEqual(self.flow("ended"), [(0, 1, 1)])
        self.assertEqual((one.effective_on, two.effective_on), (date(2026, 2, 10), date(2026, 3, 10)))
        self.assertEqual(self.late(), one | two)
        self.assertTrue(one.is_late and two.is_late)

    def test_a_month_is_that_of_the_company(self):
        one = self.tell(self.partner, MARCH, datetime(2026, 3, 31, 16, 59))  # still March in Ho Chi Minh City
        two = self.tell(self.other, MARCH, datetime(2026, 3, 31, 17, 1))  # April there, March in London
        self.assertEqual((one.is_late, two.is_late), (False, True))
        self.assertEqual(self.late(), two)
        self.assertEqual(self.flow("ended"), [(0, 2, 1)])

    def test_a_first_fill_is_not_late(self):
        self.assertFalse(self.lines(self.partner).filtered("is_late"))

    def test_no_line_lies_before_the_one_it_follows(self):
        """Quiet since 1 March by the rules; in April somebody tells that it was over in February."""
        self.Run._execute(self.company, date(2026, 3, 5))
        self.assertEqual(self.stage(self.partner), "quiet")
        self.tell(self.partner, date(2026, 2, 10))
        by_day, by_record = self.lines(self.partner), self.lines(self.partner, order="id desc")
        self.assertEqual(by_day, by_record, "timeline, flow and recording tell the same story")
        ended, quiet = by_day[:2]
        self.assertEqual((ended.from_stage_id, ended.effective_on), (quiet.to_stage_id, quiet.effective_on))
        self.assertEqual(ended._said_on(), date(2026, 2, 10))
        self.assertIn("02/10/2026", ended.with_context(lang="en_US").reason)
        self.assertEqual(self.status(self.partner).since, date(2026, 2, 10))

    def test_a_purchase_entered_late_does_not_go_before_the_silence(self):
        self.buy(self.partner, date(2025, 11, 1), date(2025, 10, 1))
        self.Run._execute(self.company, date(2026, 1, 6))
        self.assertEqual(self.stage(self.partner), "established")
        self.Run._execute(self.company, date(2026, 3, 5))
        self.assertEqual(self.stage(self.partner), "quiet")
        self.buy(self.partner, date(2026, 2, 20))  # of before the silence, known only now
        self.Run._execute(self.company, date(2026, 3, 6))
        back, quiet = self.lines(self.partner)[:2]
        self.assertEqual((back.from_stage_id.code, back.to_stage_id.code), ("quiet", "established"))
        self.assertEqual(back.effective_on, quiet.effective_on)

    def test_a_digest_counts_the_day_it_happened(self):
        self.tell(self.partner, MARCH)
        self.tell(self.other, APRIL)
        digest = self.env["digest.digest"].create({"name": "Vòng đời", "kpi_lifecycle_ended": True})
        counted = {}
        for start in (date(2026, 3, 1), date(2026, 4, 1)):
            context = {
                "start_datetime": datetime.combine(start, datetime.min.time()),
                "end_datetime": datetime.combine(start, datetime.min.time()) + timedelta(days=30),
            }
            digest.invalidate_recordset()
            counted[start.month] = digest.with_context(**context).with_company(self.company).kpi_lifecycle_ended_value
        self.assertEqual(counted, {3: 1, 4: 1})

    def test_as_of_and_a_rebuild_agree_with_the_day_that_was_told(self):
        self.tell(self.partner, date(2026, 2, 10))
        for day, stage in ((date(2026, 2, 9), "new"), (date(2026, 2, 10), "ended")):
            wizard = self.env["crm.lifecycle.as.of"].create({"as_of": day, "partner_ids": self.partner.ids})
            lines = self.env["crm.lifecycle.as.of.line"].search(wizard.action_show()["domain"])
            self.assertEqual(lines.stage_code, stage, day)
        rebuild = self.env["crm.lifecycle.rebuild"]._request_sudo(self.company)
        while rebuild.state != "done":
            rebuild._step()
        ended = self.lines(self.partner).filtered(lambda line: line.is_current and line.to_stage_id.code == "ended")
        self.assertEqual((ended.effective_on, ended.is_late), (date(2026, 2, 10), False))
