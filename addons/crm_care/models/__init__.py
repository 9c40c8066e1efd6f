# The parts of the occasion come before the occasion.
from . import crm_occasion_outlook, crm_occasion_run

# isort: split
from . import (
    crm_occasion,
    crm_occasion_greeting,
    crm_profile_fact,
    res_company,
    res_config_settings,
    res_partner,
)
