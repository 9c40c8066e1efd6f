from . import crm_interaction_log, crm_interaction_log_fact, crm_mention_import, crm_mention_import_error
