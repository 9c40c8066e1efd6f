from . import account_move, crm_transaction, res_company, res_config_settings
