"""Care policies, playbooks, next actions, referrals and the presets of a trade."""

from datetime import datetime, time, timedelta

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestCare(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        own = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.seller = new_test_user(cls.env, "care.seller", "sales_team.group_sale_salesman", **own)
        cls.manager = new_test_user(cls.env, "care.manager", "sales_team.group_sale_manager", **own)
        cls.plan = cls.env["mail.activity.plan"].create(
            {
                "name": "Chào khách mới",
                "res_model": "res.partner",
                "template_ids": [
                    (
                        0,
                        0,
                        {
                            "summary": "Gọi điện",
                            "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
                            "responsible_type": "on_demand",
                            "delay_count": 2,
                            "delay_unit": "days",
                            "delay_from": "after_plan_date",
                        },
                    ),
                ],
            }
        )
        cls.today = cls.company._lifecycle_today()

    def playbook(self, **vals):
        return self.env["crm.lifecycle.playbook"].create(
            {
                "name": "P",
                "company_id": self.company.id,
                "stage_id": self.stages["new"].id,
                "plan_id": self.plan.id,
                "mode": "start",
                **vals,
            }
        )

    def buy_and_look(self, partner, *days):
        self.buy(partner, *(self.today - timedelta(days=day) for day in days))
        self.forget_imports()
        partner.lifecycle_refresh()

    def forget_imports(self):
        """Have what was bought look like orders: an imported purchase starts nothing."""
        self.env.cr.execute("DELETE FROM crm_lifecycle_dirty WHERE cause = 'import'")

    def activities(self, partner):
        return self.env["mail.activity"].search([("res_model", "=", "res.partner"), ("res_id", "=", partner.id)])

    def run_playbooks(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_playbooks").method_direct_trigger()
        self.env.invalidate_all()

    # -- playbooks ---------------------------------------------------------------------------------------------------
    def test_a_playbook_starts_once_for_the_account_manager(self):
        self.Run._execute(self.company, self.today)
        partner = self.make_customers(1, user_id=self.seller.id)
        playbook = self.playbook()
        self.buy_and_look(partner, 1)
        self.run_playbooks()
        activity = self.activities(partner)
        self.assertEqual((activity.user_id, activity.summary), (self.seller, "Gọi điện"))
        self.assertEqual(activity.date_deadline, self.today + timedelta(days=2))
        self.assertEqual(playbook.run_ids.state, "started")
        self.run_playbooks()
        self.assertEqual(len(self.activities(partner)), 1)

    def test_what_was_before_starts_nothing(self):
        first, imported, before, mine = self.make_customers(4, user_id=self.seller.id)
        self.buy(first, self.today - timedelta(days=1))
        playbook = self.playbook()
        self.Run._execute(self.company, self.today)  # the first fill
        self.buy(imported, self.today - timedelta(days=1))
        self.env["crm.lifecycle.dirty"]._mark(imported, self.company, cause="import")
        imported.lifecycle_refresh()
        self.run_playbooks()
        self.assertFalse(playbook.run_ids)
        self.buy_and_look(before, 1)
        later = self.playbook(name="Later")
        self.buy_and_look(mine, 1)
        self.run_playbooks()
        self.assertEqual(later.run_ids.partner_id, mine)
        self.assertEqual(playbook.run_ids.partner_id, before | mine)

    def test_proposed_then_started_by_hand(self):
        self.Run._execute(self.company, self.today)
        partner = self.make_customers(1, user_id=self.seller.id)
        playbook = self.playbook(mode="propose")
        self.buy_and_look(partner, 1)
        self.run_playbooks()
        self.assertFalse(self.activities(partner))
        titles = [action.code for action in partner._next_actions()[partner.id]]
        self.assertIn("playbook", titles)
        reasons = [action.reason for action in partner._next_actions()[partner.id] if action.code == "playbook"]
        self.assertNotIn("0 days", reasons[0])
        partner._lifecycle_declare("ended", "Chuyển đi", on=self.today, trigger="user")
        self.env.invalidate_all()
        titles = [action.code for action in partner._next_actions()[partner.id]]
        self.assertNotIn("playbook", titles, "the welcome comes too late")
        playbook.run_ids.with_user(self.seller).action_start()
        self.assertEqual(self.activities(partner).user_id, self.seller)
        playbook.run_ids.with_user(self.seller).action_start()
        self.assertEqual(len(self.activities(partner)), 1)

    def test_only_the_class_meant_and_nobody_in_charge(self):
        self.Run._execute(self.company, self.today)
        gold = self.env["crm.value.class"].create({"name": "Vàng", "min_amount": 1000, "company_id": self.company.id})
        rich, poor = self.make_customers(2)
        playbook = self.playbook(value_class_ids=[(6, 0, gold.ids)])
        self.buy(rich, self.today, amount=5000)
        self.buy(poor, self.today)
        self.forget_imports()
        (rich | poor).lifecycle_refresh()
        self.run_playbooks()
        self.assertEqual(playbook.run_ids.partner_id, rich)
        self.assertEqual(playbook.run_ids.state, "proposed")
        self.assertIn("Nobody", playbook.run_ids.error)

    def test_runs_are_written_by_the_suite_only(self):
        playbook = self.playbook()
        with self.assertRaises(AccessError):
            self.env["crm.lifecycle.playbook.run"].with_user(self.manager).create(
                {
                    "playbook_id": playbook.id,
                    "company_id": self.company.id,
                    "partner_id": self.make_customers(1).id,
                    "plan_id": self.plan.id,
                }
            )
        playbook.with_user(self.manager).write({"after_transition": 0, "name": "Q"})
        self.assertEqual(playbook.name, "Q")
        self.assertEqual(playbook.after_transition, playbook._last_transition_sudo())

    # -- care --------------------------------------------------------------------------------------------------------
    def test_the_first_policy_that_fits_and_why(self):
        member, other = self.make_customers(2)
        self.buy(member, TODAY)
        self.buy(other, TODAY)
        self.run_all()
        segment = self.env["crm.segment"].create(
            {"name": "Khách quý", "company_id": self.company.id, "domain": f"[('id', '=', {member.id})]"}
        )
        segment._refresh(TODAY)
        contact = self.env["crm.contact.policy"].create(
            {"name": "Ít làm phiền", "company_id": self.company.id, "domain": "[('id', '=', 0)]"}
        )
        special, general = self.env["crm.care.policy"].create(
            [
                {
                    "name": "Đặc biệt",
                    "sequence": 1,
                    "segment_ids": [(6, 0, segment.ids)],
                    "greeting": "Kính thưa",
                    "contact_policy_id": contact.id,
                    "company_id": self.company.id,
                    "plan_id": self.plan.id,
                },
                {"name": "Chung", "sequence": 2, "company_id": self.company.id},
            ]
        )
        self.assertEqual(member.care_policy_id, special)
        self.assertEqual(member.care_policy_reason, "because in segment Khách quý")
        self.assertEqual(member.care_greeting, "Kính thưa")
        self.assertEqual(other.care_policy_id, general)
        self.assertEqual(other.care_policy_reason, "because it holds for everybody")
        found = self.env["crm.contact.policy"].sudo()._for_partners(member | other, self.company)
        self.assertEqual(found[member.id], contact)
        self.assertNotEqual(found[other.id], contact)
        self.assertEqual(self.env["crm.lifecycle.status"].search(special._customer_domain()).partner_id, member)
        self.assertEqual(special.customer_count, 1)
        shown = self.env["crm.lifecycle.status"].search_count(general.action_view_customers()["domain"])
        self.assertEqual(general.customer_count, shown, "the number on the button is that of the list behind it")
        rest = self.env["crm.lifecycle.status"].search(general._customer_domain()).partner_id
        self.assertNotIn(member, rest)
        self.assertIn(other, rest)
        self.assertIn("care_playbook", [action.code for action in member._next_actions()[member.id]])
        self.assertEqual(member.with_user(self.seller).care_policy_id, special)
        with self.assertRaises(AccessError):
            special.with_user(self.seller).write({"name": "X"})

    def test_care_asks_the_same_number_of_queries(self):
        few, many = self.make_customers(10), self.make_customers(100)
        self.env["crm.care.policy"].create({"name": "Chung", "company_id": self.company.id})
        self.assertSameQueryCount(lambda: few.mapped("care_policy_id"), lambda: many.mapped("care_policy_id"))

    # -- what to do --------------------------------------------------------------------------------------------------
    def test_next_actions(self):
        call, soon, quiet, moved, lead = partners = self.make_customers(5, user_id=self.seller.id)
        for partner in (soon, quiet, moved):
            self.buy(partner, self.today - timedelta(days=80 if partner == soon else 100))
        self.env["crm.lead"].create({"name": "Hỏi", "partner_id": lead.id, "company_id": self.company.id})
        self.Run._execute(self.company, self.today)
        self.env["crm.lull.cause"].create(
            {"partner_id": moved.id, "kind": "season", "until": self.today + timedelta(days=30)}
        )
        self.env["crm.interaction"].create(
            {
                "partner_id": call.id,
                "company_id": self.company.id,
                "direction": "out",
                "purpose": "sale",
                "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                "state": "planned",
                "subject": "Báo giá",
                "date": datetime.combine(self.today, time(3)),
            }
        )
        found = {key: [a.code for a in actions] for key, actions in partners._next_actions().items()}
        self.assertEqual(found[call.id], ["call_back"])
        self.assertEqual(found[soon.id], ["turning_quiet"])
        self.assertEqual(found[quiet.id], ["win_back"])
        self.assertEqual(found[moved.id], [], "a natural lull is left in peace until its end")
        self.assertEqual(found[lead.id], ["qualify"])
        self.assertTrue(quiet.next_actions[0]["reason"])

    def test_what_to_do_today(self):
        mine, theirs = self.make_customers(2)
        mine.user_id = self.seller
        for partner in mine | theirs:
            self.buy(partner, self.today - timedelta(days=100))
        self.Run._execute(self.company, self.today)
        model = self.env["crm.next.action"].with_user(self.seller)
        action = model.action_today()
        rows = model.search(action["domain"])
        self.assertEqual(rows.partner_id, mine)
        self.assertEqual(rows.code, "win_back")
        self.assertEqual(rows.action_do()["res_id"], mine.id)
        rows.action_snooze()
        put_off = self.env["crm.next.action.snooze"].with_user(self.seller).search([])
        self.assertEqual(put_off.title, "Win back", "in words, not by its code")
        model.action_today()
        self.assertFalse(model.search(action["domain"]))
        with self.assertRaises(AccessError):
            model.create({"title": "X"})
        self.env["crm.next.action"].with_user(self.manager).action_today()

    def test_next_actions_ask_the_same_number_of_queries(self):
        few, many = self.make_customers(10), self.make_customers(100)
        for partner in few | many:
            self.buy(partner, self.today - timedelta(days=100))
        self.Run._execute(self.company, self.today)
        self.assertSameQueryCount(lambda: few._next_actions(), lambda: many._next_actions())

    # -- referrals ---------------------------------------------------------------------------------------------------
    def test_credited_to_the_referrer(self):
        referrer, brought, second = self.make_customers(3)
        self.buy(referrer, TODAY, amount=10)
        self.buy(brought, TODAY, amount=500)
        self.buy(second, TODAY, amount=70)
        brought.referred_by_id = referrer
        second.referred_by_id = brought
        self.run_all()
        self.env.invalidate_all()
        self.assertEqual((referrer.referral_count, referrer.referral_amount), (1, 500))
        self.assertEqual(self.status(referrer).referral_amount, 500)
        chain = self.env["crm.referral"]._chain(referrer)
        self.assertEqual(chain.partner_id, brought | second)
        statuses = self.env["crm.lifecycle.status"]
        own = [("company_id", "=", self.company.id)]
        self.assertEqual(statuses.search([*own, ("referral_amount", ">=", 100)]).partner_id, referrer)
        self.assertEqual(statuses.search([*own, ("referral_count", "=", 0)]).partner_id, second)
        segment = self.env["crm.segment"].create(
            {
                "name": "Hay giới thiệu",
                "company_id": self.company.id,
                "metric_domain": "[('referral_amount', '>', 100)]",
            }
        )
        segment._refresh(TODAY)
        self.assertEqual(segment._partners(), referrer)
        self.assertEqual(self.env["res.partner"].search([("referred_by_id", "=", referrer.id)]), brought)
        with self.assertRaises(ValidationError):
            referrer.referred_by_id = second

    def test_a_class_for_who_brings_others(self):
        referrer, brought = self.make_customers(2)
        ambassador = self.env["crm.value.class"].create(
            {"name": "Đại sứ", "min_referred": 400, "company_id": self.company.id}
        )
        self.buy(referrer, TODAY - timedelta(days=9))
        self.run_all()
        self.env["crm.referral"].create({"partner_id": brought.id, "referrer_id": referrer.id, "kind": "family"})
        self.buy(brought, TODAY + timedelta(days=1), amount=500)
        self.Run._execute(self.company, TODAY + timedelta(days=1), full=False)
        self.assertEqual(self.status(referrer).value_class_id, ambassador)
        self.assertFalse(self.status(brought).value_class_id)

    def test_from_the_lead(self):
        referrer, customer = self.make_customers(2)
        lead = self.env["crm.lead"].create(
            {"name": "Giới thiệu", "referred_by_id": referrer.id, "company_id": self.company.id}
        )
        lead.partner_id = customer
        self.assertEqual(customer.referred_by_id, referrer)

    def test_merged_customers_keep_one_referrer(self):
        referrer, one, two = self.make_customers(3)
        one.referred_by_id = referrer
        two.referred_by_id = referrer
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((one | two).ids, one)
        self.env.invalidate_all()
        self.assertEqual(one.referred_by_id, referrer)
        self.assertEqual(self.env["crm.referral"].search_count([("referrer_id", "=", referrer.id)]), 1)

    # -- trades ------------------------------------------------------------------------------------------------------
    def trade(self, name, user=None):
        model = self.env["crm.trade.choose"].with_user(user or self.manager)
        return model.create({"trade": name, "company_id": self.company.id})

    def test_each_trade_sets_what_it_shows(self):
        self.env["crm.lifecycle.policy"].search([("company_id", "=", self.company.id)]).write(
            self.env["crm.lifecycle.policy"].default_get(
                ["gap_days", "ended_days", "established_orders", "established_days", "min_silence_days"]
            )
        )
        for name in ("shop", "bank", "clinic", "industrial"):
            with self.subTest(name):
                wizard = self.trade(name)
                self.assertTrue(wizard.line_ids)
                self.assertFalse(wizard.line_ids.filtered("is_theirs"), "nothing has been changed by people")
                wizard.action_apply()
                again = self.trade(name)
                self.assertFalse(again.line_ids.filtered(lambda line: line.what in ("policy", "segment", "profile")))
                segments = self.env["crm.segment"].search([("company_id", "=", self.company.id)])
                for segment in segments:
                    segment._refresh(self.today)
                    self.assertFalse(segment.error)
        self.assertEqual(self.company.lifecycle_trade, "industrial")
        best = self.env["crm.value.class"].search(
            [("code", "=", "trade_company_A"), ("company_id", "=", self.company.id)]
        )
        self.assertEqual((best.min_orders, best.max_complaints), (6, 0))

    def test_what_people_changed_stays_unless_ticked(self):
        self.policy.write({"gap_days": 77})
        wizard = self.trade("bank")
        line = wizard.line_ids.filtered(lambda line: line.code == "person.gap_days")
        self.assertTrue(line.is_theirs)
        self.assertFalse(line.apply)
        wizard.action_apply()
        self.assertEqual(self.policy.gap_days, 77)
        wizard = self.trade("bank")
        wizard.line_ids.filtered(lambda line: line.code == "person.gap_days").apply = True
        wizard.action_apply()
        self.assertEqual(self.policy.gap_days, 365)

    def test_a_bank_s_customers_never_end_by_time_alone(self):
        wizard = self.trade("bank")
        wizard.line_ids.apply = True
        wizard.action_apply()
        self.assertEqual(self.policies.mapped("ended_days"), [0, 0])
        self.assertIn("only when someone declares it", self.policy.in_words)

    def test_a_changed_preset_class_is_theirs(self):
        self.trade("shop").action_apply()
        best = self.env["crm.value.class"].search(
            [("code", "=", "trade_person_A"), ("company_id", "=", self.company.id)]
        )
        best.min_orders = 33
        wizard = self.trade("industrial")
        line = wizard.line_ids.filtered(lambda line: line.code == "trade_person_A")
        self.assertTrue(line.is_theirs)
        wizard.action_apply()
        self.assertEqual(best.min_orders, 33)

    def test_a_form_can_be_filled(self):
        form = Form(self.env["crm.trade.choose"].with_user(self.manager))
        form.trade = "clinic"
        self.assertTrue(len(form.line_ids))
        form.save().action_apply()
        with self.assertRaises(AccessError):
            self.trade("shop", self.seller)
