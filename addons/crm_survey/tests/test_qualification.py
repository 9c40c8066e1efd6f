from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestQualification(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()

        def attribute(code):
            return {
                "target_kind": "attribute",
                "target_attribute_id": cls.env.ref(f"crm_profile.attribute_{code}").id,
                "code": code,
            }

        when = [(0, 0, {"value": code, "code": code}) for code in ("now", "quarter", "year", "later", "none")]
        cls.questionnaire = cls.env["survey.survey"].create(
            {
                "title": "What do you need?",
                "survey_type": "qualification",
                "question_and_page_ids": [
                    (0, 0, {"title": "Need", "question_type": "text_box", **attribute("need")}),
                    (
                        0,
                        0,
                        {
                            "title": "When",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": when,
                            **attribute("need_when"),
                        },
                    ),
                    (0, 0, {"title": "On", "question_type": "date", **attribute("need_date")}),
                    (0, 0, {"title": "Budget", "question_type": "numerical_box", **attribute("budget")}),
                    (
                        0,
                        0,
                        {
                            "title": "Details",
                            "question_type": "text_box",
                            "code": "details",
                            "target_kind": "lead",
                            "target_lead_field_id": cls.env["ir.model.fields"]._get("crm.lead", "description").id,
                        },
                    ),
                ],
            }
        )
        # What earlier programs of other tests and data ask does not count here.
        cls.env["crm.survey.program"].search([("survey_id.survey_type", "=", "qualification")]).write(
            {"active": False}
        )
        cls.qualification = cls.make_program(
            "prospect", cls.questionnaire, trigger="manual", stage_ids=[(5,)], partner_domain="[]"
        )
        cls.salesperson = new_test_user(
            cls.env,
            "qualifier",
            groups="sales_team.group_sale_salesman",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        profile = cls.env["crm.target.profile"].create(
            {
                "name": "Persons who need us now",
                "company_id": cls.company.id,
                "customer_kind": "person",
                "threshold": 60,
                "criterion_ids": [
                    (
                        0,
                        0,
                        {
                            "about": "fact",
                            "attribute_id": cls.env.ref("crm_profile.attribute_need_when").id,
                            "option_ids": [(6, 0, cls.env.ref("crm_profile.option_need_when_now").ids)],
                            "weight": 6,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "about": "fact",
                            "attribute_id": cls.env.ref("crm_profile.attribute_budget").id,
                            "low": 1000,
                            "weight": 4,
                        },
                    ),
                ],
            }
        )
        profile.action_run()

    def make_lead(self, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Anh Bình asks for a quote",
                "type": "lead",
                "contact_name": "Anh Bình",
                "email_from": "binh@example.com",
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                **values,
            }
        )

    def qualify(self, lead, answers):
        """Interview the lead as the salesperson does, and record the answers."""
        lead.with_user(self.salesperson).action_qualify()
        invitation = lead.survey_invitation_ids.filtered(lambda i: i.state == "to_call")
        self.answer(invitation, answers)
        invitation._write_back()
        self.assertEqual(invitation.writeback_state, "done", invitation.writeback_error)
        return invitation

    def advice(self, lead):
        kind = self.env.ref("crm_survey.mail_activity_type_qualification")
        return lead.activity_ids.filtered(lambda a: a.active and a.activity_type_id == kind)

    def test_a_lead_without_a_contact_becomes_one(self):
        lead = self.make_lead()
        self.assertFalse(lead.partner_id)
        action = lead.with_user(self.salesperson).action_qualify()
        self.assertEqual((lead.partner_id.name, lead.partner_id.email), ("Anh Bình", "binh@example.com"))
        invitation = lead.survey_invitation_ids
        self.assertEqual((invitation.state, invitation.user_id), ("to_call", self.salesperson))
        self.assertIn(invitation.user_input_id.access_token, action["url"])
        self.assertFalse(self.mails(invitation), "nothing is sent: the interviewer asks")
        lead.with_user(self.salesperson).action_qualify()
        self.assertEqual(lead.survey_invitation_ids, invitation)

    def test_the_lead_of_a_known_contact(self):
        lead = self.make_lead(partner_id=self.customer.id)
        self.qualify(lead, {"need": "Tyres"})
        self.assertEqual(lead.partner_id, self.customer)
        self.assertEqual(lead.qualification_need, "Tyres")

    def test_fits(self):
        lead = self.make_lead()
        self.assertFalse(lead.fit_score)
        self.qualify(lead, {"need": "Tyres", "need_when": "now", "budget": "5000", "details": "For <b>two</b> bikes"})
        self.assertEqual((lead.fit_score, lead.fit_proposal), (100, "convert"))
        self.assertEqual(lead.qualification_advice, "propose")
        activity = self.advice(lead)
        self.assertEqual((activity.user_id, len(activity)), (self.salesperson, 1))
        self.assertIn("opportunity", activity.summary)
        self.assertEqual((lead.qualification_need, lead.qualification_when), ("Tyres", "Now"))
        self.assertIn("5", lead.qualification_means)
        self.assertEqual(lead.open_question_ids.mapped("code"), ["need_date"])
        self.assertIn("two", lead.description)
        self.assertNotIn("<b>two</b>", lead.description)

    def test_nurture_until_the_need(self):
        lead = self.make_lead()
        need_on = self.company._lifecycle_today() + timedelta(days=200)
        self.qualify(lead, {"need_when": "year", "need_date": need_on.isoformat(), "budget": "10"})
        self.assertEqual((lead.fit_score, lead.qualification_advice), (0, "nurture"))
        self.assertEqual(lead.nurture_until, need_on - timedelta(days=14))
        self.assertEqual(self.advice(lead).date_deadline, lead.nurture_until)

    def test_could_fit(self):
        lead = self.make_lead()
        self.qualify(lead, {"budget": "5000"})
        self.assertEqual((lead.fit_score, lead.fit_proposal, lead.qualification_advice), (40, "ask", "ask"))

    def test_no_need(self):
        lead = self.make_lead()
        self.qualify(lead, {"need_when": "none", "budget": "10"})
        self.assertEqual(lead.qualification_advice, "rest")
        self.assertFalse(self.advice(lead))

    def test_recorded_twice(self):
        lead = self.make_lead()
        invitation = self.qualify(lead, {"need_when": "now", "budget": "5000", "details": "x"})
        before = (lead.description, self.advice(lead), lead.write_date)
        self.advice(lead).action_feedback()
        invitation.writeback_state = "queued"
        invitation._write_back()
        self.assertEqual((lead.description, lead.write_date), (before[0], before[2]))
        self.assertFalse(self.advice(lead), "what was done is not proposed again")

    def test_asked_again_later(self):
        lead = self.make_lead()
        first = self.qualify(lead, {"need_when": "later", "budget": "10"})
        second = self.qualify(lead, {"need_when": "now", "budget": "5000"})
        self.assertEqual((first.wave, second.wave), (1, 2))
        self.assertEqual(lead.qualification_advice, "propose")

    def test_which_questionnaire(self):
        """A program's filter decides whom its questionnaire suits: persons and companies are asked differently."""
        firms = self.make_program(
            "prospect",
            self.questionnaire.copy({"title": "For companies"}),
            trigger="manual",
            stage_ids=[(5,)],
            partner_domain="[('is_company', '=', True)]",
        )
        self.qualification.partner_domain = "[('is_company', '=', False)]"
        firm = self.env["res.partner"].create({"name": "Firm", "is_company": True})
        lead = self.make_lead(partner_id=firm.id)
        lead.action_qualify()
        self.assertEqual(lead.survey_invitation_ids.program_id, firms)
        firms.active = False
        with self.assertRaises(UserError):
            self.make_lead(partner_id=firm.id).action_qualify()

    def test_made_for_them_comes_first(self):
        """A program for everybody, even one that runs and comes before, gives way to one made for such customers."""
        self.qualification.write({"sequence": 1, "state": "running"})
        persons = self.make_program(
            "prospect",
            self.questionnaire.copy({"title": "For persons"}),
            trigger="manual",
            stage_ids=[(5,)],
            partner_domain="[('is_company', '=', False)]",
            sequence=99,
        )
        lead = self.make_lead()
        lead.action_qualify()
        self.assertEqual(lead.survey_invitation_ids.program_id, persons)

    def test_another_company(self):
        lead = self.make_lead()
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env,
            "qualifier_far",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )
        with self.assertRaises(AccessError):
            lead.with_user(far).with_context(allowed_company_ids=main.ids).action_qualify()
        self.assertFalse(lead.survey_invitation_ids)

    def test_merged_leads(self):
        one, other = self.make_lead(), self.make_lead(name="Twin")
        self.qualify(one, {"need_when": "now", "budget": "5000"})
        asked = one.survey_invitation_ids
        merged = (one + other).merge_opportunity()
        self.assertEqual(asked.lead_id, merged)
        self.assertEqual(merged.qualification_advice, "propose")

    def test_the_lead_asked_about_is_filled(self):
        """Not a newer one of the same contact."""
        lead = self.make_lead(partner_id=self.customer.id)
        newer = self.make_lead(partner_id=self.customer.id, name="Newer")
        self.qualify(lead, {"details": "about the first"})
        self.assertIn("about the first", lead.description)
        self.assertFalse(newer.description)
        self.assertTrue(lead.qualified_on <= fields.Datetime.now())
