from odoo import models

from ..domain.names import CUSTOMER_TYPES


class SurveySurvey(models.Model):
    """Results of customer surveys open on a page of their own, which hides what too few have answered."""

    _inherit = "survey.survey"  # pylint: disable=consider-merging-classes-inherited  # a file for each concern

    def action_result_survey(self):
        """Open the results."""
        self.ensure_one()
        if self.survey_type not in CUSTOMER_TYPES:
            return super().action_result_survey()
        return self.env["crm.survey.result"].create({"survey_id": self.id})._open()
