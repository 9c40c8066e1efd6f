from . import crm_survey_program
