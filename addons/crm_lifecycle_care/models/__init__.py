from . import crm_occasion, crm_occasion_greeting, res_company, res_config_settings, res_partner
