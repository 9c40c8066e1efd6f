from . import crm_survey_productivity
