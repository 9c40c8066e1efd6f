from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import CustomerSurveyCase


class ReportCase(CustomerSurveyCase):
    """Customers who answered the question about recommending us, in groups of chosen sizes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        inside = {"company_id": cls.company.id, "company_ids": [(6, 0, cls.company.ids)]}
        cls.seller = new_test_user(cls.env, "report_seller", groups="sales_team.group_sale_salesman", **inside)
        cls.other = new_test_user(cls.env, "report_other", groups="sales_team.group_sale_salesman", **inside)
        cls.third = new_test_user(cls.env, "report_third", groups="sales_team.group_sale_salesman", **inside)
        cls.manager = new_test_user(cls.env, "report_manager", groups="sales_team.group_sale_manager", **inside)
        cls.recommend = cls.question(cls.quiet_survey, "recommend")
        cls.recommend.metric = "nps"
        cls.liked = cls.question(cls.quiet_survey, "liked")

    @classmethod
    def answered(cls, values, user=None, program=None, code="1.1", words=None):
        """Closed invitations with one answer to the recommendation for each of ``values``."""
        program = program or cls.program
        customers = cls.make_customers(len(values))
        customers.user_id = user
        invitations = cls.invite(customers, program)
        ready = zip(invitations.sorted("id"), values, strict=True)
        lines = []
        for invitation, value in ready:
            vals = {"user_input_id": invitation.user_input_id.id}
            if value is not None:
                lines.append(
                    {**vals, "question_id": cls.recommend.id, "answer_type": "scale", "value_scale": value}
                )
            if words:
                lines.append(
                    {**vals, "question_id": cls.liked.id, "answer_type": "text_box", "value_text_box": words}
                )
        cls.env["survey.user_input.line"].create(lines)
        invitations.user_input_id.state = "done"
        invitations.write({"state": "done", "final_disposition": code})
        return invitations

    def report(self, model="crm.survey.score.report", user=None, **values):
        env = self.env(user=user or self.manager, context={"allowed_company_ids": self.company.ids, "lang": "en_US"})
        return env[model].create({"company_id": self.company.id, **values})


@tagged("post_install", "-at_install")
class TestScoreReport(ReportCase):
    def test_check_value(self):
        self.answered([10] * 25 + [8] * 15 + [0] * 10)
        report = self.report(program_id=self.program.id)
        (line,) = report.line_ids
        self.assertEqual((line.answers, round(line.value), report.answer_count), (50, 30, 50))
        self.assertEqual((round(line.value - line.low), round(line.high - line.value)), (22, 22))
        self.assertEqual(line.name, self.program.name)

    def test_form_shows_at_once(self):
        self.answered([10] * 6, self.seller)
        env = self.env(user=self.manager, context={"allowed_company_ids": self.company.ids})
        with Form(env["crm.survey.score.report"]) as form:
            form.dimension = "salesperson"
            self.assertEqual(len(form.line_ids), 1)
            form.metric = "csat"
            self.assertEqual(len(form.line_ids), 0)
            form.metric = "nps"
        self.assertEqual(form.record.line_ids.mapped("value"), [100.0])

    def test_fewer_than_five_is_hidden_and_the_next_with_it(self):
        self.answered([10] * 20, self.seller)
        self.answered([0] * 9, self.other)
        self.answered([0] * 3, self.third)
        lines = self.report(dimension="salesperson").line_ids
        shown = {line.name: line.answers for line in lines if not line.hidden}
        self.assertEqual(shown, {self.seller.name: 20})
        hidden = lines.filtered("hidden")
        self.assertEqual(set(hidden.mapped("name")), {self.other.name, self.third.name})
        self.assertEqual(set(hidden.mapped("value") + hidden.mapped("answers") + hidden.mapped("high")), {0})

    def test_one_more_choice_on_the_screen_uncovers_nothing(self):
        """All programs minus one program would be three customers: the total is what gives way."""
        second = self.make_program("established", self.quiet_survey)
        self.answered([10] * 20)
        self.answered([0] * 3, program=second)
        self.assertEqual(self.report(dimension="none", program_id=second.id).line_ids.hidden, True)
        lines = self.report(dimension="program").line_ids
        self.assertEqual(lines.filtered(lambda line: not line.hidden).mapped("answers"), [20])
        self.assertTrue(self.report(dimension="none").line_ids.hidden)
        self.assertTrue(self.report(dimension="company").line_ids.hidden)

    def test_four_answers_show_nothing(self):
        self.answered([10] * 4)
        for dimension in ("none", "program", "salesperson", "stage", "company", "province"):
            lines = self.report(dimension=dimension).line_ids
            self.assertTrue(lines and all(lines.mapped("hidden")), dimension)

    def test_set_aside_is_counted_apart(self):
        invitations = self.answered([10] * 10 + [0] * 2)
        invitations.user_input_id.filtered(
            lambda i: i.user_input_line_ids.value_scale == 0
        ).quality_state = "set_aside"
        report = self.report(dimension="none")
        self.assertEqual((report.answer_count, report.set_aside_count, report.line_ids.value), (10, 2, 100.0))

    def test_wave_against_wave(self):
        first = self.answered([10] * 10 + [0] * 30)
        second = self.answered([10] * 35 + [0] * 5)
        second.wave = 2
        self.assertTrue(first)
        lines = self.report(dimension="none", period="wave").line_ids
        self.assertEqual(lines.mapped("value"), [-50.0, 75.0])
        self.assertEqual((lines[1].difference, lines[1].verdict), (125.0, "better"))
        self.assertAlmostEqual(lines[1].z, 7.23, 1)
        self.assertFalse(lines[0].verdict)

    def test_finite_population(self):
        self.answered([10] * 20 + [0] * 15)
        plain = self.report(dimension="none").line_ids
        exact = self.report(dimension="none", is_census=True).line_ids
        self.assertAlmostEqual(exact.high - exact.low, 0)
        self.assertGreater(plain.high - plain.low, 30)

    def test_segment_and_stage(self):
        answered = self.answered([10] * 12, self.seller)
        self.answered([0] * 12)
        segment = self.env["crm.segment"].create({"name": "Loved", "company_id": self.company.id})
        self.env["crm.segment.member"].create(
            [
                {
                    "segment_id": segment.id,
                    "company_id": self.company.id,
                    "partner_id": partner.id,
                    "origin": "manual",
                    "entered_on": self.at.date(),
                }
                for partner in answered.partner_id
            ]
        )
        (line,) = self.report(dimension="segment").line_ids
        self.assertEqual((line.name, line.value), ("Loved", 100.0))
        self.move(answered.partner_id, "quiet", at=self.later(days=-3000))
        lines = self.report(dimension="stage").line_ids
        self.assertIn(("Gone quiet", 100.0), [(line.name, line.value) for line in lines])

    def test_access(self):
        self.answered([10] * 6)
        report = self.report(dimension="none")
        with self.assertRaises(AccessError):
            report.with_user(self.seller).read(["line_ids"])
        with self.assertRaises(AccessError):
            self.env["crm.survey.score.line"].with_user(self.manager).create({"report_id": report.id})
        interviewer = new_test_user(self.env, "report_int", groups="crm_survey.group_interviewer")
        for model in ("crm.survey.score.report", "crm.survey.rate.report", "crm.survey.result", "crm.churn.report"):
            with self.assertRaises(AccessError):
                self.env[model].with_user(interviewer).create({})

    def test_other_company(self):
        self.answered([10] * 6)
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env,
            "report_far",
            groups="crm_survey.group_manager",
            company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )
        env = self.env(user=far, context={"allowed_company_ids": main.ids})
        report = env["crm.survey.score.report"].create({"company_id": self.company.id, "dimension": "none"})
        self.assertFalse(report.line_ids)
        self.assertFalse(report.answer_count)

    def test_other_company_named_in_the_context(self):
        """Stored figures are computed as superuser: the companies in the context are looked at all the same."""
        self.answered([10] * 6)
        main = self.env.ref("base.main_company")
        far = new_test_user(
            self.env, "report_liar", groups="sales_team.group_sale_manager", company_id=main.id,
            company_ids=[(6, 0, main.ids)],
        )  # fmt: skip
        env = self.env(user=far, context={"allowed_company_ids": [main.id, self.company.id]})
        values = {"company_id": self.company.id, "dimension": "none", "program_id": False, "period": "all"}
        for model, name in (
            ("crm.survey.score.report", "answer_count"),
            ("crm.survey.rate.report", "still_open"),
            ("crm.survey.tag.report", "waiting_count"),
        ):
            spec = {"line_ids": {"fields": {"name": {}}}, name: {}, **dict.fromkeys(values, {})}
            spec.pop("company_id")  # its name is not asked for: its own rule would refuse
            vals = {**values, **({"metric": "nps", "is_census": False} if "score" in model else {})}
            for context in ({}, {"dimension": "company"}):
                with self.subTest(model=model, context=context), self.assertRaises(AccessError):
                    env[model].onchange({**vals, **context}, ["dimension"], spec)

    def test_page_of_results_minus_a_questionnaire(self):
        """A program asks some customers otherwise: what the page of results shows of the rest tells of no few."""
        other = self.quiet_survey.copy()
        self.answered([10] * 20)
        few = self.answered([0] * 3)
        question = self.question(other, "recommend")
        question.metric = "nps"
        few.user_input_id.write({"survey_id": other.id})
        few.write({"survey_id": other.id})
        few.user_input_id.user_input_line_ids.question_id = question
        self.env.flush_all()
        page = self.env["crm.survey.result"].with_user(self.manager).with_company(self.company)
        shown = page.create({"survey_id": self.quiet_survey.id})._get_results()["questions"]
        self.assertEqual(next(data for data in shown if data["question"] == self.recommend)["answers"], 20)
        for values in ({"program_id": self.program.id}, {"dimension": "program"}, {"dimension": "none"}):
            with self.subTest(values=values):
                self.assertEqual(self.report(**values).line_ids.mapped("hidden"), [True])

    def test_quarter_of_the_company(self):
        """New year begins at midnight of the company, seven hours before that of Greenwich."""
        self.company.partner_id.tz = "Asia/Ho_Chi_Minh"
        self.answered([10] * 6).sent_on = "2025-12-31 16:59:00"
        self.answered([0] * 6).sent_on = "2025-12-31 17:00:00"
        lines = self.report(dimension="none", period="quarter").line_ids
        self.assertEqual([(line.period, line.value) for line in lines], [("2025 Q4", 100.0), ("2026 Q1", -100.0)])

    def test_queries_do_not_grow(self):
        self.answered([10] * 6)
        self.report(dimension="salesperson")
        counts = []
        for more in (0, 60):
            if more:
                self.answered([9] * more, self.seller)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.report(dimension="salesperson")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)


@tagged("post_install", "-at_install")
class TestRateReport(ReportCase):
    def test_rates(self):
        self.answered([10] * 6, self.seller)
        for code, number in (("1.2", 2), ("2.11", 3), ("2.2", 4), ("3.3", 5), ("4.1", 1)):
            self.answered([None] * number, self.seller, code=code)
        self.invite(self.make_customers(2))
        report = self.report("crm.survey.rate.report", dimension="salesperson")
        line = report.line_ids.filtered(lambda x: x.name == self.seller.name)
        self.assertEqual((line.asked, line.complete, line.partial, line.refusal), (21, 6, 2, 3))
        self.assertAlmostEqual(line.rr1, 6 / 20)
        self.assertAlmostEqual(line.rr6, 8 / 15, 4)
        self.assertAlmostEqual(line.coop1, 6 / 11, 4)
        self.assertAlmostEqual(line.e, 15 / 16, 4)
        self.assertEqual(report.still_open, 2)

    def test_every_dimension(self):
        self.answered([10] * 3, self.seller)
        for dimension, _label in self.env["crm.survey.rate.report"]._fields["dimension"].selection:
            for period in ("all", "wave", "quarter"):
                with self.subTest(dimension=dimension, period=period):
                    lines = self.report("crm.survey.rate.report", dimension=dimension, period=period).line_ids
                    if dimension != "segment":
                        self.assertEqual(sum(lines.mapped("complete")), 3)


@tagged("post_install", "-at_install")
class TestResults(ReportCase):
    def result(self, user=None, **values):
        env = self.env(user=user or self.manager, context={"allowed_company_ids": self.company.ids, "lang": "en_US"})
        return env["crm.survey.result"].create({"survey_id": self.quiet_survey.id, **values})

    def data(self, result, question):
        return next(data for data in result._get_results()["questions"] if data["question"] == question)

    def test_figures(self):
        self.answered([10] * 6 + [0] * 4, words="Thợ <b>khéo</b>")
        result = self.result()
        data = self.data(result, self.recommend)
        self.assertEqual((data["answers"], round(data["score"].value)), (10, 20))
        self.assertEqual([bar["number"] for bar in data["bars"]], [4, *[0] * 9, 6])
        self.assertEqual(self.data(result, self.liked)["words"], ["Thợ <b>khéo</b>"] * 10)
        self.assertIn("&lt;b&gt;khéo", str(result.body))
        self.assertNotIn("<b>khéo", str(result.body))

    def test_every_measure_on_the_page(self):
        """The page shows what it counts, in the reader's way of writing numbers."""
        satisfaction = self.question(self.quiet_survey, "satisfaction")
        effort = self.env["survey.question"].create(
            {
                "survey_id": self.quiet_survey.id,
                "title": "Effort",
                "code": "effort",
                "question_type": "scale",
                "metric": "ces",
            }
        )
        invitations = self.answered([10] * 5 + [0] * 3)
        self.env["survey.user_input.line"].create(
            [
                {
                    "user_input_id": invitation.user_input_id.id,
                    "question_id": question.id,
                    "answer_type": "scale",
                    "value_scale": value,
                }
                for question, values in ((satisfaction, [5] * 6 + [1] * 2), (effort, [7] * 4 + [4] * 4))
                for invitation, value in zip(invitations, values, strict=True)
            ]
        )
        body = str(self.result().body)
        for shown in ("NPS +25", "CSAT 75 %", "CES 5.5"):
            self.assertIn(shown, body)
        self.assertIn("CES 5,5", str(self.result().with_context(lang="vi_VN").body))

    def test_words_from_eight_on(self):
        self.answered([10] * 7, words="Tốt")
        self.assertEqual(self.data(self.result(), self.liked)["words"], [])
        self.assertEqual(self.data(self.result(), self.liked)["answers"], 7)
        self.answered([10], words="Tốt")
        self.assertEqual(len(self.data(self.result(), self.liked)["words"]), 8)

    def test_all_programs_minus_one(self):
        """A small program is neither shown nor part of the sum of all programs."""
        second = self.make_program("established", self.quiet_survey)
        self.answered([10] * 9, words="Tốt")
        self.answered([0] * 4, program=second, words="Dở")
        everything = self.data(self.result(), self.recommend)
        self.assertEqual((everything["answers"], everything["left_out"]), (9, True))
        self.assertEqual(set(self.data(self.result(), self.liked)["words"]), {"Tốt"})
        self.assertEqual(self.data(self.result(program_id=second.id), self.recommend)["answers"], 0)

    def test_restricted_question(self):
        self.liked.write(
            {
                "target_kind": "attribute",
                "target_attribute_id": self.env["crm.profile.attribute"].create(
                    {"name": "Secret", "code": "result_secret", "value_type": "text", "sensitivity": "restricted"}
                ).id,
            }
        )
        self.answered([10] * 9, words="private")
        self.assertNotIn("private", str(self.result(self.seller).body))
        self.seller.group_ids |= self.env.ref("crm_profile.group_restricted")
        self.assertIn("private", str(self.result(self.seller).body))

    def test_set_aside(self):
        invitations = self.answered([10] * 9, words="Tốt")
        invitations[0].user_input_id.quality_state = "set_aside"
        results = self.result()._get_results()
        self.assertEqual((results["answered"], results["set_aside"]), (8, 1))
        self.assertEqual(self.data(self.result(), self.recommend)["answers"], 8)

    def test_nothing_chosen_yet(self):
        self.assertFalse(self.env["crm.survey.result"].with_user(self.manager).new({"survey_id": False}).body)

    def test_opens_with_what_was_answered_most(self):
        results = self.env["crm.survey.result"].with_user(self.manager).with_company(self.company)
        self.env["survey.user_input"].search([("state", "=", "done")]).write({"test_entry": True})
        self.assertFalse(results._default_survey_id())
        self.answered([10, 9])
        self.assertEqual(results._default_survey_id(), self.quiet_survey)

    def test_button_of_the_survey(self):
        action = self.quiet_survey.with_user(self.manager).action_result_survey()
        self.assertEqual(action["res_model"], "crm.survey.result")
