from . import crm_lifecycle_stage_set
from . import crm_external_transaction_import
from . import crm_external_transaction_import_column
from . import crm_external_transaction_import_error
