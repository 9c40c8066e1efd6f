from . import (
    base_partner_merge,
    crm_survey_activate,
    crm_survey_ask,
    crm_survey_call,
    crm_survey_call_bypass,
    crm_survey_export,
    crm_survey_handover,
    crm_survey_preview,
    crm_survey_review,
)
