from . import crm_sale_anonymous, crm_transaction, pos_order, res_company, res_config_settings, res_partner
