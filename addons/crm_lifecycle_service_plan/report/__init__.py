from . import crm_service_busy
