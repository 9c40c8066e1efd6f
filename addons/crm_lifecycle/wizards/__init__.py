from . import (
    base_partner_merge,
    crm_external_transaction_import,
    crm_external_transaction_import_column,
    crm_external_transaction_import_error,
    crm_lifecycle_as_of,
    crm_lifecycle_as_of_line,
    crm_lifecycle_first_purchase,
    crm_lifecycle_rebuild_start,
    crm_lifecycle_stage_set,
    crm_portfolio_rebalance,
    crm_portfolio_rebalance_line,
    crm_segment_decide,
)
