"""Cases: from the first word to the answer everybody can read."""

from datetime import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tests.common import new_test_user

from ..domain.wording import fold, leaks, search_words
from .common import ServicePlanCase

MAIL = """Return-Path: <{sender}>
From: {name} <{sender}>
To: {to}
Subject: {subject}
Message-Id: <{mid}@example.com>
Content-Type: text/plain; charset=utf-8

{body}
"""


class CaseCase(ServicePlanCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        values = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.user = new_test_user(cls.env, "case_user", groups="crm_service_plan.group_user", **values)
        cls.seller = new_test_user(
            cls.env, "case_seller", groups="sales_team.group_sale_salesman", email="seller@example.com", **values
        )
        cls.team = cls.env["crm.service.team"].create(
            {"name": "Workshop", "company_id": cls.company.id, "alias_name": "workshop-test"}
        )

    def make_case(self, **vals):
        return self.env["crm.service.case"].create(
            {"name": "Engine does not start", "partner_id": self.customer.id, "company_id": self.company.id, **vals}
        )


@tagged("post_install", "-at_install")
class TestCase(CaseCase):
    def test_life_of_a_case(self):
        case = self.make_case(asset_id=self.asset.id).with_user(self.user)
        self.assertRegex(case.number, r"^C\d{5}")
        self.assertEqual((case.state, case.contact_phone), ("new", self.customer.phone))
        case.action_take()
        self.assertEqual((case.state, case.user_id), ("assigned", self.user))
        self.assertTrue(case.assigned_on)
        case.action_wait()
        self.assertTrue(case.responded_on)
        with self.assertRaises(UserError):
            case.action_wait()
        case.action_resume()
        with self.assertRaises(UserError):
            case.action_solve()
        case.solution = "Choke was closed"
        case.action_solve()
        self.assertEqual((case.state, case.solved_by_id), ("solved", self.user))
        with self.assertRaises(UserError):
            case.action_cancel()
        case.action_close()
        case.action_reopen()
        self.assertEqual((case.state, case.solved_on), ("assigned", False))

    def test_forged_fields(self):
        case = self.make_case().with_user(self.user)
        for vals in (
            {"state": "closed"},
            {"solved_by_id": self.user.id},
            {"solve_deadline": datetime(2030, 1, 1)},
            {"solve_told": "breached"},
            {"received_on": datetime(2020, 1, 1)},
            {"number": "C1"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                case.write(vals)
        with self.assertRaises(UserError):
            case.create({"name": "x", "state": "closed"})
        with self.assertRaises(AccessError):
            case.span_ids.write({"hours": 0})

    def test_ledger_and_complaint(self):
        case = self.make_case(category_id=self.env.ref("crm_service_plan.case_category_complaint").id)
        entry = self.env["crm.interaction"].search([("res_model", "=", case._name), ("res_id", "=", case.id)])
        self.assertEqual(
            (entry.partner_id, entry.direction, entry.purpose, entry.is_complaint, entry.channel_id.code),
            (self.customer, "in", "support", True, "phone"),
        )
        case.is_complaint = False
        again = self.env["crm.interaction"].search([("res_model", "=", case._name), ("res_id", "=", case.id)])
        self.assertEqual((again, again.is_complaint), (entry, False))

    def test_salesperson_is_told_once(self):
        self.customer.user_id = self.seller
        case = self.make_case()
        self.assertIn(self.seller.partner_id, case.message_partner_ids)
        domain = [
            ("res_partner_id", "=", self.seller.partner_id.id),
            ("mail_message_id.model", "=", case._name),
            ("mail_message_id.res_id", "=", case.id),
        ]
        self.assertEqual(self.env["mail.notification"].search_count(domain), 1)
        case.contact_id = self.customer
        self.assertEqual(self.env["mail.notification"].search_count(domain), 1)
        self.assertEqual(case.with_user(self.seller).name, case.name)

    def test_visit_and_back(self):
        case = self.make_case(asset_id=self.asset.id).with_user(self.user)
        visit = self.env["crm.service.visit"].browse(case.action_make_visit()["res_id"])
        self.assertEqual((visit.case_id, visit.partner_id, visit.asset_id), (case, self.customer, self.asset))
        visit.with_user(self.user)._finish(hours=1, note="New spark plug")
        self.assertEqual(case.solution, "New spark plug")
        self.assertTrue(case.visit_done)
        self.assertTrue(case.activity_ids)
        case.action_solve()
        self.assertEqual(case.state, "solved")
        self.assertEqual(self.asset.case_count, 1)
        self.assertEqual(self.customer.service_case_count, 1)

    def test_who_had_this_before(self):
        old = self.make_case(name="Động cơ không nổ máy", solution="Thay bugi")
        old.user_id = self.user
        old.action_solve()
        self.make_case(name="Invoice is wrong", solution="Sent again").action_solve()
        case = self.make_case(name="May khong no duoc", description="")
        self.assertEqual(case.similar_ids, old)
        self.assertEqual(case.similar_ids.solved_by_id, self.user)
        old.with_context(reuse_for=case.id).with_user(self.user).action_reuse()
        self.assertEqual((case.solution, case.source_case_id), ("Thay bugi", old))
        stranger = self.env["res.company"].create({"name": "Another"})
        user = new_test_user(
            self.env,
            "stranger",
            groups="crm_service_plan.group_user",
            company_id=stranger.id,
            company_ids=[(6, 0, stranger.ids)],
        )
        strange = self.env["crm.service.case"].with_user(user).with_context(allowed_company_ids=stranger.ids)
        self.assertFalse(strange._find_solved("không nổ máy"))

    def test_quick_call(self):
        wizard = Form(self.env["crm.service.case.intake"].with_user(self.user))
        wizard.address = self.customer.phone
        self.assertEqual(wizard.partner_id, self.customer)
        self.assertEqual(wizard.asset_id, self.asset)
        wizard.name = "Flat tyre"
        case = self.env["crm.service.case"].browse(wizard.save().action_take()["res_id"])
        self.assertEqual((case.partner_id, case.asset_id, case.channel_id.code), (self.customer, self.asset, "phone"))
        self.assertEqual(case.receiver_id, self.user)
        wizard = Form(self.env["crm.service.case.intake"].with_user(self.user))
        wizard.address = "+84 99 9999 999"
        wizard.contact_name = "Somebody"
        wizard.name = "Question"
        wizard.channel_id = self.env.ref("crm_contact_policy.channel_sms")
        case = self.env["crm.service.case"].browse(wizard.save().action_take()["res_id"])
        self.assertFalse(case.partner_id)
        self.assertEqual((case.contact_name, case.contact_phone), ("Somebody", "+84 99 9999 999"))

    def test_case_from_a_call_in_the_ledger(self):
        call = self.env["crm.interaction"].create(
            {
                "partner_id": self.customer.id,
                "direction": "in",
                "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                "subject": "Angry call",
                "company_id": self.company.id,
            }
        )
        context = call.with_user(self.user).action_make_case()["context"]
        wizard = self.env["crm.service.case.intake"].with_user(self.user).with_context(**context).create({})
        case = self.env["crm.service.case"].browse(wizard.action_take()["res_id"])
        entries = self.env["crm.interaction"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((call.res_model, call.res_id), (case._name, case.id))
        self.assertEqual(entries, call, "one contact, one entry")

    def test_merged_customers_keep_their_cases(self):
        case = self.make_case()
        other = self.make_customers(1, name="Twin", email="twin@example.com")
        self.env["base.partner.merge.automatic.wizard"]._merge([self.customer.id, other.id], other)
        self.assertEqual(case.partner_id, other)

    def test_solved_closes_by_itself(self):
        case = self.make_case(solution="Yes")
        case.with_context(service_at=datetime(2026, 3, 3)).action_solve()
        self.run_close(datetime(2026, 3, 9))
        self.assertEqual(case.state, "solved")
        self.run_close(datetime(2026, 3, 10, 1))
        self.assertEqual(case.state, "closed")

    def run_close(self, moment):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["crm.service.case"].with_context(service_at=moment)._cron_close()
        self.env.invalidate_all()

    def test_words(self):
        self.assertEqual(fold("Đường Nguyễn Huệ"), fold("duong nguyen hue"))
        self.assertEqual(search_words("a (&|!) ':* <-> \\ x1"), ["x1"])
        self.assertEqual(leaks("Call 0901-234-567", ["0901 234 567", None, "x"]), ["0901 234 567"])
        self.assertFalse(self.env["crm.service.case"]._find_solved("& | ! ( :*"))


@tagged("post_install", "-at_install")
class TestCaseMail(CaseCase):
    def gateway(self, sender, subject="Help", body="It is broken", name="Sender", mid="m1"):
        to = self.team.alias_email or f"{self.team.alias_name}@example.com"
        text = MAIL.format(sender=sender, name=name, to=to, subject=subject, body=body, mid=mid)
        alias = self.team.alias_id
        defaults = {"team_id": self.team.id, "company_id": self.company.id}
        self.assertEqual(alias.alias_model_id.model, "crm.service.case")
        self.assertEqual(
            {**defaults, **eval(alias.alias_defaults)}, eval(alias.alias_defaults)
        )  # a plain dict we wrote
        thread = self.env["mail.thread"].with_context(mail_channel_nolog=True)
        found = thread.sudo().message_process("crm.service.case", text, custom_values=defaults)
        return self.env["crm.service.case"].browse(found)

    def test_customer_known_by_address(self):
        case = self.gateway(self.customer.email, "Chain is loose", mid="a")
        self.assertEqual((case.partner_id, case.team_id, case.channel_id.code), (self.customer, self.team, "email"))
        self.assertEqual((case.name, case.description.strip()), ("Chain is loose", "It is broken"))

    def test_unknown_sender_stays_text(self):
        before = self.env["res.partner"].search_count([])
        case = self.gateway("nobody@example.org", name="No Body", mid="b")
        self.assertFalse(case.partner_id)
        self.assertEqual(case.contact_email, "nobody@example.org")
        self.assertEqual(self.env["res.partner"].search_count([]), before)
        self.assertFalse(self.env["crm.interaction"].search([("res_model", "=", case._name), ("res_id", "=", case.id)]))

    def test_colleague_is_no_customer(self):
        self.user.email = "colleague@example.com"
        self.assertFalse(self.gateway("colleague@example.com", mid="c").partner_id)

    def test_answers(self):
        case = self.gateway(self.customer.email, mid="d")
        case.with_user(self.user).message_post(
            body="We look at it", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertTrue(case.responded_on)
        case.user_id = self.user
        case.action_wait()
        case.message_post(
            body="Here is the number", author_id=self.customer.id, message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(case.state, "assigned")
        case.solution = "ok"
        case.action_solve()
        case.message_post(
            body="Still broken", author_id=self.customer.id, message_type="email", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(case.state, "assigned")

    def test_answering_machine(self):
        """Out of office wakes no case and opens none; a machine that reports a fault may."""
        case = self.gateway(self.customer.email, mid="auto1")
        case.message_ids[:1].message_id = "<question@example.com>"
        case.user_id = self.user
        case.action_wait()
        head = "Auto-Submitted: auto-replied\nIn-Reply-To: <question@example.com>\nSubject:"
        text = MAIL.replace("Subject:", head)
        self.assertIn("Auto-Submitted", text)
        values = {"sender": self.customer.email, "name": "x", "to": "x@example.com", "subject": "Away", "body": "Away"}
        process = self.env["mail.thread"].sudo().message_process
        process("crm.service.case", text.format(mid="auto2", **values))
        self.assertIn("Away", " ".join(str(m.body) for m in case.message_ids), "on the case all the same")
        self.assertEqual(case.state, "waiting")
        known = self.env["crm.service.case"].search_count([])
        fresh = MAIL.replace("Subject:", "Auto-Submitted: auto-replied\nSubject:")
        process("crm.service.case", fresh.format(mid="auto3", **values))
        self.assertEqual(self.env["crm.service.case"].search_count([]), known)
        alarm = MAIL.replace("Subject:", "Auto-Submitted: auto-generated\nSubject:")
        process("crm.service.case", alarm.format(mid="auto4", **values))
        self.assertEqual(self.env["crm.service.case"].search_count([]), known + 1)

    def test_internal_note_is_no_answer(self):
        case = self.gateway(self.customer.email, mid="e")
        case.with_user(self.user).message_post(
            body="Who knows this?", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        self.assertFalse(case.responded_on)


@tagged("post_install", "-at_install")
class TestAnswer(CaseCase):
    def test_publish(self):
        case = self.make_case(solution=f"Told {self.customer.name} to open the choke", contact_name="Trần Thị Bưởi")
        case.action_solve()
        action = case.with_user(self.user).action_write_answer()
        answer = self.env["crm.service.answer"].with_user(self.user).with_context(**action["context"]).create({})
        self.assertIn("open the choke", answer.body)
        answer.body = "<p>Ask Tran Thi Buoi to open the choke</p>"
        with self.assertRaises(ValidationError):
            answer.action_publish()
        answer.body = "<p>Open the choke</p>"
        answer.action_publish()
        self.assertEqual((answer.state, answer.published_by_id), ("published", self.user))
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            answer.body = f"<p>{case.number} was the same, call {self.customer.phone}</p>"
            self.env.flush_all()
        with self.assertRaises(UserError):
            answer.write({"state": "draft"})
        found = self.env["crm.service.answer"]._published_sudo("CHOKE", self.company)
        self.assertIn(answer, found)
        answer.action_withdraw()
        self.assertNotIn(answer, self.env["crm.service.answer"]._published_sudo("choke", self.company))

    def test_found_in_the_reader_s_language_without_accents(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        answer = self.env["crm.service.answer"].create({"name": "Engine", "body": "<p>Choke</p>"})
        answer.with_context(lang="vi_VN").write({"name": "Động cơ không nổ"})
        self.env.flush_all()
        self.assertIn(answer, self.env["crm.service.answer"]._find("dong co"))
        case = self.make_case(name="Dong co im lang")
        self.assertIn(answer, case.similar_answer_ids)
        answer.with_context(reuse_for=case.id).with_user(self.user).action_use()
        self.assertEqual((case.answer_id, case.solution.strip()), (answer, "Choke"))
        self.assertEqual(answer.use_count, 1)
