# The parts of the occasion come before the occasion.
from . import crm_occasion_outlook, crm_occasion_run

# isort: split
from . import (
    crm_contact_gate,
    crm_occasion,
    crm_occasion_channel,
    crm_occasion_greeting,
    crm_occasion_guard,
    crm_occasion_profile,
    crm_profile_attribute,
    crm_profile_fact,
    mail_activity,
    res_company,
    res_config_settings,
    res_partner,
)
