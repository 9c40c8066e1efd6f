from . import (
    crm_lifecycle_flow,
    crm_lifecycle_retention,
    crm_lifecycle_retention_cell,
    crm_lifecycle_summary,
    crm_market_report,
    crm_profile_quality,
    crm_sale_anonymous,
    crm_segment_comparison,
)
