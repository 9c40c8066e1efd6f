"""Stages set by hand, by people, surveys and contracts; the history nobody alters."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestManual(LifecycleCase):
    def setUp(self):
        super().setUp()
        self.today = self.company._lifecycle_today()
        self.partner = self.make_customers(1)
        self.buy(self.partner, self.today - timedelta(days=5))
        self.Run._execute(self.company, self.today)

    def test_declare_and_expire(self):
        until = self.today + timedelta(days=10)
        self.partner._lifecycle_declare("quiet", "Đi nước ngoài", until=until)
        status = self.status(self.partner)
        self.assertEqual((status.stage_code, status.engine_stage_id.code), ("quiet", "new"))
        self.assertEqual(status.next_change_on, until + timedelta(days=1))
        self.assertIn("Đi nước ngoài", status.reason)
        self.Run._execute(self.company, until)
        self.assertEqual(self.stage(self.partner), "quiet")
        self.Run._execute(self.company, until + timedelta(days=1), full=False)
        self.assertEqual(self.stage(self.partner), "new")
        self.assertFalse(self.status(self.partner).is_manual)

    def test_a_purchase_brings_back_who_was_declared_ended(self):
        self.partner._lifecycle_declare("ended", "Bán xe", trigger="survey")
        history = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)], order="id")
        last = history[-1]
        self.assertEqual((last.trigger, last.to_stage_id.code), ("survey", "ended"))
        self.buy(self.partner, self.today + timedelta(days=3))
        self.Run._execute(self.company, self.today + timedelta(days=3))
        self.assertEqual(self.stage(self.partner), "new")
        self.assertEqual(self.transitions(self.partner)[-1], ("ended", "new"))

    def test_established_by_hand_stays_after_a_purchase(self):
        self.partner._lifecycle_declare("established", "Khách quen của chủ")
        self.buy(self.partner, self.today + timedelta(days=3))
        self.Run._execute(self.company, self.today + timedelta(days=3))
        self.assertEqual(self.stage(self.partner), "established")

    def test_a_suspect_gets_a_row_by_hand(self):
        stranger = self.make_customers(1)
        stranger._lifecycle_declare("prospect", "Gặp ở hội chợ")
        self.assertEqual(self.stage(stranger), "prospect")
        self.Run._execute(self.company, self.today)
        self.assertEqual(self.stage(stranger), "prospect")
        stranger.action_lifecycle_release()
        self.assertEqual(self.stage(stranger), "suspect")

    def test_dialog(self):
        action = self.partner.action_lifecycle_set_stage()
        wizard = Form(self.env["crm.lifecycle.stage.set"].with_context(**action["context"]))
        wizard.stage_id = self.stages["ended"]
        wizard.reason = "Đóng cửa hàng"
        wizard.until = self.today - timedelta(days=1)
        with self.assertRaises(ValidationError):
            wizard.save()
        wizard.until = self.today + timedelta(days=30)
        wizard.save().action_apply()
        self.assertEqual(self.stage(self.partner), "ended")

    def test_salesperson_may_declare_portal_may_not(self):
        seller = new_test_user(self.env, "seller.manual", "sales_team.group_sale_salesman,base.group_partner_manager")
        seller.company_ids |= self.company
        seller.company_id = self.company
        self.partner.with_user(seller)._lifecycle_declare("quiet", "Không nghe máy")
        self.assertEqual(self.stage(self.partner), "quiet")
        self.assertIn(seller.name, self.status(self.partner).reason)
        portal = new_test_user(self.env, "portal.manual", "base.group_portal")
        with self.assertRaises(AccessError):
            self.partner.with_user(portal)._lifecycle_declare("ended", "x")

    def test_history_is_append_only_for_everyone(self):
        transition = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)])
        for records in (transition, transition.sudo()):
            with self.assertRaises(UserError):
                records.write({"trigger": "user"})
            with self.assertRaises(UserError):
                records.unlink()

    def test_stages_are_never_deleted(self):
        with self.assertRaises(UserError):
            self.stages["ended"].unlink()
        with self.assertRaises(UserError):
            self.stages["ended"].code = "new"
        self.stages["ended"].name = "Đã chia tay"
        self.assertEqual(self.stages["ended"].name, "Đã chia tay")

    def test_policy_version_and_preview(self):
        version = self.policy.version
        self.policy.note = "Không phải luật"
        self.assertEqual(self.policy.version, version)
        form = Form(self.policy)
        self.assertFalse(form.preview)
        form.established_orders = 1
        form.established_days = 0
        self.assertIn("1 of 1", form.preview["headline"])
        self.assertEqual(self.policy.version, version)
        form.save()
        self.assertEqual(self.policy.version, version + 1)
        self.assertTrue(self.company.lifecycle_full_requested)

    def test_merge_keeps_history_figures_and_the_stage_set_by_hand(self):
        double = self.make_customers(1)
        self.buy(double, self.today - timedelta(days=40))
        self.Run._execute(self.company, self.today)
        double._lifecycle_declare("established", "Khách quen", until=self.today + timedelta(days=90))
        lines = len(self.transitions(self.partner)) + len(self.transitions(double))
        self.env["base.partner.merge.automatic.wizard"]._merge((self.partner | double).ids, self.partner)
        self.assertFalse(double.exists())
        self.assertEqual(len(self.transitions(self.partner)), lines)
        self.partner.lifecycle_refresh()
        status = self.status(self.partner)
        self.assertEqual((status.order_count, status.stage_code, status.is_manual), (2, "established", True))
        self.assertEqual(status.manual_until, self.today + timedelta(days=90))

    def test_merge_of_a_contact_takes_its_purchases_from_the_former_customer(self):
        firm, other = self.make_customers(2, is_company=True)
        contact = self.env["res.partner"].create({"name": "Chị Sáu", "parent_id": firm.id})
        self.buy(contact, self.today - timedelta(days=5))
        self.Run._execute(self.company, self.today)
        self.assertEqual((self.stage(firm), self.stage(other)), ("new", "suspect"))
        self.env["base.partner.merge.automatic.wizard"]._merge((contact | other).ids, other)
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual((self.stage(firm), self.stage(other)), ("suspect", "new"))

    def test_a_stage_declared_for_an_earlier_day_ends_the_timeline(self):
        """Quiet since last week by the rules, then told to have ended a month ago."""
        partner = self.make_customers(1)
        self.buy(partner, self.today - timedelta(days=100))
        self.Run._execute(self.company, self.today - timedelta(days=60))
        self.Run._execute(self.company, self.today)
        partner._lifecycle_declare("ended", "Đã bán xe", on=self.today - timedelta(days=40))
        action = partner.action_lifecycle_history()
        lines = self.env["crm.lifecycle.transition"].search(action["domain"])
        self.assertEqual(lines, lines.sorted("id", reverse=True))
        self.assertEqual(lines.to_stage_id.mapped("code"), ["ended", "quiet", "new"])
        self.assertEqual([line.lasted.endswith("so far") for line in lines], [True, False, False])
        self.assertNotIn("-", lines[1].lasted)

    def test_a_deleted_customer_takes_stage_and_history_along(self):
        gone = self.make_customers(1)
        gone._lifecycle_declare("ended", "Đã chuyển đi")
        self.assertTrue(self.status(gone) and self.transitions(gone))
        ids = gone.ids
        gone.unlink()
        for model in ("crm.lifecycle.status", "crm.lifecycle.transition"):
            self.assertFalse(self.env[model].search([("partner_id", "in", ids)]))

    def test_change_of_parent_moves_the_purchases(self):
        firm = self.env["res.partner"].create({"name": "Công ty Nam Á", "is_company": True})
        self.partner.parent_id = firm
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual(self.stage(firm), "new")
        self.assertFalse(self.status(self.partner))

    def test_a_return_is_seen_on_status_and_history(self):
        """Declared ended early: the silence was short, and still the next purchase is a return."""
        self.partner._lifecycle_declare("ended", "Bán cửa hàng", on=self.today - timedelta(days=1))
        self.assertEqual(self.stage(self.partner), "ended")
        self.buy(self.partner, self.today)
        for _twice in range(2):
            self.Run._execute(self.company, self.today)
            status = self.status(self.partner)
            self.assertEqual((status.stage_code, status.reason_code), ("new", "returned"))
        last = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)], limit=1)
        self.assertIn("after 5 days", last.reason)
        self.assertEqual((status.returned_on, status.away_days), (self.today, 5))
        self.buy(self.partner, self.today + timedelta(days=2))
        self.Run._execute(self.company, self.today + timedelta(days=2))
        status = self.status(self.partner)
        self.assertEqual((status.reason_code, status.returned_on), ("few", self.today))
        self.assertIn("after 5 days", status.return_note)

    def test_a_return_before_the_first_look_stays_in_sight(self):
        customer = self.make_customers(1)
        self.buy(customer, self.today - timedelta(days=400), self.today - timedelta(days=2))
        self.Run._execute(self.company, self.today)
        self.assertEqual(self.status(customer).reason_code, "returned")
        self.buy(customer, self.today)
        self.Run._execute(self.company, self.today)
        status = self.status(customer)
        self.assertNotEqual(status.reason_code, "returned")
        self.assertEqual(status.returned_on, self.today - timedelta(days=2))
        self.assertIn("after 13 months", status.return_note)

    def test_the_rules_decide_from_the_day_after_the_last_one(self):
        until = self.today + timedelta(days=10)
        self.partner._lifecycle_declare("ended", "Đi nước ngoài", until=until)
        self.Run._execute(self.company, until + timedelta(days=5), full=False)
        self.assertEqual(self.status(self.partner).since, until + timedelta(days=1))

    def test_declared_for_a_day_to_come(self):
        """A contract's end is known beforehand; the daily run finds the day."""
        day = self.today + timedelta(days=10)
        self.partner._lifecycle_declare("ended", "Hết hợp đồng", on=day, trigger="contract")
        self.assertEqual(self.stage(self.partner), "new")
        self.Run._execute(self.company, day - timedelta(days=1), full=False)
        self.assertEqual(self.stage(self.partner), "new")
        self.Run._execute(self.company, day, full=False)
        self.assertEqual((self.stage(self.partner), self.status(self.partner).since), ("ended", day))
        line = self.env["crm.lifecycle.transition"].search([("partner_id", "=", self.partner.id)], limit=1)
        self.assertEqual((line.trigger, line.to_stage_id.code), ("contract", "ended"))

    def test_every_path_obeys_a_stage_set_by_hand(self):
        """Import, merge, archive, company switch, form, list edit and RPC leave a locked stage as it is."""
        seller = new_test_user(self.env, "seller.path", "sales_team.group_sale_salesman,base.group_partner_manager")
        seller.company_ids |= self.company
        seller.company_id = self.company
        other = self.env["res.company"].create({"name": "Công ty khác"})
        self.env.user.company_ids |= other
        double = self.make_customers(1)

        def merge():
            self.env["base.partner.merge.automatic.wizard"]._merge((self.partner | double).ids, self.partner)

        def rpc(values):
            with self.assertRaises(AccessError):
                self.status(self.partner).with_user(seller).write(values)
            with self.assertRaises(AccessError):
                self.env["crm.lifecycle.declaration"].with_user(seller).search([], limit=1).write({"reason": "x"})

        def form():
            with Form(self.partner.with_user(seller)) as partner:
                partner.city = "Huế"

        self.partner._lifecycle_declare("quiet", "Đang sửa nhà", until=self.today + timedelta(days=60))
        paths = {
            "form": form,
            "list edit": lambda: self.partner.with_user(seller).write({"phone": "0905123456"}),
            "rpc": lambda: rpc({"stage_id": self.stages["established"].id}),
            "import of an older purchase": lambda: self.buy(self.partner, self.today - timedelta(days=300)),
            "merge": merge,
            "archive": lambda: self.partner.action_archive(),
            "unarchive": lambda: self.partner.action_unarchive(),
            "given to another company": lambda: self.partner.write({"company_id": other.id}),
            "company switch": lambda: self.partner.with_company(other).lifecycle_refresh(),
            "given back": lambda: self.partner.write({"company_id": self.company.id}),
            "shared by all": lambda: self.partner.write({"company_id": False}),
            "full run": lambda: self.Run._execute(self.company, self.today),
            "daily run": lambda: self.Run._execute(self.company, self.today, full=False),
        }
        for name, path in paths.items():
            with self.subTest(name):
                path()
                self.partner.lifecycle_refresh()
                status = self.status(self.partner)
                self.assertEqual((status.stage_code, status.engine_stage_id.code), ("quiet", "new"))
        self.assertEqual(self.partner.with_company(other).lifecycle_stage_code, "suspect")

    def test_a_customer_given_to_another_company(self):
        """Whose contact it is decides nothing: each company keeps the stage its own purchases give."""
        other = self.env["res.company"].create({"name": "Công ty khác"})
        self.env.user.company_ids |= other
        before = self.transitions(self.partner)

        def both():
            (self.partner.with_company(self.company)).lifecycle_refresh()
            (self.partner.with_company(other)).lifecycle_refresh()
            self.env.invalidate_all()
            return [self.partner.with_company(company).lifecycle_stage_code for company in (self.company, other)]

        self.partner.company_id = other
        self.assertEqual(both(), ["new", "suspect"])
        self.buy(self.partner, self.today - timedelta(days=100), amount=250.0, company=other)
        for owner in (other, self.company, self.env["res.company"]):
            self.partner.company_id = owner
            self.assertEqual(both(), ["new", "new"])
            amounts = [self.partner.with_company(company).lifecycle_amount_total for company in (self.company, other)]
            self.assertEqual(amounts, [100.0, 250.0], "each its own purchases")
        own = self.env["crm.lifecycle.transition"].search(
            [("partner_id", "=", self.partner.id), ("company_id", "=", self.company.id)], order="id"
        )
        self.assertEqual([(line.from_stage_id.code, line.to_stage_id.code) for line in own], before)

    def test_every_path_obeys_the_rules(self):
        """Purchases deleted, moved to another contact or given a parent: the stage follows, the history grows."""
        purchase = self.env["crm.external.transaction"].search([("partner_id", "=", self.partner.id)])
        heir = self.make_customers(1)
        purchase.partner_id = heir
        (self.partner | heir).lifecycle_refresh()
        self.assertEqual([self.stage(self.partner), self.stage(heir)], ["suspect", "new"])
        heir.action_archive()
        heir.lifecycle_refresh()
        self.assertEqual(self.stage(heir), "new")
        firm = self.env["res.partner"].create({"name": "Công ty Nam Á", "is_company": True})
        heir.write({"active": True, "parent_id": firm.id})
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_refresh").method_direct_trigger()
        self.assertEqual(self.stage(firm), "new")
        purchase.unlink()
        firm.lifecycle_refresh()
        self.assertEqual(self.stage(firm), "suspect")
        self.assertEqual(self.transitions(firm), [("suspect", "new"), ("new", "suspect")])
