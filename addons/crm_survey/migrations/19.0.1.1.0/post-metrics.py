"""Shipped scales that ask NPS, CSAT or CES are told apart from others now; data files leave edited questions alone."""

from odoo.tools import SQL

METRICS = {
    "survey_established_recommend": "nps",
    "survey_quiet_recommend": "nps",
    "survey_churn_recommend": "nps",
    "survey_new_satisfaction": "csat",
    "survey_quiet_satisfaction": "csat",
    "survey_new_effort": "ces",
    "survey_churn_comparison": "competitor",
}
SCALES = {"nps": (0, 10), "csat": (1, 5), "ces": (1, 7)}


def migrate(cr, version):
    """Name the measure of the shipped questions that still have its type and scale."""
    for name, metric in METRICS.items():
        low, high = SCALES.get(metric, (None, None))
        cr.execute(
            SQL(
                """UPDATE survey_question question SET metric = %(metric)s
                     FROM ir_model_data data
                    WHERE data.module = 'crm_survey' AND data.name = %(name)s AND data.model = 'survey.question'
                      AND data.res_id = question.id AND question.metric IS NULL
                      AND (CASE WHEN %(low)s IS NULL THEN question.question_type = 'matrix'
                                ELSE question.question_type = 'scale' AND question.scale_min = %(low)s
                                     AND question.scale_max = %(high)s END)""",
                metric=metric,
                name=name,
                low=low,
                high=high,
            )
        )
