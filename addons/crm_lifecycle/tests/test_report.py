"""Reports: flow between stages, retention by first purchase, segments compared, the one page."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestReport(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.customers = cls.make_customers(4, ref="REPORT")
        cls.manager = new_test_user(cls.env, "report.manager", "sales_team.group_sale_manager",
                                    company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)])
        for customer in cls.customers:
            cls.buy(customer, cls.today - timedelta(days=95), amount=500.0)
        cls.buy(cls.customers[0], cls.today, amount=500.0)
        cls.Run._execute(cls.company, cls.today - timedelta(days=60))
        cls.Run._execute(cls.company, cls.today)

    def test_flow_counts_this_month_and_opens_who_moved(self):
        moved = self.env["crm.lifecycle.transition"].search(
            [("company_id", "=", self.company.id), ("to_stage_id.code", "=", "quiet")]
        )
        rows = self.env["crm.lifecycle.flow"].search(
            [("company_id", "=", self.company.id), ("to_stage_id.code", "=", "quiet")]
        )
        start = self.today.replace(day=1)
        this = moved.filtered(lambda line: line.effective_on >= start)
        last = moved.filtered(lambda line: start - relativedelta(months=1) <= line.effective_on < start)
        self.assertEqual(sum(rows.mapped("this_month")), len(this))
        self.assertEqual(sum(rows.mapped("last_month")), len(last))
        self.assertTrue(this or last)
        for row in rows.filtered("this_month"):
            found = self.env["crm.lifecycle.transition"].search(row.action_view_customers()["domain"])
            self.assertEqual(len(found), row.this_month)

    def test_retention(self):
        rows = self.env["crm.lifecycle.retention"].search([("company_id", "=", self.company.id)])
        first = (self.today - timedelta(days=95)).replace(day=1)
        after = (self.today.year - first.year) * 12 + self.today.month - first.month
        self.assertEqual(
            {(row.cohort, row.months_after): (row.size, row.buyers, row.share) for row in rows},
            {(first, 0): (4, 4, 1.0), (first, after): (4, 1, 0.25)},
        )

    def test_comparison(self):
        segment = self.env["crm.segment"].create(
            {"name": "S", "company_id": self.company.id, "domain": "[('ref', '=', 'REPORT')]"}
        )
        segment._refresh_sudo()
        self.env["crm.interaction"]._ledger_record(
            [{"partner_id": self.customers[0].id, "company_id": self.company.id, "channel": "phone",
              "purpose": "support", "date": "2026-05-01 03:00:00", "direction": "in", "is_complaint": True}]
        )
        comparison = self.env["crm.segment.comparison"]
        amount, complaints, count = comparison._read_group(
            [("segment_id", "=", segment.id)], [], ["amount_total:avg", "complaints:avg", "__count"]
        )[0]
        self.assertEqual((amount, complaints, count), (625.0, 0.25, 4))

    def test_one_page(self):
        summary = self.env["crm.lifecycle.summary"].with_user(self.manager).create({})
        rows = {row["stage"].code: row for row in summary._stages()}
        self.assertEqual((rows["quiet"]["count"], rows["new"]["count"]), (3, 1))
        self.assertEqual(summary._gone_quiet().partner_id, self.customers[1:])
        self.assertEqual(summary._revenue()["now"], 2500.0)
        html = self.env["ir.actions.report"].with_user(self.manager)._render_qweb_html(
            "crm_lifecycle.crm_lifecycle_summary_report", summary.ids
        )[0].decode()
        self.assertIn(self.customers[1].name, html)
        with self.allow_pdf_render():
            pdf, kind = self.env["ir.actions.report"].with_user(self.manager).with_context(
                force_report_rendering=True
            )._render_qweb_pdf("crm_lifecycle.crm_lifecycle_summary_report", summary.ids)
        self.assertEqual((kind, pdf[:4]), ("pdf", b"%PDF"))

    def test_province_in_every_report(self):
        province = self.env["res.country.state"].search([], limit=1)
        self.customers[0].state_id = province
        for model, path in (
            ("crm.lifecycle.status", "partner_id"), ("crm.lifecycle.transition", "partner_id"),
            ("crm.transaction", "commercial_partner_id"),
        ):
            groups = self.env[model]._read_group([(path, "=", self.customers[0].id)], ["state_id"], ["__count"])
            self.assertEqual([group[0] for group in groups], [province], model)
            self.assertTrue(self.env[model].fields_get(["state_id"])["state_id"]["groupable"])

    def test_rights(self):
        seller = new_test_user(self.env, "report.seller", "sales_team.group_sale_salesman",
                               company_id=self.company.id, company_ids=[(6, 0, self.company.ids)])
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.summary"].with_user(seller).action_open()
        other = self.env["res.company"].create({"name": "Khác"})
        stranger = new_test_user(self.env, "report.other", "sales_team.group_sale_manager", company_id=other.id,
                                 company_ids=[(6, 0, other.ids)])
        env = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        for model in ("crm.lifecycle.flow", "crm.lifecycle.retention", "crm.segment.comparison"):
            self.assertFalse(env[model].search([]))
