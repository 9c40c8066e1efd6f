from . import (
    crm_care_policy,
    crm_lifecycle_status,
    crm_segment,
    crm_service_contract,
    crm_service_visit,
    res_partner,
)
