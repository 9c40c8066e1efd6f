"""Databases of the first version: shipped scales get their measure, edited ones are left alone."""

import importlib.util
from pathlib import Path

from odoo.tests import tagged

from .common import CustomerSurveyCase


@tagged("post_install", "-at_install")
class TestMigration(CustomerSurveyCase):
    def _migrate(self):
        """Run the script twice: it may be interrupted and run again."""
        path = Path(__file__).parents[1] / "migrations" / "19.0.1.1.0" / "post-metrics.py"
        spec = importlib.util.spec_from_file_location("post_metrics", path)
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
