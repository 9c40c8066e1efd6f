"""Was it right? The report on the flags of past months."""

from datetime import date, timedelta

import numpy as np
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, new_test_user, tagged

from ..domain import season
from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestBacktest(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._lifecycle_today()
        cls.policies.write({"horizon_weeks": 13, "probability_cut": 0.3})
        random = np.random.default_rng(11)
        cls.partners = cls.make_customers(600)
        vals = []
        for partner in cls.partners:
            day = cls.today - timedelta(days=int(random.integers(300, 1300)))
            gap, leave = random.gamma(2.0, 20.0), random.beta(0.8, 5.0)
            while day <= cls.today and random.random() > leave:
                if not any(0 <= day.toordinal() - tet < season.LULL for tet in season.TET) or random.random() < 0.3:
                    vals.append((partner.id, day))
                day += timedelta(days=max(1, int(random.exponential(gap))))
        cls.env["crm.external.transaction"].create(
            [
                {
                    "external_ref": f"B{number}",
                    "partner_id": partner_id,
                    "company_id": cls.company.id,
                    "date": day,
                    "amount": 10,
                }
                for number, (partner_id, day) in enumerate(vals)
            ]
        )
        cls.Run._execute(cls.company, cls.today)
        cls.env["crm.lifecycle.backtest"].action_run_now()
        cls.report = cls.env["crm.lifecycle.backtest"].search(
            [("policy_id", "=", cls.policy.id), ("state", "=", "done")]
        )

    def test_report(self):
        report = self.report
        self.assertTrue(report.month_ids)
        self.assertLessEqual(max(report.month_ids.mapped("day")) + timedelta(weeks=13), self.today)
        self.assertEqual(report.flags, sum(report.month_ids.mapped("flags")))
        self.assertEqual(report.flags, report.gone + report.back)
        self.assertTrue(report.flags)
        self.assertIn(str(report.flags), report.verdict)
        self.assertTrue(0.5 < report.auc <= 1 and 0 < report.brier < 0.5)

    def test_a_flag_checked_by_hand(self):
        """The sums of one month, counted from the as-of list and the purchases."""
        for method in ("gap", "mbg"):
            month = self.report.month_ids.filtered(lambda line, way=method: line.method == way and line.flags)[:1]
            wizard = self.env["crm.lifecycle.as.of"].create({"as_of": month.day})
            lines = self.env["crm.lifecycle.as.of.line"].search(wizard.action_show()["domain"])
            start = month.day.replace(day=1)
            quiet = lines.filtered(lambda line, day=start: line.stage_code == "quiet" and line.since >= day)
            after = self.env["crm.transaction"].search(
                [("partner_id", "in", quiet.partner_id.ids), ("date", ">", month.day),
                 ("date", "<=", month.day + timedelta(weeks=13))]
            )
            self.assertEqual((len(quiet), len(quiet.partner_id - after.partner_id)), (month.flags, month.gone))

    def test_move_the_cut(self):
        cuts = self.report.cut_ids
        self.assertEqual(cuts.filtered("is_current").mapped("cut"), [0.3])
        self.assertEqual(cuts.mapped("flags"), sorted(cuts.mapped("flags")))
        self.assertEqual(cuts.mapped("recall"), sorted(cuts.mapped("recall")))

    def test_take_a_cut_into_the_rules(self):
        """The dialog has the cut filled in and shows who would move; only its button changes the rules."""
        line = self.report.cut_ids.sorted("cut")[-1]
        policy, version = line.backtest_id.policy_id, line.backtest_id.policy_id.version
        action = line.action_use()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        self.assertEqual((form.policy_id, form.cut), (policy, line.cut))
        told = form.preview
        direct = Form(policy)
        direct.probability_cut = line.cut
        self.assertEqual(told, direct.preview)
        self.assertTrue(told["rows"])
        wizard = form.save()
        self.assertEqual((policy.version, policy.probability_cut), (version, 0.3))
        wizard.action_use()
        self.assertEqual((policy.version, policy.probability_cut), (version + 1, line.cut))
        self.assertTrue(policy.company_id.lifecycle_full_requested)
        seller = new_test_user(self.env, "cut.seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            wizard.with_user(seller).action_use()

    def test_the_lull_after_tet_is_told(self):
        tet = self.report.season_ids.filtered(lambda line: line.sequence == 13)
        self.assertTrue(tet.is_low, tet.factor)
        self.assertIn("Tết", self.report.season_note)
        status = self.env["crm.lifecycle.status"].search([("company_id", "=", self.company.id)], limit=1)
        status.sudo().write({"reason_code": "silent", "since": date(2026, 2, 20), "customer_kind": "person"})
        self.assertIn("Tết", status.reason)
        status.sudo().write({"since": date(2025, 9, 20)})
        self.assertNotIn("Tết", status.reason)

    def test_too_little_history_is_said(self):
        other = self.env["res.company"].create({"name": "Mới mở"})
        self.env.user.company_ids |= other
        self.env["crm.lifecycle.backtest"].with_company(other)._run_now_sudo(other)
        found = self.env["crm.lifecycle.backtest"].search([("company_id", "=", other.id)])
        self.assertEqual(len(found), 2)
        self.assertIn("too little history", found[0].verdict)

    def test_job_once_a_month(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_backtest").method_direct_trigger()
            number = self.env["crm.lifecycle.backtest"].search_count([])
            self.env.ref("crm_lifecycle.ir_cron_backtest").method_direct_trigger()
        self.assertEqual(self.env["crm.lifecycle.backtest"].search_count([]), number)
        self.assertFalse(self.env["crm.lifecycle.backtest"].search([("state", "!=", "done")]))

    def test_the_plain_gap_alone_is_said_to_have_decided(self):
        values = {"company_id": self.company.id, "policy_id": self.policy.id, "as_of": self.today}
        month = {"day": self.today, "customers": 600, "flags": 9, "gone": 6, "back": 3, "gap_flags": 9, "gap_gone": 6}
        reports = self.env["crm.lifecycle.backtest"]
        for method, says in (("gap", True), ("mbg", False)):
            months = [Command.create({**month, "method": method})]
            report = reports.create({**values, "state": "done", "flags": 9, "month_ids": months})
            self.assertEqual("500 customers" in report.verdict, says, report.verdict)

    def test_buttons_above_a_list_hand_over_the_ids_that_are_ticked(self):
        """The web client calls a button with a list of ids, be it empty; a method of the model itself takes none."""
        for model in ("crm.lifecycle.backtest", "crm.lifecycle.run"):
            with self.subTest(model=model):
                self.assertTrue(call_kw(self.env[model], "action_run_now", [[]], {})["res_model"])

    def test_managers_only(self):
        seller = new_test_user(self.env, "backtest.seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.backtest"].with_user(seller).action_run_now()
        with self.assertRaises(AccessError):
            self.report.with_user(seller).read(["flags"])
