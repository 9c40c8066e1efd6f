import base64

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DAY, ProfileCase


@tagged("post_install", "-at_install")
class TestConflict(ProfileCase):
    def conflicts(self, partner=None):
        self.env.flush_all()
        domain = [("partner_id", "=", (partner or self.partner).id)]
        return self.env["crm.profile.conflict"].search(domain)

    def test_side_by_side(self):
        """Both values, who said it, when and how sure; the one of higher standing first."""
        self.partner._profile_record({"vehicle": "Honda"}, "survey", source_ref="phỏng vấn", collected_on=DAY)
        self.partner._profile_record({"vehicle": "Yamaha <b>"}, "employee")
        conflict = self.conflicts()
        self.assertEqual((conflict.fact_count, conflict.left_id.value_text), (2, "Honda"))
        for told in ("Honda", "Stated by the customer", "phỏng vấn", "90 %"):
            self.assertIn(told, conflict.left_html)
        for told in ("Yamaha &lt;b&gt;", "Believed by a colleague", "o_crm_badge_believed", "60 %", self.env.user.name):
            self.assertIn(told, conflict.right_html)

    def test_keep_this(self):
        self.partner._profile_record({"vehicle": "Honda"}, "survey")
        self.partner._profile_record({"vehicle": "Yamaha"}, "employee")
        conflict = self.conflicts()
        self.assertFalse(conflict.action_keep_right())
        self.assertFalse(self.conflicts())
        self.assertEqual(self.partner._profile_value("vehicle"), "Yamaha")
        loser = self.facts()[0]
        self.assertEqual((loser.status, loser.decided_by_id, loser.is_wrong), ("superseded", self.env.user, False))
        with self.assertRaises(UserError):
            conflict.action_keep_left()

    def test_both_wrong(self):
        self.partner._profile_record({"occupation": "Giáo viên"}, "survey")
        self.assertEqual(self.partner.function, "Giáo viên")
        self.partner._profile_record({"occupation": "Kế toán"}, "employee")
        self.conflicts().action_both_wrong()
        self.assertFalse(self.conflicts())
        self.assertIsNone(self.partner._profile_value("occupation"))
        self.assertEqual(self.facts("occupation").mapped("is_wrong"), [True, True])
        self.assertFalse(self.partner.function)

    def test_a_verified_one_yields_to_evidence_only(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "survey")
        fact.action_verify()
        self.partner._profile_record({"vehicle": "Yamaha"}, "employee")
        conflict = self.conflicts()
        action = conflict.action_keep_right()
        self.assertEqual(action["res_model"], "crm.profile.verify")
        self.assertEqual(self.partner._profile_value("vehicle"), "Honda")
        wizard = self.env["crm.profile.verify"].with_context(**action["context"]).create({})
        with self.assertRaises(UserError):
            wizard.action_confirm()
        paper = self.env["ir.attachment"].create({"name": "cà vẹt.png", "datas": base64.b64encode(b"paper")})
        wizard.attachment_ids = paper
        wizard.action_confirm()
        fact = self.facts()[-1]
        self.assertEqual((fact.status, fact.evidence_ids), ("verified", paper))
        self.assertEqual((paper.res_model, paper.res_id), ("crm.profile.fact", fact.id))
        self.assertEqual(self.partner._profile_value("vehicle"), "Yamaha")

    def test_one_that_somebody_doubts(self):
        fact = self.partner._profile_record({"vehicle": "Honda"}, "employee")
        fact.action_dispute()
        conflict = self.conflicts()
        self.assertEqual((conflict.left_id, conflict.right_html), (fact, False))
        conflict.action_keep_left()
        self.assertEqual(fact.status, "stated")

    def test_next_one_from_the_form(self):
        for name in ("An", "Bảo"):
            partner = self.partner.copy({"name": name})
            partner._profile_record({"vehicle": "Honda"}, "survey")
            partner._profile_record({"vehicle": "Yamaha"}, "employee")
        first = self.conflicts(partner)
        action = first.with_context(conflict_form=True).action_keep_left()
        self.assertEqual(action["view_mode"], "form")
        self.assertNotEqual(action["res_id"], first.id)

    def test_restricted_and_other_companies(self):
        self.partner._profile_record({"income_band": "10m_20m"}, "survey")
        self.partner._profile_record({"income_band": "20m_40m"}, "employee")
        user = new_test_user(self.env, "nguoi.dung", groups="crm_profile.group_user,base.group_partner_manager")
        confidant = new_test_user(self.env, "nguoi.tin", groups="crm_profile.group_restricted")
        conflict = self.conflicts()
        self.assertTrue(conflict)
        self.assertFalse(self.env["crm.profile.conflict"].with_user(user).search([("id", "=", conflict.id)]))
        with self.assertRaises(AccessError):
            conflict.with_user(user).action_keep_left()
        self.assertTrue(self.env["crm.profile.conflict"].with_user(confidant).search([("id", "=", conflict.id)]))
        other = self.env["res.company"].create({"name": "Khác"})
        self.partner.company_id = other
        self.env.flush_all()
        self.assertFalse(self.env["crm.profile.conflict"].with_user(confidant).search([("id", "=", conflict.id)]))

    def test_query_count(self):
        partners = self.env["res.partner"].create([{"name": f"Khách {number}"} for number in range(60)])
        partners._profile_record({"vehicle": "Honda"}, "survey")
        partners._profile_record({"vehicle": "Yamaha"}, "employee")
        self.env.flush_all()
        conflicts = self.env["crm.profile.conflict"].search([("partner_id", "in", partners.ids)])

        def show(some):
            return lambda: (some.mapped("left_html"), some.mapped("right_html"))

        self.queryCount(show(conflicts))
        self.assertEqual(self.queryCount(show(conflicts[:6])), self.queryCount(show(conflicts)))


@tagged("post_install", "-at_install", "tour")
class TestConflictTour(HttpCase):
    def test_decide(self):
        """As the colleague who decides: an ordinary user of profiles, no administrator."""
        colleague = new_test_user(
            self.env, "nguoi.quyet", groups="crm_profile.group_user,base.group_partner_manager", lang="en_US"
        )
        partners = self.env["res.partner"].create([{"name": "Tour Bình"}, {"name": "Tour An"}])
        partners[0]._profile_record({"vehicle": "Honda Vision"}, "survey")
        partners[0]._profile_record({"vehicle": "Yamaha"}, "employee")
        partners[1]._profile_record({"occupation": "Giáo viên"}, "survey")
        partners[1]._profile_record({"occupation": "Kế toán"}, "employee")
        action = self.env.ref("crm_profile.crm_profile_conflict_action")
        self.start_tour(f"/odoo/action-{action.id}", "crm_profile_decide_conflict", login=colleague.login)
        self.assertEqual(partners[0]._profile_value("vehicle"), "Honda Vision")
        self.assertIsNone(partners[1]._profile_value("occupation"))
        self.assertEqual(partners.profile_fact_ids.filtered("decided_by_id").decided_by_id, colleague)
