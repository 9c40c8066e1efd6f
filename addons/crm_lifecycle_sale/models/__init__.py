from . import crm_lifecycle_status, crm_transaction, sale_order
