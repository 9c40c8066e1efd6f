from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import CustomerSurveyCase

R, W, C, U = "read", "write", "create", "unlink"
NOTHING = frozenset()
# model: rights of interviewer, salesperson, sales manager; everybody else has none
MATRIX = {
    "crm.survey.program": ({R}, {R}, {R, W, C, U}),
    "crm.survey.program.step": ({R}, {R}, {R, W, C, U}),
    "crm.survey.program.day": ({R}, {R}, {R, W, C, U}),
    "crm.survey.program.variant": ({R}, {R}, {R, W, C, U}),
    "crm.survey.program.quota": ({R}, {R}, {R, W, C, U}),
    "crm.survey.invitation": ({R, W}, {R, W}, {R, W, C}),
    "crm.survey.attempt": ({R, C}, {R, C}, {R, W, C}),
    "crm.churn.reason": ({R}, {R}, {R, W, C, U}),
    "crm.churn.interview": (NOTHING, {R, W, C}, {R, W, C, U}),
    "crm.survey.activate": (NOTHING, NOTHING, {R, W, C}),
    "crm.survey.ask": (NOTHING, {R, W, C}, {R, W, C}),
    "crm.survey.call": ({R, W, C}, {R, W, C}, {R, W, C}),
    "crm.survey.call.bypass": (NOTHING, NOTHING, NOTHING),
    "crm.survey.handover": ({R, W, C}, {R, W, C}, {R, W, C}),
    "crm.survey.productivity": (NOTHING, NOTHING, {R}),
    "crm.survey.review": (NOTHING, NOTHING, {R, W, C}),
    "crm.survey.preview": (NOTHING, {R, W, C}, {R, W, C}),
    "survey.survey": ({R}, {R}, {R, W, C, U}),
    "survey.question": ({R}, {R}, {R, W, C, U}),
    "survey.question.answer": ({R}, {R}, {R, W, C, U}),
    "survey.user_input": ({R}, {R}, {R, W}),
    "survey.user_input.line": (NOTHING, {R, W}, {R, W}),  # codes only, see test_coding
    "crm.survey.tag": (NOTHING, {R}, {R, W, C, U}),
    "crm.survey.score.report": (NOTHING, {R, W, C}, {R, W, C}),
    "crm.survey.score.line": (NOTHING, {R}, {R}),
    "crm.survey.rate.report": (NOTHING, {R, W, C}, {R, W, C}),
    "crm.survey.rate.line": (NOTHING, {R}, {R}),
    "crm.survey.tag.report": (NOTHING, {R, W, C}, {R, W, C}),
    "crm.survey.tag.line": (NOTHING, {R}, {R}),
    "crm.survey.result": (NOTHING, {R, W, C}, {R, W, C}),
    "crm.survey.export": (NOTHING, NOTHING, {R, W, C}),
    "crm.churn.report": (NOTHING, {R, W, C}, {R, W, C}),
}


