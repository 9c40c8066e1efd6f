from . import (
    crm_churn_report,
    crm_survey_guard_mixin,
    crm_survey_productivity,
    crm_survey_rate_line,
    crm_survey_rate_report,
    crm_survey_report_mixin,
    crm_survey_result,
    crm_survey_score_line,
    crm_survey_score_report,
    crm_survey_tag_line,
    crm_survey_tag_report,
)
