"""Ways by which somebody who sees his own customers only might learn of a colleague's, and how each ends."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .test_own_customers import FIGURES, OwnCustomersCase


@tagged("post_install", "-at_install")
class TestSightAttacks(OwnCustomersCase):
    def as_lan(self, model):
        return self.env[model].with_user(self.lan)

    def test_imported_purchases(self):
        """They have no salesperson of their own: they follow the customer's."""
        foreign = self.env["crm.external.transaction"].search([("partner_id", "=", self.others.id)])
        with self.assertRaises(AccessError):
            foreign.with_user(self.lan).read(["amount"])
        for model, customer in (
            ("crm.external.transaction", "partner_id"), ("crm.transaction", "commercial_partner_id")
        ):
            rows = self.as_lan(model).search([("company_id", "=", self.company.id)])
            self.assertEqual(rows[customer].sorted("id").ids, (self.mine | self.nobodys).ids, model)
            self.assertEqual(rows._read_group([(customer, "=", self.others.id)], [], ["amount:sum"]), [(0.0,)])
            for name, user in self.everyone.items():
                seen = self.env[model].with_user(user).search([("company_id", "=", self.company.id)])
                self.assertEqual(seen[customer].sorted("id").ids, self.bought.ids, (model, name))
        card = self.as_lan("crm.lifecycle.first.purchase").create({"partner_id": self.others.id})
        self.assertFalse(card.date or card.amount or card.transaction_id)

    def test_cause_of_a_lull(self):
        """It holds the stage of the day it was told: whoever could write one would read the stage."""
        cause = self.env["crm.lull.cause"].create({"partner_id": self.others.id, "kind": "competitor"})
        self.assertEqual(cause.stage_id.code, "ended")
        self.assertFalse(self.as_lan("crm.lull.cause").search([("partner_id", "=", self.others.id)]))
        with self.assertRaises(AccessError):
            cause.with_user(self.lan).read(["kind", "stage_id"])
        with self.assertRaises(AccessError):
            self.as_lan("crm.lull.cause").create({"partner_id": self.others.id, "kind": "moved"})
        own = self.as_lan("crm.lull.cause").create({"partner_id": self.mine.id, "kind": "moved"})
        self.assertEqual(own.stage_id.code, "ended")

    def test_what_to_do_next(self):
        """A playbook tells the stage, the care of a customer the class."""
        step = {
            "summary": "Gọi", "responsible_type": "on_demand",
            "activity_type_id": self.env.ref("mail.mail_activity_data_call").id,
        }
        plan = self.env["mail.activity.plan"].create(
            {"name": "Níu chân", "res_model": "res.partner", "template_ids": [Command.create(step)]}
        )
        self.env["crm.care.policy"].search([("company_id", "=", self.company.id)]).plan_id = plan
        self.assertIn("care_playbook", self.codes(self.mine))
        self.assertFalse(self.codes(self.others))
        playbook = self.env["crm.lifecycle.playbook"].create(
            {"name": "Mới", "company_id": self.company.id, "plan_id": plan.id, "stage_id": self.stages["quiet"].id}
        )
        (self.mine | self.others)._lifecycle_declare("quiet", "Lâu không mua")
        playbook._step(fields.Datetime.now())
        self.assertIn("playbook", self.codes(self.mine))
        self.assertFalse(self.codes(self.others))
        runs = playbook.run_ids
        self.assertEqual(len(runs), 2)
        foreign = runs.filtered(lambda run: run.partner_id == self.others)
        self.assertEqual(self.as_lan("crm.lifecycle.playbook.run").search([]).partner_id.ids, self.mine.ids)
        with self.assertRaises(AccessError):
            foreign.with_user(self.lan).action_start()

    def codes(self, partner):
        self.env.invalidate_all()
        return {action["code"] for action in partner.with_user(self.lan).next_actions or []}

    def test_subtraction_of_segment_sums(self):
        """Whoever adds one customer by hand would read from the sums what that one has bought."""
        segment = self.env["crm.segment"].create({"name": "S", "company_id": self.company.id, "domain": "[(0,'=',1)]"})
        decide = {"segment_id": segment.id, "partner_ids": self.others.ids, "reason": "Quen"}
        self.as_lan("crm.segment.decide").create(decide).action_apply()
        self.assertEqual((segment.member_count, segment.amount_total), (1, 200.0))
        mine = segment.with_user(self.lan)
        with self.assertRaises(AccessError):
            mine.read(["amount_total"])
        for look in (
            lambda: mine._read_group([], [], ["margin_total:sum"]),
            lambda: mine.search([("amount_total", ">", 100)]),
            lambda: mine.search([], order="amount_total"),
        ):
            with self.assertRaises(AccessError):
                look()
        self.assertTrue(mine.search([]), "the default order needs no hidden figure")
        for view in ("form", "list", "kanban"):
            self.assertNotIn("amount_total", mine.get_view(view_type=view)["arch"])
        with self.assertRaises(AccessError):
            self.env["crm.segment.snapshot"].browse(mine.action_snapshot()["res_id"]).with_user(self.lan).read(
                ["margin_total"]
            )
        self.assertEqual(segment.with_user(self.everyone["all customers"]).amount_total, 200.0)

    def test_nothing_comes_from_the_cache(self):
        """What the system has read for itself in the same request is not handed to the user."""
        partner = self.others
        for reader in (partner.sudo(), partner.with_user(self.everyone["lifecycle manager"])):
            self.env.invalidate_all()
            self.assertTrue(all(reader[name] for name in FIGURES if not name.startswith("referral")))
            self.assertFalse([name for name in FIGURES if partner.with_user(self.lan)[name]])
        lead = self.env["crm.lead"].create({"name": "Mua", "partner_id": partner.id, "user_id": self.lan.id})
        member = self.segment.member_ids.filtered(lambda one: one.partner_id == partner)
        for record, name in ((lead, "lifecycle_stage_id"), (member, "amount_total"), (member, "stage_id")):
            self.assertTrue(record.sudo()[name])
            self.assertFalse(record.with_user(self.lan)[name], name)

    def test_every_figure_is_kept_by_reader(self):
        """A figure computed from rows that a rule hides is remembered for each reader apart."""
        shared = []
        for name in ("res.partner", "crm.lead", "crm.segment.member", "crm.segment.campaign.line", "crm.referral"):
            model = self.env[name]
            for field in model._fields.values():
                ours = any(module.startswith("crm_lifecycle") for module in field._modules or ())
                looks = field.comodel_name and field.comodel_name.startswith("crm.") or field.type == "monetary"
                if ours and looks and field.compute and not field.store and not field.related:
                    if "uid" not in self.env.registry.field_depends_context[field]:
                        shared.append(f"{name}.{field.name}")
        self.assertFalse(shared)

    def test_taking_over(self):
        """Sight follows the salesperson: nobody makes himself the one."""
        self.lan.group_ids |= self.env.ref("base.group_partner_manager")
        company = self.env["res.partner"].create({"name": "Cửa hàng", "is_company": True, "user_id": self.lan.id})
        for vals in (
            {"user_id": self.lan.id}, {"user_id": False}, {"parent_id": company.id}, {"is_company": True}
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                self.others.with_user(self.lan).write(vals)
        self.others.with_user(self.lan).write({"phone": "0901 234 567"})
        self.stranger.with_user(self.lan).write({"user_id": self.lan.id})
        self.nobodys.with_user(self.lan).write({"user_id": self.lan.id})
        self.mine.with_user(self.lan).write({"user_id": self.colleague.id})
        self.others.with_user(self.everyone["all customers"]).sudo().write({"user_id": self.lan.id})

    def test_taking_over_from_another_company(self):
        """Nor by choosing a company that does not know the customer."""
        other = self.env["res.company"].create({"name": "Chi nhánh"})
        self.lan.company_ids |= other
        self.lan.group_ids |= self.env.ref("base.group_partner_manager")
        elsewhere = self.others.with_user(self.lan).with_context(allowed_company_ids=other.ids)
        with self.assertRaises(AccessError):
            elsewhere.write({"user_id": self.lan.id})

    def test_merging(self):
        self.lan.group_ids |= self.env.ref("base.group_partner_manager")
        wizard = self.as_lan("base.partner.merge.automatic.wizard").with_context(
            active_model="res.partner", active_ids=(self.mine | self.others).ids
        ).create({"dst_partner_id": self.mine.id})
        with self.assertRaises(AccessError):
            wizard.action_merge()
        self.assertTrue(self.others.exists())

    def test_fit_of_a_lead(self):
        """It is stored and shown on the lead: of a colleague's customer it does not tell the stage."""
        self.bought._lifecycle_release_sudo()
        profile = self.profile(self.company)
        mine, others = self.env["crm.lead"].create(
            [{"name": "Mua", "partner_id": partner.id, "user_id": self.lan.id, "company_id": self.company.id}
             for partner in (self.mine, self.others)]
        )
        self.assertEqual(mine.fit_profile_id, profile)
        self.assertEqual((mine.fit_score, others.fit_score), (100, 0))
        self.assertFalse(others.with_user(self.lan).fit_reason)
        with self.assertRaises(AccessError):
            others.with_user(self.lan).read(["fit_detail"])
        others.user_id = self.colleague
        self.assertEqual(others.fit_score, 100)
        others.user_id = False  # now everyone sees it: the words keep the stage back
        self.assertFalse(others.with_user(self.lan).fit_reason)
        self.assertTrue(others.with_user(self.everyone["all documents"]).fit_reason)

    def profile(self, company):
        """Put a profile to use that asks for new customers."""
        profile = self.env["crm.target.profile"].create(
            {"name": "P", "company_id": company.id, "customer_kind": "person"}
        )
        self.env["crm.target.criterion"].create(
            {"profile_id": profile.id, "about": "behaviour", "stage_ids": [Command.set(self.stages["new"].ids)]}
        )
        profile.action_run()
        return profile

    def test_fit_is_judged_in_the_company_of_the_profile(self):
        """Whichever company the job, or the writer, has chosen."""
        other = self.env["res.company"].create({"name": "Chi nhánh"})
        self.env.user.company_ids |= other
        self.bought._lifecycle_release_sudo()
        self.profile(other)
        lead = self.env["crm.lead"].create({"name": "Mua", "partner_id": self.mine.id, "company_id": other.id})
        self.assertFalse(lead.fit_score, "new in one company, and unknown in this one")
        own = self.profile(self.company)
        shared = self.env["crm.lead"].create(
            {"name": "Mua", "partner_id": self.nobodys.id, "company_id": self.company.id}
        )
        self.assertEqual(shared.with_company(other).fit_profile_id, own)
        stranger = new_test_user(
            self.env, "own.far", "sales_team.group_sale_manager", company_id=other.id, company_ids=other.ids
        )
        shared.sudo().write({"company_id": False, "user_id": self.everyone["all documents"].id})
        self.assertEqual(shared.fit_profile_id, own)
        seen = shared.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.fit_reason or seen.fit_proposal)

    def test_the_list_of_today_forgets_who_has_gone(self):
        self.env["crm.next.action"].with_user(self.lan).action_today()
        row = self.env["crm.next.action"].sudo().create(
            {"user_id": self.lan.id, "company_id": self.company.id, "partner_id": self.mine.id, "amount_total": 200.0}
        )
        self.assertEqual(row.with_user(self.lan).stage_code, "ended")
        self.mine.user_id = self.colleague
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            row.with_user(self.lan).read(["amount_total", "stage_code"])
        self.env["crm.next.action"].with_user(self.lan).action_today()
        self.assertFalse(row.exists())

    def test_dialogs_made_for_a_colleagues_customer(self):
        wizard = self.as_lan("crm.lifecycle.as.of").create(
            {"as_of": self.today - timedelta(days=1), "partner_ids": [Command.set(self.others.ids)]}
        )
        self.assertFalse(self.as_lan("crm.lifecycle.as.of.line").search(wizard.action_show()["domain"]))
        with self.assertRaises(AccessError):
            self.as_lan("crm.portfolio").onchange(
                {"user_id": self.colleague.id, "customer_kind": "person"}, [], {"amount_total": {}}
            )

    def test_setting_what_one_does_not_see(self):
        dialog = self.as_lan("crm.lifecycle.stage.set").create(
            {"partner_ids": [Command.set((self.mine | self.others).ids)], "stage_id": self.stages["quiet"].id,
             "reason": "Thử"}
        )
        with self.assertRaises(AccessError):
            dialog.action_apply()
        with self.assertRaises(AccessError):
            self.others.with_user(self.lan).action_lifecycle_release()
        self.assertEqual(self.stage(self.others), "ended")
        dialog.partner_ids = self.mine
        dialog.action_apply()
        self.assertEqual(self.stage(self.mine), "quiet")

    def test_the_printed_page(self):
        """By the address of the report, with the number of somebody's page."""
        page = self.env["crm.lifecycle.summary"].with_user(self.everyone["lifecycle manager"]).create({})
        far = new_test_user(
            self.env, "own.far", "sales_team.group_sale_manager", company_id=self.env.ref("base.main_company").id
        )
        name = "crm_lifecycle.crm_lifecycle_summary_report"
        mine = self.env["ir.actions.report"].with_user(self.everyone["lifecycle manager"])
        self.assertTrue(mine._render_qweb_html(name, page.ids))
        for user in (self.lan, far):
            reports = self.env["ir.actions.report"].with_user(user).with_context(
                allowed_company_ids=user.company_ids.ids
            )
            with self.assertRaises(Exception) as refused:
                reports._render_qweb_html(name, page.ids)
            self.assertIn("AccessError", repr(refused.exception) + repr(refused.exception.__cause__))

    def test_the_report_by_mail(self):
        """A digest may be of another company: its figures are those that the reader may see."""
        other = self.env["res.company"].create({"name": "Chi nhánh"})
        self.buy(self.mine, self.today, company=other)
        self.Run._execute(other, self.today)
        days = {f"{name}_datetime": fields.Datetime.now() + timedelta(days=ahead)
                for name, ahead in (("start", -5), ("end", 3))}
        digest = self.env["digest.digest"].create({"name": "D", "company_id": other.id, "kpi_lifecycle_new": True})
        self.env.user.company_ids |= other
        both = (self.company | other).ids
        told = digest.with_context(**days, allowed_company_ids=both)
        self.assertEqual(told.with_user(self.env.user).kpi_lifecycle_new_value, 1)
        self.env.invalidate_all()
        own = digest.with_user(self.lan).with_context(**days, allowed_company_ids=self.company.ids)
        self.assertEqual(own.kpi_lifecycle_new_value, 0)

    def test_the_history_is_never_changed(self):
        """Not by an import either, nor by the system."""
        line = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.mine.id)], limit=1)
        boss = line.with_user(self.everyone["lifecycle manager"])
        self.env["ir.model.data"].create(
            {"module": "attack", "name": "line", "model": line._name, "res_id": line.id}
        )
        loaded = boss.load(["id", "order_count"], [["attack.line", "99"]])
        self.assertFalse(loaded["ids"])
        for reader in (boss, line.sudo(), line.with_user(1)):
            with self.assertRaises(UserError):
                reader.write({"order_count": 99})
            with self.assertRaises(UserError):
                reader.unlink()
        with self.assertRaises(AccessError):
            boss.copy()
        self.assertNotEqual(line.order_count, 99)