@tagged("post_install", "-at_install")
class TestAccess(CustomerSurveyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.roles = {
            "interviewer": new_test_user(cls.env, "acc_int", groups="crm_survey.group_interviewer", **inside),
            "salesperson": new_test_user(cls.env, "acc_sale", groups="sales_team.group_sale_salesman", **inside),
            "manager": new_test_user(cls.env, "acc_man", groups="sales_team.group_sale_manager", **inside),
            "employee": new_test_user(cls.env, "acc_emp", groups="base.group_user", **inside),
            "portal": new_test_user(cls.env, "acc_portal", groups="base.group_portal"),
            "public": cls.env.ref("base.public_user"),
        }
        if service := cls.env.ref("crm_service_plan.group_user", raise_if_not_found=False):
            cls.roles["service"] = new_test_user(cls.env, "acc_service", groups="base.group_user", **inside)
            cls.roles["service"].group_ids |= service

    def test_matrix(self):
        columns = {"interviewer": 0, "salesperson": 1, "manager": 2}
        for model, rights in MATRIX.items():
            for role, user in self.roles.items():
                expected = rights[columns[role]] if role in columns else NOTHING
                for operation in (R, W, C, U):
                    with self.subTest(model=model, role=role, operation=operation):
                        self.assertEqual(
                            self.env[model].with_user(user).has_access(operation), operation in expected
                        )

    def test_refusals_on_records(self):
        invitation = self.invite()
        self.answer(invitation, {"reason": "natural", "liked": "x"})
        interview = self.env["crm.churn.interview"].create({"partner_id": self.customer.id})
        interviewer, salesperson = self.roles["interviewer"], self.roles["salesperson"]
        with self.assertRaises(AccessError):
            interview.with_user(interviewer).read(["customer_note"])
        with self.assertRaises(AccessError):
            invitation.user_input_id.user_input_line_ids.with_user(interviewer).read(["value_text_box"])
        with self.assertRaises(AccessError):
            invitation.with_user(salesperson).unlink()
        with self.assertRaises(AccessError):
            invitation.user_input_id.with_user(salesperson).write({"email": "x@example.com"})
        with self.assertRaises(AccessError):
            self.program.with_user(salesperson).write({"cap_per_run": 9999})
        with self.assertRaises(AccessError):
            self.quiet_survey.with_user(salesperson).write({"title": "Mine"})
        with self.assertRaises(AccessError):
            invitation.user_input_id.user_input_line_ids.with_user(salesperson).read(["value_text_box"])
        self.customer.user_id = salesperson
        self.assertTrue(invitation.user_input_id.user_input_line_ids.with_user(salesperson).read(["value_text_box"]))

    def test_interviewer_only_plans(self):
        """An interviewer moves a call; whom we asked, what came of it and where answers go stays."""
        invitation = self.invite()
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        mine = invitation.with_user(self.roles["interviewer"])
        mine.write({"user_id": mine.env.uid, "call_back_on": "2026-12-01 03:00:00"})
        for vals in (
            {"partner_id": other.id},
            {"recipient_id": other.id},
            {"state": "done"},
            {"final_disposition": "1.1"},
            {"writeback_state": "queued"},
            {"user_input_id": False},
        ):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)

    def test_who_tried(self):
        """Nobody reports an attempt in a colleague's name."""
        attempt = self.env["crm.survey.attempt"].with_user(self.roles["interviewer"]).create(
            {
                "invitation_id": self.invite().id,
                "channel_id": self.env.ref("crm_contact_policy.channel_phone").id,
                "disposition": "no_answer",
                "user_id": self.roles["manager"].id,
            }
        )
        self.assertEqual(attempt.user_id, self.roles["interviewer"])

    def test_other_company(self):
        invitation = self.invite()
        interview = self.env["crm.churn.interview"].create({"partner_id": self.customer.id})
        main = self.env.ref("base.main_company")
        elsewhere = new_test_user(
            self.env, "acc_far", groups="crm_survey.group_manager", company_id=main.id, company_ids=[(6, 0, main.ids)]
        )
        for record in (invitation, interview, self.program, invitation.attempt_ids, invitation.user_input_id):
            with self.assertRaises(AccessError, msg=record._name):
                record.with_user(elsewhere).with_context(allowed_company_ids=main.ids).check_access("read")

    def test_core_surveys_stay_closed(self):
        survey = self.env["survey.survey"].create({"title": "Internal", "survey_type": "custom"})
        for role in ("interviewer", "salesperson", "manager"):
            with self.assertRaises(AccessError, msg=role):
                survey.with_user(self.roles[role]).read(["title"])

    def test_restricted_answers(self):
        question = self.question(self.quiet_survey, "liked")
        question.target_attribute_id = self.env["crm.profile.attribute"].create(
            {"name": "Secret", "code": "survey_test_secret", "value_type": "text", "sensitivity": "restricted"}
        )
        invitation = self.invite()
        self.answer(invitation, {"reason": "natural", "liked": "private"})
        self.customer.user_id = self.roles["salesperson"]
        Line = self.env["survey.user_input.line"].with_user(self.roles["salesperson"])
        lines = Line.search([("user_input_id", "=", invitation.user_input_id.id)])
        self.assertNotIn("private", lines.mapped("value_text_box"))
        self.assertTrue(lines)
        self.roles["salesperson"].group_ids |= self.env.ref("crm_profile.group_restricted")
        lines = Line.search([("user_input_id", "=", invitation.user_input_id.id)])
        self.assertIn("private", lines.mapped("value_text_box"))

    def test_restricted_answers_by_other_ways(self):
        """Neither the printed answers nor another mapping of the question show what is restricted."""
        question = self.question(self.quiet_survey, "liked")
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Secret", "code": "survey_test_secret", "value_type": "text", "sensitivity": "restricted"}
        )
        question.write({"target_kind": "attribute", "target_attribute_id": attribute.id})
        invitation = self.invite()
        self.answer(invitation, {"reason": "natural", "liked": "private"})
        answers = invitation.user_input_id.with_user(self.roles["salesperson"]).sudo()
        self.assertNotIn(question.id, answers._get_print_questions().ids)
        self.assertTrue(answers._get_print_questions())
        for vals in ({"target_kind": False}, {"target_attribute_id": False}):
            with self.assertRaises(AccessError):
                question.with_user(self.roles["manager"]).write(vals)
        self.roles["manager"].group_ids |= self.env.ref("crm_profile.group_restricted")
        answers = invitation.user_input_id.with_user(self.roles["manager"]).sudo()
        self.assertIn(question.id, answers._get_print_questions().ids)
        question.with_user(self.roles["manager"]).write({"target_kind": False, "target_attribute_id": False})

    def test_views_open_for_each_role(self):
        models = [m for m in MATRIX if m.startswith(("crm.survey.", "crm.churn."))]
        for role in ("interviewer", "salesperson", "manager"):
            for model in models:
                records = self.env[model].with_user(self.roles[role])
                if records.has_access("read"):
                    for view_type in ("form", "list", "search"):
                        records.get_view(view_type=view_type)
