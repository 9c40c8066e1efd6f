from . import crm_transaction
from . import crm_lifecycle_status
from . import sale_order
