from . import crm_service_busy, crm_service_busy_hour
