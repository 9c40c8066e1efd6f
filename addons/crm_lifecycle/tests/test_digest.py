"""The report by mail: how many customers moved."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestDigest(LifecycleCase):
    def digest(self, user=None):
        """Return the week up to TODAY as a user gets it."""
        digest = self.env["digest.digest"].create(
            {"name": "Tuần", "company_id": self.company.id, "user_ids": [(5, 0, 0)], "kpi_lifecycle_new": True}
        )
        end = datetime.combine(TODAY + timedelta(days=1), datetime.min.time())
        return digest.with_context(start_datetime=end - timedelta(days=7), end_datetime=end).with_user(
            user or self.env.user
        )

    def test_who_moved_in_the_period(self):
        regular, gone, fresh, other = self.make_customers(4)
        self.buy(regular, 200, 190, 180, 95)
        self.buy(gone, 400)
        self.run_all(TODAY - timedelta(days=30))
        self.buy(fresh, 2)
        mine = self.env.user.company_id
        elsewhere = self.env["res.company"].create({"name": "Chi nhánh khác"})
        self.buy(other, 3, company=elsewhere)
        self.Run._execute(elsewhere, TODAY - timedelta(days=30))
        self.Run._execute(elsewhere, TODAY)
        self.run_all()
        self.env["crm.lifecycle.transition"].flush_model()
        self.assertEqual(mine, self.company)
        digest = self.digest()
        figures = {code: digest[f"kpi_lifecycle_{code}_value"] for code in ("new", "established", "quiet", "ended")}
        expected = dict.fromkeys(figures, 0)
        moves = self.env["crm.lifecycle.transition"].search(
            [
                ("company_id", "=", self.company.id),
                ("effective_on", ">", TODAY - timedelta(days=7)),
            ]
        )
        for move in moves:
            expected[move.to_stage_id.code] += 1
        self.assertEqual(figures, expected)
        self.assertEqual((figures["new"], figures["quiet"]), (1, 1))

    def test_only_for_who_may_see_stages(self):
        clerk = new_test_user(
            self.env, "thu-kho", groups="base.group_user", company_id=self.company.id, company_ids=self.company.ids
        )
        with self.assertRaises(AccessError):
            _value = self.digest(clerk).kpi_lifecycle_new_value
        seller = new_test_user(
            self.env,
            "ban-hang",
            groups="sales_team.group_sale_salesman",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        digest = self.digest(seller)
        self.assertEqual(digest.kpi_lifecycle_new_value, 0)
        links = digest._compute_kpis_actions(self.company, seller)
        self.assertIn("crm_lifecycle_transition_action", links["kpi_lifecycle_quiet"])
        self.assertNotIn("kpi_lifecycle_quiet", digest._compute_kpis_actions(self.company, clerk))

    def test_shown_in_the_report_of_odoo(self):
        digest = self.env.ref("digest.digest_digest_default")
        digest.kpi_lifecycle_new = digest.kpi_lifecycle_quiet = False
        self.env["digest.digest"]._lifecycle_show()
        self.assertTrue(digest.kpi_lifecycle_new and digest.kpi_lifecycle_quiet)
        digest.unlink()
        self.env["digest.digest"]._lifecycle_show()  # nothing to show it in, and no error
