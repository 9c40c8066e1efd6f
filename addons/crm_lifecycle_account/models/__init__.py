from . import (
    account_move,
    crm_lifecycle_status,
    crm_sale_anonymous,
    crm_transaction,
    res_company,
    res_config_settings,
    res_partner,
)
