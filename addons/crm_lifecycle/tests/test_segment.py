"""Segments: criteria, the best of them, decisions by hand, history, snapshots, rights."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import TODAY, LifecycleCase


@tagged("post_install", "-at_install")
class TestSegment(LifecycleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.make_customers(10, ref="SEG")
        for index, customer in enumerate(cls.customers):
            cls.buy(customer, 5, 40 + index, amount=100.0 * (index + 1))
        cls.Run._execute(cls.company, TODAY)
        cls.seller = new_test_user(cls.env, "seg.seller", "sales_team.group_sale_salesman", company_id=cls.company.id,
                                   company_ids=[(6, 0, cls.company.ids)])
        cls.manager = new_test_user(cls.env, "seg.manager", "sales_team.group_sale_manager",
                                    company_id=cls.company.id, company_ids=[(6, 0, cls.company.ids)])

    def make(self, **vals):
        segment = self.env["crm.segment"].create(
            {"name": "S", "company_id": self.company.id, "domain": "[('ref', '=', 'SEG')]", **vals}
        )
        segment._refresh(TODAY)
        return segment

    def decide(self, segment, partners, decision, user=None, **vals):
        wizard = self.env["crm.segment.decide"].with_user(user or self.env.user).create(
            {"segment_id": segment.id, "partner_ids": [(6, 0, partners.ids)], "decision": decision, **vals}
        )
        return wizard.action_apply()

    def test_who_and_how(self):
        self.assertEqual(self.make()._partners(), self.customers)
        rich = self.make(metric_domain="[('amount_total', '>', 1000)]")
        self.assertEqual(rich._partners(), self.customers[5:])
        self.assertEqual(rich.member_count, 5)
        self.assertEqual(rich.amount_total, sum(200.0 * (index + 1) for index in range(5, 10)))
        self.assertFalse(self.make(customer_kind="company")._partners())

    def test_a_condition_on_a_contact_takes_the_customer(self):
        company = self.env["res.partner"].create({"name": "Xưởng", "is_company": True})
        contact = self.env["res.partner"].create({"name": "Ba", "parent_id": company.id, "function": "CEO"})
        self.buy(contact, 3)
        self.run_all()
        self.assertEqual(self.make(domain="[('function', '=', 'CEO')]")._partners(), company)

    def test_suspects_only_where_asked_for(self):
        stranger = self.env["res.partner"].create({"name": "Lạ", "ref": "SEG"})
        self.assertNotIn(stranger, self.make()._partners())
        self.assertIn(stranger, self.make(include_suspects=True)._partners())
        everyone = self.make(domain="[]", include_suspects=True)._partners()
        self.assertNotIn(self.env.user.partner_id, everyone)
        self.assertNotIn(self.company.partner_id, everyone)

    def test_a_rank_by_forecast_without_one_says_why_nobody_is_in_it(self):
        segment = self.make(rank_by="p_buy", rank_limit=10)
        self.assertFalse(segment._partners())
        self.assertIn(self.company.name, segment.rank_note)
        segment.rank_by = "amount_total"
        self.assertFalse(segment.rank_note)
        self.env["crm.lifecycle.fit"].search([("company_id", "=", self.company.id)]).method = "mbg"
        segment.rank_by = "p_buy"
        self.assertFalse(segment.rank_note)

    def test_the_best_ties_together(self):
        best = self.make(rank_by="amount_total", rank_limit=20)
        self.assertEqual(best._partners(), self.customers[8:])
        self.buy(self.customers[7], 5, amount=200.0)  # now as much as the ninth
        self.run_all()
        best._refresh(TODAY)
        self.assertEqual(best._partners(), self.customers[7:])
        self.assertEqual(
            self.make(rank_by="amount_total", rank_unit="number", rank_limit=1)._partners(), self.customers[9]
        )
        oldest = self.make(rank_by="first_date", rank_unit="number", rank_limit=1)
        self.assertEqual(oldest._partners(), self.customers[9])

    def test_products(self):
        category = self.env["product.category"].create({"name": "Dầu nhớt"})
        oil = self.env["product.product"].create({"name": "Dầu 10W40", "categ_id": category.id})
        line = self.buy(self.customers[0], 30)
        line.product_id = oil
        bought = self.make(product_mode="bought", product_categ_ids=[(6, 0, category.ids)])
        self.assertEqual(bought._partners(), self.customers[0])
        self.assertEqual(
            self.make(product_mode="not_bought", product_ids=[(6, 0, oil.ids)])._partners(), self.customers[1:]
        )
        self.assertFalse(
            self.make(product_mode="bought", product_ids=[(6, 0, oil.ids)], product_days=20)._partners()
        )

    def test_history_of_membership(self):
        segment = self.make(metric_domain="[('amount_total', '>', 1000)]")
        members = self.env["crm.segment.member"].search([("segment_id", "=", segment.id)])
        self.assertEqual((set(members.mapped("is_first")), set(members.mapped("entered_on"))), ({True}, {TODAY}))
        segment.metric_domain = "[('amount_total', '>', 1400)]"
        segment._refresh(TODAY + timedelta(days=1))
        segment.metric_domain = "[('amount_total', '>', 1000)]"
        segment._refresh(TODAY + timedelta(days=2))
        stays = self.env["crm.segment.member"].search(
            [("segment_id", "=", segment.id), ("partner_id", "=", self.customers[5].id)], order="id"
        )
        self.assertEqual(
            [(stay.entered_on, stay.left_on, stay.is_first) for stay in stays],
            [(TODAY, TODAY + timedelta(days=1), True), (TODAY + timedelta(days=2), False, False)],
        )
        self.assertEqual((segment.joined_count, segment.left_count), (2, 0))
        before = self.env["crm.segment.member"].search_count([])
        segment._refresh(TODAY + timedelta(days=3))
        self.assertEqual(self.env["crm.segment.member"].search_count([]), before)

    def test_by_hand_is_remembered_until_it_expires(self):
        segment = self.make(metric_domain="[('amount_total', '>', 1000)]")
        self.decide(segment, self.customers[0], "add", reason="anh vợ chủ tiệm")
        today = self.company._lifecycle_today()
        self.decide(segment, self.customers[9], "remove", reason="đối thủ", until=today + timedelta(days=10))
        self.assertEqual(segment._partners(), self.customers[0] | self.customers[5:9])
        segment._refresh(today + timedelta(days=10))
        self.assertEqual(segment._partners(), self.customers[0] | self.customers[5:9])
        segment._refresh(today + timedelta(days=11))
        self.assertEqual(segment._partners(), self.customers[0] | self.customers[5:])
        self.decide(segment, self.customers[0], "rule")
        self.assertNotIn(self.customers[0], segment._partners())
        with self.assertRaisesRegex(UserError, "reason"):
            self.decide(segment, self.customers[1], "add")
        with self.assertRaisesRegex(UserError, "customers"):
            self.decide(segment, self.customers.browse(), "add", reason="bạn cũ")

    def test_who_is_archived_leaves_and_comes_back(self):
        """Also who was added by hand: nobody is to be called who is no contact any more; the decision is kept."""
        stranger = self.make_customers(1)
        segment = self.make()
        self.decide(segment, stranger, "add", reason="bạn cũ")
        self.assertIn(stranger, segment._partners())
        stranger.action_archive()
        segment._refresh_sudo()
        self.assertNotIn(stranger, segment._partners())
        stranger.action_unarchive()
        segment._refresh_sudo()
        self.assertIn(stranger, segment._partners())

    def test_refreshed_by_somebody_else_at_this_moment(self):
        segment = self.make()
        with patch.object(type(segment), "lock_for_update", side_effect=LockError("Cannot grab a lock on records")):
            with self.assertRaisesRegex(LockError, f"{segment.name}.*minute"):
                segment.action_refresh()

    def test_seller_decides_but_changes_no_criteria(self):
        segment = self.make()
        self.decide(segment, self.customers[1], "remove", user=self.seller, reason="chuyển nhà")
        decision = segment.decision_ids
        self.assertEqual(decision.user_id, self.seller)
        with self.assertRaises(AccessError):
            segment.with_user(self.seller).write({"domain": "[]"})
        with self.assertRaises(AccessError):
            segment.with_user(self.seller).action_refresh()
        with self.assertRaises(AccessError):
            segment.member_ids.with_user(self.seller).write({"left_on": TODAY})
        decision.sudo().user_id = self.manager
        with self.assertRaises(AccessError):
            decision.with_user(self.seller).unlink()

    def test_bad_criteria_are_refused(self):
        for vals in (
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "__import__('os').system('x')"},
            {"metric_domain": "[('partner_id', 'nope', 1)]"},
            {"domain": "5"},
            {"rank_by": "p_buy", "rank_limit": 101},
            {"product_mode": "bought"},
        ):
            with self.subTest(vals=vals), self.assertRaises(ValidationError):
                self.make(**vals)

    def test_what_only_the_database_refuses_is_refused_when_it_is_written(self):
        for bad in ({"domain": "[('id', '=', 'x')]"}, {"metric_domain": "[('order_count', '>', 'many')]"}):
            with self.assertRaisesRegex(ValidationError, "cannot be used"):
                self.make(**bad)

    def test_criteria_in_words(self):
        """A salesperson reads what the criteria say, not how they are written."""
        self.assertEqual(self.make(domain="[]").criteria_words, "All customers")
        category = self.env["product.category"].create({"name": "Nhớt"})
        segment = self.make(
            customer_kind="person",
            domain="['|', ('name', 'ilike', 'Anh'), '&', ('user_id', '=', False), ('is_company', '=', True)]",
            metric_domain="[('stage_id.code', 'in', ['quiet']), ('order_count', '>=', 3)]",
            fact_domain="[('attribute_id.code', '=', 'likes'), ('value_text', 'ilike', 'đúng hẹn')]",
            product_mode="not_bought",
            product_categ_ids=[(6, 0, category.ids)],
            product_days=120,
            rank_by="margin_total",
            rank_limit=5,
        )
        likes = self.env.ref("crm_profile.attribute_likes").display_name
        for text in (
            "Persons",
            "Who they are: Name contains “Anh” or (Salesperson is empty and Is a Company: yes)",
            f"How they buy: Stage: {self.stages['quiet'].name} and Purchases ≥ 3",
            f"Attribute: {likes} and",
            "Bought none of them: Nhớt (in the last 120 days)",
            "The first 5 % by: Margin",
        ):
            self.assertIn(text, segment.criteria_words)
        self.assertEqual(segment._snapshot_sudo().criteria, segment.criteria_words, "all of them are kept")
        self.assertIn("Họ là ai: ", segment.with_context(lang="vi_VN").criteria_words)

    def test_criteria_are_read_with_their_authors_rights(self):
        self.env["crm.profile.attribute"].create(
            {"code": "seg_secret", "name": "Secret", "kind": "financial", "value_type": "text",
             "sensitivity": "restricted"}
        )
        self.customers[0]._profile_record({"seg_secret": "nợ xấu"}, "employee")
        vals = {"name": "T", "domain": "[]", "fact_domain": "[('attribute_id.code', '=', 'seg_secret')]"}
        blind = self.env["crm.segment"].with_user(self.manager).create(vals)
        blind._refresh_sudo()
        self.assertFalse(blind.sudo()._partners())
        self.manager.group_ids |= self.env.ref("crm_profile.group_restricted")
        seeing = self.env["crm.segment"].with_user(self.manager).create(vals)
        seeing._refresh_sudo()
        self.assertEqual(seeing._partners(), self.customers[0])
        self.assertTrue(seeing.is_confidential)
        for model, field in (("crm.segment", "id"), ("crm.segment.member", "segment_id")):
            self.assertFalse(self.env[model].with_user(self.seller).search([(field, "=", seeing.id)]))
        self.env.invalidate_all()
        self.assertFalse(self.customers[0].with_user(self.seller).lifecycle_segment_ids)

    def test_nobody_forges_the_author_or_opens_a_confidential_segment(self):
        """By RPC a manager could else lend the criteria the rights of the administrator."""
        self.env["crm.profile.attribute"].create(
            {"code": "seg_hidden", "name": "Hidden", "kind": "financial", "value_type": "text",
             "sensitivity": "restricted"}
        )
        self.customers[0]._profile_record({"seg_hidden": "nợ xấu"}, "employee")
        vals = {"name": "F", "domain": "[]", "fact_domain": "[('attribute_id.code', '=', 'seg_hidden')]"}
        root = self.env.ref("base.user_root")
        mine = self.env["crm.segment"].with_user(self.manager).create(vals)
        for forged in ({"criteria_user_id": root.id}, {"is_confidential": False}, {"member_count": 9}, {"error": "x"}):
            with self.subTest(forged=forged):
                with self.assertRaises(AccessError):
                    mine.write(forged)
                with self.assertRaises(AccessError):
                    self.env["crm.segment"].with_user(self.manager).create({**vals, **forged})
        mine._refresh_sudo()
        self.assertFalse(mine.sudo()._partners())
        self.assertEqual(mine.copy().criteria_user_id, self.manager)

    def test_one_bad_segment_stops_no_other(self):
        bad, good = self.make(), self.make()
        (bad | good).write({"refreshed_on": False})
        self.env.cr.execute("UPDATE crm_segment SET domain = '[(''gone'', ''='', 1)]' WHERE id = %s", [bad.id])
        self.env.invalidate_all()
        bad._refresh_or_tell(TODAY)
        good._refresh_or_tell(TODAY)
        self.assertTrue(bad.error)
        self.assertFalse(good.error)
        self.assertEqual(good.refreshed_on, TODAY)

    def test_snapshot_stays(self):
        segment = self.make(metric_domain="[('amount_total', '>', 1000)]")
        snapshot = segment._snapshot_sudo()
        self.assertEqual((snapshot.member_count, snapshot.amount_total), (5, segment.amount_total))
        self.buy(self.customers[9], 0, amount=5000.0)
        self.run_all()
        segment._refresh(TODAY)
        line = snapshot.line_ids.filtered(lambda line: line.partner_id == self.customers[9])
        self.assertEqual(line.amount_total, 2000.0)
        with self.assertRaises(AccessError):
            snapshot.with_user(self.manager).write({"member_count": 1})

    def test_other_company_sees_nothing(self):
        segment = self.make()
        other = self.env["res.company"].create({"name": "Khác"})
        stranger = new_test_user(self.env, "seg.other", "sales_team.group_sale_manager", company_id=other.id,
                                 company_ids=[(6, 0, other.ids)])
        segment = segment.with_context(allowed_company_ids=other.ids)
        env = segment.with_user(stranger).env
        self.assertFalse(env["crm.segment"].search([("id", "=", segment.id)]))
        self.assertFalse(env["crm.segment.member"].search([("segment_id", "=", segment.id)]))
        with self.assertRaises(AccessError):
            segment.with_user(stranger).read(["member_count"])

    def test_partner_shows_and_finds_segments(self):
        segment = self.make(metric_domain="[('amount_total', '>', 1000)]")
        self.env.invalidate_all()
        self.assertIn(segment, self.customers[9].lifecycle_segment_ids)
        with self.assertNoLogs("odoo.domains", "WARNING"):
            self.assertFalse(self.env["res.partner"].new({"name": "Mai"}).lifecycle_segment_ids)
            contact = self.env["res.partner"].new({"name": "Mai", "parent_id": self.customers[9].id})
            self.assertIn(segment, contact.lifecycle_segment_ids._origin)
        found = self.env["res.partner"].search([("ref", "=", "SEG"), ("lifecycle_segment_ids", "in", segment.ids)])
        self.assertEqual(found, self.customers[5:])

    def test_merge_keeps_decisions_and_the_longest_stay(self):
        segment = self.make(metric_domain="[('amount_total', '>', 1400)]")
        kept, gone = self.customers[9], self.customers[8]
        stay = segment.member_ids.filtered(lambda member: member.partner_id == gone)
        self.env.cr.execute("UPDATE crm_segment_member SET entered_on = %s WHERE id = %s", ["2025-01-01", stay.id])
        self.decide(segment, kept, "add", reason="bạn của giám đốc")
        self.decide(segment, gone, "remove", reason="không muốn bị gọi")
        self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
        self.env.invalidate_all()
        self.assertEqual(segment.decision_ids.mapped(lambda line: (line.partner_id, line.decision)), [(kept, "remove")])
        segment._refresh(TODAY)
        self.assertNotIn(kept, segment._partners())
        self.assertEqual(self.env["crm.segment.member"].search_count([("partner_id", "=", kept.id)]), 2)

    def test_focus_groups_are_ready_for_every_company(self):
        groups = self.env["crm.segment"].search([("company_id", "=", self.company.id), ("code", "!=", False)])
        self.assertEqual(set(groups.mapped("code")), {"focus_revenue", "focus_longest", "focus_left"})
        competitor = self.env["crm.competitor"].create({"name": "Tiệm bên kia đường"})
        self.env["crm.competitor.assessment"].create(
            {"partner_id": self.customers[3].id, "competitor_id": competitor.id, "relation": "left_for",
             "source": "partner"}
        )
        groups._refresh_sudo(TODAY)
        found = {group.code: group._partners() for group in groups}
        self.assertEqual(found["focus_left"], self.customers[3])
        self.assertEqual(found["focus_revenue"], self.customers[9])
        self.assertEqual(found["focus_longest"], self.customers[9])
        self.env["crm.segment"]._ensure(self.company)
        self.assertEqual(self.env["crm.segment"].search_count([("company_id", "=", self.company.id)]), 3)

    def test_focus_groups_speak_every_language(self):
        groups = self.env["crm.segment"].search([("company_id", "=", self.company.id), ("code", "!=", False)])
        if "vi_VN" in dict(self.env["res.lang"].get_installed()):
            for group in groups:
                self.assertNotEqual(group.with_context(lang="vi_VN").name, group.with_context(lang="en_US").name)
        self.env["res.lang"]._activate_lang("vi_VN")
        ours, theirs = groups.filtered(lambda one: one.code in ("focus_revenue", "focus_left")).sorted("code")[::-1]
        ours.with_context(lang="vi_VN").name = ours.with_context(lang="en_US").name  # as if it had come later
        theirs.with_context(lang="en_US").name = theirs.with_context(lang="vi_VN").name = "Our lost ones"
        self.env["ir.module.module"]._load_module_terms(["crm_lifecycle"], ["vi_VN"])
        self.assertEqual(ours.with_context(lang="vi_VN").name, "Chi tiêu cao nhất")
        self.assertEqual(theirs.with_context(lang="vi_VN").name, "Our lost ones", "what people named stays")

    def test_queries_do_not_grow(self):
        few = self.make(metric_domain="[('amount_total', '>', 1800)]")
        many = self.make()
        self.assertSameQueryCount(lambda: few._refresh(TODAY), lambda: many._refresh(TODAY))
        self.assertSameQueryCount(
            lambda: few.member_ids.mapped("stage_code"), lambda: many.member_ids.mapped("stage_code")
        )
