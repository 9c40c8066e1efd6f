from datetime import date

from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestChurnReport(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reasons = {r.code: r for r in cls.env["crm.churn.reason"].search([])}
        cls.rival = cls.env["crm.competitor"].create({"name": "Xe Tam Đảo"})
        cls.manager = new_test_user(
            cls.env,
            "churn_manager",
            groups="sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )

    def interviews(self, number, reason, believed=None, **values):
        return self.env["crm.churn.interview"].create(
            [
                {
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                    "ended_on": "2026-03-15",
                    "state": "done",
                    "primary_reason_id": self.reasons[reason].id,
                    "salesperson_reason_id": believed and self.reasons[believed].id,
                    "value_lost": 1000.0,
                    **values,
                }
                for partner in self.make_customers(number)
            ]
        )

    def report(self, lang="en_US", **values):
        env = self.env(user=self.manager, context={"allowed_company_ids": self.company.ids, "lang": lang})
        return env["crm.churn.report"].create({"date_from": date(2026, 1, 1), "date_to": date(2026, 12, 31), **values})

    def test_figures(self):
        self.interviews(6, "core_service_failure", "pricing", competitor_id=self.rival.id)
        self.interviews(2, "circumstances", "circumstances", value_lost=3000.0)
        self.interviews(1, "pricing", ended_on="2025-12-31")
        report = self.report()
        figures = report._get_figures()
        self.assertEqual((figures["ended"], figures["answered"], figures["lost"]), (8, 8, 12000.0))
        self.assertEqual((figures["controllable"], figures["controllable_value"]), (75, 50))
        self.assertEqual((figures["both"], figures["disagree"]), (8, 75))
        rows = {row["name"]: (row["count"], row["ours"], row["lost"]) for row in report._get_reasons()}
        self.assertEqual(rows[self.reasons["core_service_failure"].name], (6, 6, 6000.0))
        self.assertEqual(rows[self.reasons["circumstances"].name], (2, 0, 6000.0))
        (rival,) = report._get_competitors()
        self.assertEqual((rival["name"], rival["count"], rival["reason"]), ("Xe Tam Đảo", 6, "Core service failure"))
        (pair,) = report._get_disagreements()
        self.assertEqual(pair, ("Core service failure", "Pricing", 6, 6000.0))

    def test_shares_from_five_on(self):
        self.interviews(4, "pricing", "ethics")
        figures = self.report()._get_figures()
        self.assertIsNone(figures["controllable"])
        self.assertIsNone(figures["disagree"])

    def test_quotes_from_eight_on(self):
        self.interviews(7, "pricing", customer_note="Đắt <quá>")
        self.assertFalse(self.report()._get_quotes())
        self.interviews(1, "pricing", customer_note="Đắt <quá>")
        self.assertEqual(len(self.report()._get_quotes()), 6)
        body = str(self.report().body)
        self.assertIn("Đắt &lt;quá&gt;", body)

    def test_printed_in_both_languages(self):
        self.interviews(8, "pricing", "ethics", customer_note="Đắt quá", competitor_id=self.rival.id)
        for lang in ("en_US", "vi_VN"):
            report = self.report(lang)
            html, kind = self.env["ir.actions.report"].with_user(self.manager).with_context(
                lang=lang, allowed_company_ids=self.company.ids
            )._render_qweb_html("crm_survey.churn_report_document", report.ids)
            self.assertEqual(kind, "html")
            text = html.decode()
            self.assertIn(self.reasons["pricing"].with_context(lang=lang).name, text)
            self.assertIn("Xe Tam Đảo", text)
            self.assertNotIn(self.customer.name, text)

    def test_reason_of_equals_is_the_same_in_every_language(self):
        self.interviews(1, "pricing", competitor_id=self.rival.id, value_lost=100)
        self.interviews(1, "ethics", competitor_id=self.rival.id, value_lost=900)
        for lang in ("en_US", "vi_VN"):
            row = self.report(lang)._get_competitors()[0]
            self.assertEqual(row["reason"], self.reasons["ethics"].with_context(lang=lang).name)

    def test_named_by_its_days(self):
        report = self.report()
        self.assertIn(format_date(report.env, report.date_from), report.display_name)
        interview = self.interviews(1, "pricing")
        self.assertIn(format_date(interview.env, interview.ended_on), interview.display_name)

    def test_to_the_interviews(self):
        mine = self.interviews(2, "pricing")
        self.interviews(1, "pricing", ended_on="2025-12-31")
        action = self.report().action_interviews()
        self.assertEqual(self.env["crm.churn.interview"].search(action["domain"]), mine.sorted("id", reverse=True))

    def test_queries_do_not_grow(self):
        counts = []
        for _round in range(3):
            self.interviews(20, "pricing", "ethics", competitor_id=self.rival.id)
            report = self.report()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(report.body)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2], "the first round fills caches")
