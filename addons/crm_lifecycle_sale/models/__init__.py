from . import (
    crm_lifecycle_status,
    crm_sale_anonymous,
    crm_transaction,
    res_company,
    res_config_settings,
    sale_order,
    sale_order_line,
)
