"""Reports: flow between stages, retention by first purchase, segments compared, the one page."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LifecycleCase

PROVINCE = ("state_id", "province_id")
OF_STAGES = {"crm.lifecycle.flow", "crm.lifecycle.retention"}  # their rows are customers counted


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
        for row in rows:
            found = self.env["crm.lifecycle.transition"].search(row.action_view_customers()["domain"])
            self.assertEqual(len(found), row.this_month or row.last_month)

    def test_flow_opens_last_month_where_nobody_moved_yet(self):
        customer = self.make_customers(1)
        yesterday = self.today.replace(day=1) - timedelta(days=1)
        customer._lifecycle_declare("ended", "Chuyển nhà", on=yesterday)
        row = self.env["crm.lifecycle.flow"].search(
            [("company_id", "=", self.company.id), ("from_stage_id.code", "=", "suspect"), ("this_month", "=", 0)]
        ).filtered(lambda move: move.to_stage_id.code == "ended")
        action = row.action_view_customers()
        self.assertEqual(self.env["crm.lifecycle.transition"].search(action["domain"]).partner_id, customer)
        self.assertIn(f"{yesterday.year}", action["name"])

    def test_retention(self):
        rows = self.env["crm.lifecycle.retention"].search([("company_id", "=", self.company.id)])
        first = (self.today - timedelta(days=95)).replace(day=1)
        after = (self.today.year - first.year) * 12 + self.today.month - first.month
        self.assertEqual(
            {(row.cohort, row.months_after): (row.size, row.buyers, row.share) for row in rows},
            {
                (first, month): {0: (4, 4, 1.0), after: (4, 1, 0.25)}.get(month, (4, 0, 0.0))
                for month in range(after + 1)
            },
        )

    def test_retention_counted_at_night_is_the_same(self):
        report, cells = self.env["crm.lifecycle.retention"], self.env["crm.lifecycle.retention.cell"]
        names = ["user_id", "customer_kind", "cohort", "months_after", "size", "buyers", "share", "counted_on"]
        self.customers[0].user_id = self.manager

        def read():
            self.env.invalidate_all()
            return report.search_read([("company_id", "=", self.company.id)], names, order="id")

        live = read()
        cells._count(self.company, 3)
        self.assertEqual(len(cells.search([("company_id", "=", self.company.id)])), len(live))
        self.buy(self.customers[1], self.today)
        self.assertEqual(read(), live, "as of last night")
        cells._count(self.company, 3)
        self.assertNotEqual(read(), live)
        cells._count(self.company, 4)  # few enough to count when somebody looks
        self.assertFalse(cells.search([("company_id", "=", self.company.id)]))
        self.assertNotEqual(read(), live)

    def test_retention_of_provinces_adds_up(self):
        """Shares weigh every new customer alike, however the reader groups; a province without buyers counts."""
        provinces = self.env["res.country.state"].search([], limit=2)
        self.customers[:3].state_id = provinces[0]
        self.customers[3].state_id = provinces[1]
        report = self.env["crm.lifecycle.retention"]
        last = max(report.search([("company_id", "=", self.company.id)]).mapped("months_after"))
        domain = [("company_id", "=", self.company.id), ("months_after", "=", last)]
        aggregates = ["size:max", "buyers:sum", "share:avg"]
        self.assertEqual(
            report._read_group(domain, ["state_id"], aggregates, order="state_id"),
            [(provinces[0], 3, 1, 1 / 3), (provinces[1], 1, 0, 0.0)],
        )
        self.assertEqual(report._read_group(domain, [], aggregates), [(4, 1, 0.25)])
        self.assertEqual(report.search([*domain, ("state_id", "=", provinces[1].id)]).size, 1)

    def test_flow_by_province(self):
        """A move stands once, and once for each province where one asks for them; a click opens those of the row."""
        provinces = self.env["res.country.state"].search([], limit=2)
        self.customers[:2].state_id = provinces[0]
        self.customers[2].state_id = provinces[1]
        self.customers._lifecycle_declare("ended", "Đã bán xe", on=self.today)
        flow, domain = self.env["crm.lifecycle.flow"], [
            ("company_id", "=", self.company.id), ("to_stage_id.code", "=", "ended")
        ]
        whole = flow.search(domain)
        self.assertEqual((sum(whole.mapped("this_month")), whole.mapped("is_by_province")), (4, [False] * len(whole)))
        self.assertEqual(flow._read_group(domain, [], ["this_month:sum"]), [(4,)])
        groups = dict(flow._read_group(domain, ["state_id"], ["this_month:sum"]))
        self.assertEqual(groups, {provinces[0]: 2, provinces[1]: 1, provinces.browse(): 1})
        sets = flow.formatted_read_grouping_sets(domain, [[], ["state_id"]], ["this_month:sum"])
        self.assertEqual([sum(row["this_month:sum"] for row in rows) for rows in sets], [4, 4])
        for province, number in groups.items():
            rows = flow.search([*domain, ("state_id", "=", province.id)])
            moved = self.env["crm.lifecycle.transition"]
            for row in rows:
                moved |= moved.search(row.action_view_customers()["domain"])
            self.assertEqual((len(moved), moved.partner_id.state_id), (number, province))

    def test_the_day_is_the_company_s(self):
        """The last evening of the month in London is the first day of the next one in Ho Chi Minh City."""
        self.env.user.tz = "Europe/London"
        partner = self.make_customers(1)
        with freeze_time("2026-06-30 20:00:00"):
            self.assertEqual(self.company._lifecycle_today().isoformat(), "2026-07-01")
            partner._lifecycle_declare("prospect", "Gặp ở hội chợ")
            self.env.invalidate_all()
            row = self.env["crm.lifecycle.flow"].search(
                [("company_id", "=", self.company.id), ("to_stage_id.code", "=", "prospect")]
            )
            self.assertEqual((row.this_month, row.last_month), (1, 0))
            moved = self.env["crm.lifecycle.transition"].search(row.action_view_customers()["domain"])
            self.assertEqual(moved.partner_id, partner)

    def test_comparison(self):
        segment = self.env["crm.segment"].create(
            {"name": "S", "company_id": self.company.id, "domain": "[('ref', '=', 'REPORT')]"}
        )
        segment._refresh_sudo()
        said = {"company_id": self.company.id, "channel": "phone", "purpose": "support", "is_complaint": True,
                "date": "2026-05-01 03:00:00"}
        heard, planned = self.env["crm.interaction"]._ledger_record(
            [{**said, "partner_id": self.customers[0].id, "direction": "in"},
             {**said, "partner_id": self.customers[1].id, "direction": "out", "state": "planned"}]
        )
        self.assertEqual((heard.is_complaint, planned.is_complaint, planned.state), (True, True, "planned"))
        comparison = self.env["crm.segment.comparison"]
        amount, complaints, count = comparison._read_group(
            [("segment_id", "=", segment.id)], [], ["amount_total:avg", "complaints:avg", "__count"]
        )[0]
        self.assertEqual((amount, complaints, count), (625.0, 0.25, 4), "a planned call is no complaint yet")

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
        """Every report of ours about customers can be searched and grouped by province, on the screen, too."""
        province = self.env["res.country.state"].search([], limit=1)
        self.customers[0].state_id = province
        for model, path in (
            ("crm.lifecycle.status", "partner_id"), ("crm.lifecycle.transition", "partner_id"),
            ("crm.transaction", "commercial_partner_id"),
        ):
            groups = self.env[model]._read_group([(path, "=", self.customers[0].id)], ["state_id"], ["__count"])
            self.assertEqual([group[0] for group in groups], [province], model)
        reports = self._reports_of_customers()
        self.assertGreaterEqual(
            set(reports),
            {"crm.lifecycle.status", "crm.lifecycle.transition", "crm.lifecycle.flow", "crm.lifecycle.retention",
             "crm.segment.comparison", "crm.transaction", "crm.holding"},
        )
        for model in reports:
            with self.subTest(model):
                name = next((name for name in PROVINCE if name in self.env[model]._fields), None)
                self.assertTrue(name, "no province")
                self.assertTrue(self.env[model].fields_get([name])[name]["groupable"])
                self.assertEqual(self.env[model].fields_get([name])[name]["string"], "Province")
                self.env[model]._read_group([(name, "=", province.id)], [name], ["__count"])
                arch = self.env[model].get_view(view_type="search")["arch"]
                self.assertIn(f'name="{name}"', arch)
                self.assertIn(f"'group_by': '{name}'", arch)

    def _reports_of_customers(self):
        """Our models that are a query over customers, and the two tables of the engine people read like reports."""
        ours = {
            model: self.env[model] for model in self.env
            if self.env[model]._original_module.startswith("crm_")
        }
        found = [
            name for name, model in ours.items()
            if not model._auto and not model._abstract and not model._transient
            and (name in OF_STAGES or any(
                field.type == "many2one" and field.comodel_name == "res.partner" for field in model._fields.values()))
        ]
        return ["crm.lifecycle.status", "crm.lifecycle.transition", *found]

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
