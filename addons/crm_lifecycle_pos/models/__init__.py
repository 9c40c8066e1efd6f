from . import crm_transaction, pos_order, res_company, res_config_settings
