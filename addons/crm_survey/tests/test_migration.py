"""Databases of former versions: measures of shipped scales, companies of answers, rules that showed too much."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestMigration(CustomerSurveyCase):
    def _migrate(self, version="19.0.1.1.0", name="post-metrics"):
        """Run the script twice: it may be interrupted and run again."""
        path = Path(__file__).parents[1] / "migrations" / version / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name.replace("-", "_"), path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        self.env.flush_all()
        for _twice in range(2):
            module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_shipped_scales_get_their_measure(self):
        questions = {
            "recommend": self.question(self.quiet_survey, "recommend"),
            "comparison": self.question(self.churn_survey, "comparison"),
            "satisfaction": self.question(self.quiet_survey, "satisfaction"),
        }
        for question in questions.values():
            question.metric = False
        # Somebody has made it a scale of seven: it is no CSAT any more.
        questions["satisfaction"].scale_max = 7
        self._migrate()
        self.assertEqual(questions["recommend"].metric, "nps")
        self.assertEqual(questions["comparison"].metric, "competitor")
        self.assertFalse(questions["satisfaction"].metric)

    def test_answers_get_the_company_that_asked(self):
        """By the invitation; when that is gone, by the only company that uses the questionnaire; else none."""
        far = self.env["res.company"].create({"name": "Far Away"})
        invited = self.invite().user_input_id
        alone, shared = self.quiet_survey.copy(), self.churn_survey.copy()
        self.make_program("quiet", alone)
        for company in (self.company, far):
            program = self.make_program("quiet", self.quiet_survey, company_id=company.id)
            program.variant_ids = [(0, 0, {"survey_id": shared.id})]
        left = self.env["survey.user_input"].create([{"survey_id": alone.id}, {"survey_id": shared.id}])
        self.env.flush_all()
        answers = invited + left
        self.env.cr.execute("UPDATE survey_user_input SET crm_company_id = NULL WHERE id IN %s", [tuple(answers.ids)])
        self._migrate("19.0.1.2.0", "pre-company")
        self.assertEqual([a.crm_company_id for a in answers], [self.company, self.company, far.browse()])

    def test_rules_are_written_again(self):
        names = [f"survey_user_input_{name}" for name in ("rule_manager", "line_rule_user", "line_rule_code")]
        rules = {name: self.env.ref(f"crm_survey.{name}") for name in names}
        right = {name: rule.domain_force for name, rule in rules.items()}
        for version in ("19.0.1.2.0", "19.0.1.3.0"):
            for rule in rules.values():
                rule.domain_force = "[(1, '=', 1)]"
            self._migrate(version, "post-rules")
            self.assertEqual({name: rule.domain_force for name, rule in rules.items()}, right)
        kept = self.env["ir.model.data"].search([("module", "=", "crm_survey"), ("name", "in", names)])
        self.assertEqual(kept.mapped("noupdate"), [True] * len(names))

    def test_interviewers_get_their_notes(self):
        """Questions that are there get the shipped note, unless somebody wrote one; one that is gone stays gone."""
        recommend = self.env.ref("crm_survey.survey_quiet_recommend")
        liked = self.env.ref("crm_survey.survey_quiet_liked")
        gone = self.env.ref("crm_survey.survey_quiet_disliked")
        shipped = recommend.interviewer_note
        self.assertTrue(shipped)
        recommend.interviewer_note = False
        liked.interviewer_note = "Ours"
        gone.interviewer_note = False
        self.env["ir.model.data"].search(
            [("module", "=", "crm_survey"), ("name", "=", "survey_quiet_disliked")]
        ).unlink()
        self._migrate("19.0.1.2.0", "post-notes")
        self.assertEqual((recommend.interviewer_note, liked.interviewer_note), (shipped, "Ours"))
        self.assertFalse(gone.interviewer_note)

    def test_causes_keep_their_answers(self):
        """The column has the name it has on leads; run again, nothing is lost."""
        cause = self.env["crm.lull.cause"].search([], limit=1) or self.env["crm.lull.cause"].create(
            {"partner_id": self.customer.id, "company_id": self.company.id}
        )
        invitation = self.invite()
        cause.survey_origin_id = invitation
        self.env.flush_all()
        self.env.cr.execute("ALTER TABLE crm_lull_cause RENAME COLUMN survey_origin_id TO survey_invitation_id")
        self._migrate("19.0.1.2.0", "pre-origin")
        self.assertEqual(cause.survey_origin_id, invitation)
