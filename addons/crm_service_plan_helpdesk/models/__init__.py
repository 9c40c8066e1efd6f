from . import crm_service_case, helpdesk_ticket, helpdesk_ticket_stage, res_company, res_config_settings
