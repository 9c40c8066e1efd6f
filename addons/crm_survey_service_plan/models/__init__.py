from . import crm_service_case, crm_survey_answer_target_complaint, crm_survey_program
