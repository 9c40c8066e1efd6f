from . import crm_lifecycle_stage_set
from . import crm_external_transaction_import
