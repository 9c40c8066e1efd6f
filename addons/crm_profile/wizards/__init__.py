# What others inherit comes first.
from . import crm_table_import_mixin

# isort: split
from . import crm_table_import_columns_mixin

# isort: split
from . import (
    base_partner_merge,
    crm_profile_import,
    crm_profile_import_column,
    crm_profile_import_error,
    crm_profile_intake_reject,
    crm_profile_purge_forecast,
    crm_profile_verify,
)
