from . import base_partner_merge, crm_survey_activate, crm_survey_ask, crm_survey_preview
