from . import crm_lifecycle_status, crm_service_contract, crm_service_visit
