from odoo import http
from odoo.addons.survey.controllers.main import Survey
from odoo.http import request

from ..domain.names import CUSTOMER_TYPES


class CustomerSurveyResults(Survey):
    """Core's page of results shows customer surveys to nobody."""

    @http.route()
    def survey_report(self, survey, answer_token=None, **post):
        """Core's page shows every word anybody wrote, filtered at will: customers' answers have a page of their own."""
        if survey.survey_type in CUSTOMER_TYPES:
            return request.redirect("/odoo/survey-results")
        return super().survey_report(survey, answer_token=answer_token, **post)
